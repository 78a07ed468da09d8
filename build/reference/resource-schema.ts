import * as z from 'zod';
import { defaults } from '../../src/federation/properties/defaults.ts';
import { propertiesSchema } from '../../src/federation/properties/properties.ts';
import { defaultProviderName } from '../../src/federation/properties/property-types.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Forms that a template may also have, and the function coerces. */
const commaText: JsonSchema = { type: 'string' };
const booleanText = '[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]';

/** What a template may say in another way than the function reads it, and the rules that zod does not write down. */
const asWritten: Record<string, (schema: JsonSchema) => JsonSchema> = {
  Scopes: (list) => ({ anyOf: [{ type: 'string', pattern: '(^|[\\s,])openid([\\s,]|$)' }, list] }),
  UserPoolClientIds: (list) => ({ anyOf: [commaText, list] }),
  IdpIdentifiers: (list) => ({ anyOf: [commaText, list] }),
  PostLogoutRedirectUris: (list) => ({ anyOf: [commaText, list] }),
  SecretVersion: (text) => ({ ...text, type: ['string', 'number'] }),
  ProviderName: (text) => ({ ...text, not: { pattern: '[_|]' } }),
  Verify: ({ anyOf = [] }) => ({ anyOf: [...anyOf, { type: 'string', pattern: `^(${booleanText})$` }] }),
  Active: (literal) => ({ anyOf: [literal, { type: 'string', pattern: '^[Tt][Rr][Uu][Ee]$' }] }),
};

/**
 * Defaults that zod's own JSON Schema does not have: that of ProviderName, and those that are settled when it is known what is
 * there (src/federation/properties/defaults.ts and issuer.ts).
 */
const moreDefaults: Readonly<Record<string, unknown>> = {
  ProviderName: defaultProviderName,
  Access: defaults.access,
  Issuer: defaults.issuer,
  Scopes: defaults.scopes.join(' '),
  AttributeMapping: { ...defaults.attributeMapping },
  AttributesRequestMethod: defaults.attributesRequestMethod,
  Verify: true,
};

/** Each property's JSON Schema as zod gives it, with its default. */
export function propertySchemas(): readonly (readonly [string, JsonSchema])[] {
  return Object.entries(zodSchema().properties ?? {}).flatMap(([name, schema]) =>
    typeof schema === 'boolean'
      ? []
      : [[name, name in moreDefaults ? { ...schema, default: moreDefaults[name] } : schema] as const],
  );
}

function zodSchema(): JsonSchema {
  return z.toJSONSchema(propertiesSchema(), { io: 'input', target: 'draft-7' });
}

/**
 * The JSON Schema of the resource's properties as they stand in a template: wherever a value may stand, an intrinsic
 * function may.
 */
export function resourceSchema(): JsonSchema {
  const properties = propertySchemas().map(([name, { description, default: fallback, ...value }]) => [
    name,
    {
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...orIntrinsic(asWritten[name]?.(value) ?? value),
    },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Custom::OktaCognitoIdp',
    description: 'Lets Okta users sign in to apps behind an Amazon Cognito user pool.',
    type: 'object',
    properties: Object.fromEntries(properties),
    required: ['ServiceToken', ...(zodSchema().required ?? [])],
    additionalProperties: false,
    definitions: {
      IntrinsicFunction: {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        patternProperties: { '^(Ref|Fn::[A-Za-z0-9:]+)$': {} },
        additionalProperties: false,
      },
    },
  };
}

/**
 * The schema in the form of CloudFormation's registry, which cfn-lint takes: it knows intrinsic functions by itself.
 *
 * @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
export function registrySchema(): JsonSchema & { readonly typeName: string } {
  const properties = propertySchemas().map(([name, { default: _byDefault, ...value }]) => [
    name,
    asWritten[name]?.(value) ?? value,
  ]);
  return {
    typeName: 'Custom::OktaCognitoIdp',
    description: 'Lets Okta users sign in to apps behind an Amazon Cognito user pool.',
    type: 'object',
    properties: Object.fromEntries(properties),
    required: ['ServiceToken', ...(zodSchema().required ?? [])],
    additionalProperties: false,
  };
}

/** A whole template. Only this resource in it is checked. It is for editors, which check a whole file against a schema. */
export function templateSchema(): JsonSchema {
  const { $schema, title, description } = resourceSchema();
  return {
    ...($schema ? { $schema } : {}),
    title: `A CloudFormation template with ${title}`,
    ...(description ? { description } : {}),
    type: 'object',
    properties: {
      Resources: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          if: { properties: { Type: { const: 'Custom::OktaCognitoIdp' } }, required: ['Type'] },
          // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
          then: {
            properties: { Properties: { $ref: 'custom-okta-cognito-idp.json' } },
            required: ['Properties'],
          },
        },
      },
    },
  };
}

/** The value, or a function of CloudFormation that gives it; so too for each value within it. */
function orIntrinsic(schema: JsonSchema): JsonSchema {
  const { description, ...value } = schema;
  const alternatives = orText(value.anyOf ?? [value]);
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [...alternatives.map(within), { $ref: '#/definitions/IntrinsicFunction' }],
  };
}

/** A number may be written as text, which is what CloudFormation sends. */
function orText(alternatives: readonly JsonSchema[]): readonly JsonSchema[] {
  const hasInteger = alternatives.some(({ type }) => type === 'integer');
  return hasInteger ? [...alternatives, { type: 'string', pattern: '^\\d+$' }] : alternatives;
}

function within(schema: JsonSchema): JsonSchema {
  const { items, additionalProperties, properties } = schema;
  return {
    ...schema,
    ...(items !== undefined && typeof items === 'object' && !Array.isArray(items)
      ? { items: orIntrinsic(items) }
      : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: orIntrinsic(additionalProperties) }
      : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, part]) => [
              name,
              typeof part === 'boolean' ? part : orIntrinsic(part),
            ]),
          ),
        }
      : {}),
  };
}
