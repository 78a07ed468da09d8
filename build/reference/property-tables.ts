import type * as z from 'zod';
import { propertySchemas } from './resource-schema.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Defaults that no schema can hold, because they depend on what is there. */
const defaultsInWords: Readonly<Record<string, string>> = {
  ApplicationLabel: '`<stack name> <logical ID>`',
  OktaSecretId: "the provider stack's secret",
};

/** What a change does if that is neither an update in place nor a replacement. */
const updates: Readonly<Record<string, string>> = { ServiceToken: 'none; CloudFormation refuses a change' };

const replaces = ' A change replaces the resource.';

/** The properties that most templates need. */
const usual: readonly string[] = [
  'ServiceToken',
  'UserPoolId',
  'UserPoolDomain',
  'UserPoolClientIds',
  'ProviderName',
  'ApplicationLabel',
  'Access',
  'AttributeMapping',
  'SecretVersion',
  'Adopt',
];

/** One line for each usual property: name, default, meaning. Then the names of the others. */
export function propertyTable(reference: string): string {
  const linked = (name: string) => `[\`${name}\`](${reference}#${name.toLowerCase()})`;
  const rows = propertySchemas()
    .filter(([name]) => usual.includes(name))
    .map(
      ([name, schema]) => `| ${linked(name)} | ${defaultOf(name, schema)} | ${schema.description ?? ''} |`,
    );
  const others = propertySchemas()
    .map(([name]) => name)
    .filter((name) => !usual.includes(name));
  const table = ['| property | default | meaning |', '|---|---|---|', ...rows].join('\n');
  return `${table}\n\nThe others: ${others.map(linked).join(', ')}.`;
}

/** One section a property: all that the schema knows of it. */
export function propertySections(): string {
  return propertySchemas()
    .map(([name, schema]) => {
      const description = schema.description ?? '';
      const facts = [
        `- Type: ${typeOf(schema)}`,
        `- Default: ${defaultOf(name, schema)}`,
        `- Update: ${updates[name] ?? (description.endsWith(replaces) ? 'replacement' : 'in place')}`,
        ...rulesOf(schema),
      ];
      return `### ${name}\n\n${description.replace(replaces, '')}\n\n${facts.join('\n')}${partsOf(schema)}`;
    })
    .join('\n\n');
}

function partsOf({ properties, required = [] }: JsonSchema): string {
  if (!properties) return '';
  const rows = Object.entries(properties).map(([name, schema]) => {
    if (typeof schema === 'boolean') return '';
    const fallback = required.includes(name) ? 'required' : defaultOf(name, schema);
    return `| \`${name}\` | ${typeOf(schema)} | ${fallback} | ${schema.description ?? ''} |`;
  });
  return `\n\n${['| part | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')}`;
}

/** The default as a cell of Markdown: `none` if there is none. */
export function defaultOf(name: string, schema: JsonSchema): string {
  const known = defaultsInWords[name];
  if (known) return known;
  if (name === 'ServiceToken' || name === 'UserPoolId') return 'required';
  return schema.default === undefined || emptyList(schema.default) ? 'none' : code(schema.default);
}

function emptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function code(value: unknown): string {
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    return Object.entries(value)
      .map(([key, claim]) => `\`${key}: ${claim}\``)
      .join(', ');
  }
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function typeOf(schema: JsonSchema): string {
  const { items, additionalProperties } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(' or ');
  if (schema.anyOf) {
    return schema.anyOf.map(typeOf).join(' or ');
  }
  if (items && typeof items === 'object' && !Array.isArray(items)) return `list of ${typeOf(items)}s`;
  if (typeof additionalProperties === 'object') return `map of ${typeOf(additionalProperties)}s`;
  return String(schema.type ?? 'any');
}

/** The limits that the schema sets. What has the wrong form is answered with a sentence, which the table of errors shows. */
function rulesOf(schema: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength, maxItems } = schema;
  const rules = [
    ...(minimum !== undefined && maximum !== undefined ? [`Integer from ${minimum} to ${maximum}.`] : []),
    ...(minLength !== undefined ? [`At least ${minLength} characters.`] : []),
    ...(maxLength !== undefined ? [`At most ${maxLength} characters.`] : []),
    ...(maxItems !== undefined ? [`At most ${maxItems} entries.`] : []),
  ];
  return rules.length > 0 ? [`- Limits: ${rules.join(' ')}`] : [];
}
