import { readFile } from 'node:fs/promises';
import type { Metafile } from 'esbuild';
import { packageVersion } from '../version.ts';
import { inlineCode } from './inline-code.ts';
import { bundledPackages } from './packages.ts';
import { billOfMaterials, checksums, thirdPartyNotices } from './papers.ts';
import { releaseTemplate } from './template.ts';

/**
 * Makes the files of a release: the template with all code in it, what it is made of, under which licenses, and the
 * checksums. The same sources give the same bytes.
 *
 * @returns the text of each file, by its name
 */
export async function makeRelease(): Promise<Readonly<Record<string, string>>> {
  const bundles: Metafile[] = [];
  const template = await releaseTemplate(await readFile('template.yaml', 'utf8'), async (entry) => {
    const { code, bundled } = await inlineCode(`src/${entry}.ts`);
    bundles.push(bundled);
    return code;
  });
  const packages = bundledPackages(bundles);
  const files = {
    'okta-cognito-idp.yaml': template,
    'okta-cognito-idp.cdx.json': billOfMaterials(packageVersion, packages),
    'THIRD-PARTY-NOTICES.txt': thirdPartyNotices(packages, {
      'Apache-2.0': await readFile('LICENSE', 'utf8'),
      'MIT-0': 'This license, MIT No Attribution, requires no notice: https://spdx.org/licenses/MIT-0.html',
    }),
  };
  return { ...files, SHA256SUMS: checksums(files) };
}
