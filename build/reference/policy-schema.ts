import * as z from 'zod';
import { denySchema, documentSchema } from '../../src/federation/policy/schema.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The JSON Schema of the operator's policy. */
export function policySchema(): JsonSchema {
  const { $schema, ...document } = z.toJSONSchema(documentSchema, { io: 'input', target: 'draft-7' });
  return {
    ...($schema ? { $schema } : {}),
    title: 'Policy of okta-cognito-idp',
    description: 'Which stacks may have which federations; in the SSM parameter that PolicyParameter names.',
    ...document,
  };
}

/** What a rule allows that says nothing of a field. */
const unsaid: Readonly<Record<string, string>> = {
  oktaSecrets: "the provider stack's own secret",
  labels: 'no label in the template: `<stack name> <logical ID>`',
  issuers: '`OrgUrl`',
  attributes: '`email`, `family_name` and `given_name` from the claims of those names',
};

/** The fields of `allow` and `deny`, as a table of Markdown. */
export function policyFieldTable(): string {
  const { properties = {} } = z.toJSONSchema(denySchema, { io: 'input', target: 'draft-7' });
  const rows = Object.entries(properties).map(([name, schema]) => {
    const { type, description = '' } = typeof schema === 'object' ? schema : {};
    const kind = type === 'array' ? 'list' : type === 'object' ? 'lists by name' : 'true or false';
    return `| \`${name}\` | ${kind} | ${description} | ${unsaid[name] ?? 'nothing'} |`;
  });
  return ['| field | value | what it is about | allowed without it |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}
