import type * as z from 'zod';
import { defaultOf } from '../reference/property-tables.ts';
import { propertySchemas } from '../reference/resource-schema.ts';
import { camelCase, enumeration, type Field, struct, writer } from './typescript.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** These have types of their own in `OktaFederationProps`, which is written by hand. */
const byHand: readonly string[] = ['ServiceToken', 'UserPoolId', 'UserPoolDomain', 'UserPoolClientIds'];

/** Values that CDK users pick from a class or an enum of this library. */
const picked: Readonly<Record<string, Pick<Field, 'type' | 'write'> & { readonly from: string }>> = {
  Access: { type: 'OktaAccess', from: '../access', write: (given) => `${given}?._property` },
  Issuer: { type: 'OktaIssuer', from: '../issuer', write: (given) => `${given}?._property` },
  Verify: { type: 'OktaVerification', from: '../verification', write: (given) => given },
};

/**
 * The options of `OktaFederation`, from the one schema of the resource's properties.
 *
 * @returns the text of a TypeScript file
 * @throws Error if the schema has a kind of value that this does not know
 */
export function federationOptions(): string {
  const types: string[] = [];
  const fields = propertySchemas()
    .filter(([name]) => !byHand.includes(name))
    .map(([name, schema]) => fieldOf(name, schema, 'Okta', false, types));
  const imports = Object.values(picked).map(({ type, from }) => `import type { ${type} } from '${from}';`);
  return `${[
    '// Written by `npm run generate` from src/federation/properties. Do not edit.',
    ["import type { Duration } from 'aws-cdk-lib';", ...imports].join('\n'),
    ...types,
    struct(
      'OktaFederationOptions',
      'What a federation may set besides the pool, its domain and its app clients.',
      fields,
    ),
    writer('propertiesOf', 'OktaFederationOptions', fields),
  ].join('\n\n')}\n`;
}

/** @param types takes the enums and structs that the field needs. */
function fieldOf(
  name: string,
  schema: JsonSchema,
  prefix: string,
  isRequired: boolean,
  types: string[],
): Field {
  const doc = schema.description ?? '';
  const named = { name: camelCase(name), doc, isRequired, target: name };
  const optional = isRequired ? named : { ...named, byDefault: defaultOf(name, schema).replaceAll('`', '') };
  const own = picked[name];
  if (own !== undefined) return { ...optional, type: own.type, write: own.write };
  if (schema.type === 'integer') return { ...optional, ...duration(name, isRequired) };
  const typeName = `${prefix}${name}`;
  if (schema.enum) {
    types.push(enumeration(typeName, doc, schema.enum.map(String)));
    return { ...optional, type: typeName, write: same };
  }
  if (schema.properties) {
    const { properties, required = [] } = schema;
    const parts = Object.entries(properties).flatMap(([part, of]) =>
      typeof of === 'boolean' ? [] : [fieldOf(part, of, typeName, required.includes(part), types)],
    );
    types.push(struct(typeName, doc, parts));
    return { ...optional, type: typeName, write: (given) => `${given} && ${objectOf(parts, given)}` };
  }
  return { ...optional, type: plainType(name, schema), write: same };
}

/** Each integer of the schema is a time: of days if its name says so, and of seconds if not. */
function duration(name: string, isRequired: boolean): Pick<Field, 'name' | 'type' | 'write'> {
  const unit = name.endsWith('Days') ? 'toDays' : 'toSeconds';
  const write = (given: string) => `${given}${isRequired ? '' : '?'}.${unit}()`;
  return { name: camelCase(name.replace(/Days$/, '')), type: 'Duration', write };
}

function plainType(name: string, { type, const: only, items, additionalProperties }: JsonSchema): string {
  if (type === 'string') return 'string';
  if (type === 'boolean' || typeof only === 'boolean') return 'boolean';
  if (type === 'array' && isText(items)) return 'string[]';
  if (type === 'object' && isText(additionalProperties)) return '{ [name: string]: string }';
  // `Trigger` may be any value.
  if (type === undefined && name === 'Trigger') return 'unknown';
  throw new Error(`The property ${name} has a kind of value that CDK options do not have yet.`);
}

function isText(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'string';
}

function objectOf(parts: readonly Field[], given: string): string {
  const lines = parts.map(({ name, target, write }) => `      ${target}: ${write(`${given}.${name}`)},`);
  return `{\n${lines.join('\n')}\n    }`;
}

function same(given: string): string {
  return given;
}
