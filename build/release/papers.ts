import { createHash } from 'node:crypto';
import type { BundledPackage } from './packages.ts';

/**
 * The software bill of materials of a release. It has no time and no random number in it: the same release has the same
 * bill.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function billOfMaterials(version: string, packages: readonly BundledPackage[]): string {
  const project = `pkg:generic/okta-cognito-idp@${version}`;
  const components = packages.map(({ name, version, license, sha512 }) => ({
    type: 'library',
    'bom-ref': packageUrl(name, version),
    name,
    version,
    hashes: [{ alg: 'SHA-512', content: sha512 }],
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    purl: packageUrl(name, version),
  }));
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': project,
        name: 'okta-cognito-idp',
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        purl: project,
      },
    },
    components,
    dependencies: [{ ref: project, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** https://github.com/package-url/purl-spec: the scope's @ is encoded, its slash is not. */
function packageUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/**
 * The notices that go with the release: each bundled package with its license.
 *
 * @param standardText the text of a license by its SPDX identifier, for a package that ships none
 * @throws Error if a package ships no license text and there is no standard one
 */
export function thirdPartyNotices(
  packages: readonly BundledPackage[],
  standardText: Readonly<Record<string, string>>,
): string {
  const sections = packages.map(({ name, version, license, texts }) => {
    const standard = standardText[license];
    const all = texts.length > 0 || standard === undefined ? texts : [standard.trim()];
    if (all.length === 0) throw new Error(`${name} ${version} ships no text of its license, ${license}.`);
    return `${name} ${version} (${license})\n\n${all.join('\n\n')}`;
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `The code of this release contains these packages.${rule}${sections.join(rule)}\n`;
}

/** Lines as `sha256sum --check` reads them. */
export function checksums(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`)
    .join('');
}
