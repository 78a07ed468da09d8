/**
 * Writes what is made from the schema of the resource's properties: the JSON Schema, and the marked parts of the
 * documents. With --check it writes nothing, names what is stale and fails.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { propertySections, propertyTable } from './reference/property-tables.ts';
import { registrySchema, resourceSchema, templateSchema } from './reference/resource-schema.ts';

const files: Record<string, (current: string) => string> = {
  'schema/custom-okta-cognito-idp.json': () => json(resourceSchema()),
  'schema/cfn-lint/custom-okta-cognito-idp.json': () => json(registrySchema()),
  'schema/template.json': () => json(templateSchema()),
  'README.md': (text) => fill(text, 'property table', propertyTable('docs/reference.md')),
  'docs/reference.md': (text) => fill(text, 'properties', propertySections()),
};

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Replaces what stands between two marks, which are comments of Markdown. */
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
