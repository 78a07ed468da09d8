/**
 * `npm run generate` writes what follows from the code:
 *
 * - from the schemas of the properties and the policy: the JSON Schemas, the options of the CDK constructs, and the marked
 *   parts of the documents;
 * - from the function's own answers: the tables of errors;
 * - from package.json: the version in the template and in the CDK package.
 *
 * With --check it writes nothing, names what is stale and fails.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { federationOptions } from './cdk/federation-options.ts';
import { providerOptions } from './cdk/provider-options.ts';
import { errorTable, otherErrors, preconditionErrors, propertyErrors } from './reference/error-tables.ts';
import { policyFieldTable, policySchema } from './reference/policy-schema.ts';
import { propertySections, propertyTable } from './reference/property-tables.ts';
import { registrySchema, resourceSchema, templateSchema } from './reference/resource-schema.ts';
import { packageVersion } from './version.ts';

const template = await readFile('template.yaml', 'utf8');

const files: Record<string, (current: string) => string> = {
  'schema/custom-okta-cognito-idp.json': () => json(resourceSchema()),
  'schema/cfn-lint/custom-okta-cognito-idp.json': () => json(registrySchema()),
  'schema/template.json': () => json(templateSchema()),
  'schema/policy.json': () => json(policySchema()),
  'cdk/src/generated/federation-options.ts': () => federationOptions(),
  'cdk/src/generated/provider-options.ts': () => providerOptions(template),
  'template.yaml': withVersion(
    /(?<=SemanticVersion: )\S+|(?<=Description: The version of this stack\n {4}Value: )\S+/g,
  ),
  'cdk/package.json': withVersion(/(?<=^ {2}"version": ")[^"]+/gm),
  'cdk/package-lock.json': withVersion(/(?<="name": "okta-cognito-idp-cdk",\s+"version": ")[^"]+/g),
  'README.md': (text) => fill(text, 'property table', propertyTable('docs/reference.md')),
  'docs/reference.md': (text) =>
    [
      ['properties', propertySections()],
      ['errors of properties', errorTable(propertyErrors())],
      ['errors of preconditions', errorTable(preconditionErrors())],
      ['other errors', otherErrors()],
    ].reduce((filled, [name = '', block = '']) => fill(filled, name, block), text),
  'docs/policy.md': (text) => fill(text, 'policy fields', policyFieldTable()),
};

/** Puts the version of package.json in each place. */
function withVersion(places: RegExp): (current: string) => string {
  return (text) => text.replaceAll(places, packageVersion);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Replaces the text between two marks, which are comments of Markdown. */
function fill(text: string, name: string, block: string): string {
  const [start, end] = [`<!-- ${name}: written by npm run generate -->`, `<!-- end of ${name} -->`];
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`There is no place for the ${name}: ${start}`);
  return `${before}${start}\n\n${block}\n\n${end}${after}`;
}

const checks = process.argv.includes('--check');
for (const [file, make] of Object.entries(files)) {
  const current = await readFile(file, 'utf8').catch(() => '');
  const wanted = make(current);
  if (wanted === current) continue;
  if (checks) {
    console.error(`${file} is stale: run \`npm run generate\` and commit what it writes.`);
    process.exitCode = 1;
  } else {
    await writeFile(file, wanted);
    console.log(`wrote ${file}`);
  }
}
