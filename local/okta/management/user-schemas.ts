import { z } from 'zod';
import { timestamp } from '../identifiers.ts';
import type { Resource } from '../org.ts';
import { anyApplicationOf } from './apps.ts';
import { type Answer, type Call, json, type Operation, parameter } from './call.ts';
import { notFound, validationFailed } from './errors.ts';

const property = z.looseObject({
  type: z.enum(['string', 'boolean', 'number', 'integer', 'array', 'object']),
  title: z.string().min(1),
  scope: z.enum(['NONE', 'SELF']).default('NONE'),
  master: z.looseObject({ type: z.string() }).default({ type: 'PROFILE_MASTER' }),
});
const properties = z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.unknown());
const sent = z.object({
  definitions: z.object({
    custom: z.object({ properties: properties.default({}) }).optional(),
    base: z.object({ properties: properties.default({}) }).optional(),
  }),
});

const text = (title: string) => ({
  title,
  type: 'string',
  scope: 'SELF',
  master: { type: 'PROFILE_MASTER' },
});

/** Base attributes of an OIDC client's users. */
const CLIENT_BASE = {
  userName: { ...text('Username'), required: true, externalName: 'preferred_username' },
  name: text('Name'),
  given_name: text('Given Name'),
  family_name: text('Family Name'),
  email: text('Email'),
};

const required = (title: string) => ({
  ...text(title),
  mutability: 'READ_WRITE',
  permissions: [{ principal: 'SELF', action: 'READ_WRITE' }],
});

/** Base attributes of the org's users. */
const USER_BASE = {
  login: { ...required('Username'), required: true, minLength: 5, maxLength: 100 },
  firstName: { ...required('First name'), required: true, minLength: 1, maxLength: 50 },
  lastName: { ...required('Last name'), required: true, minLength: 1, maxLength: 50 },
  email: { ...required('Primary email'), required: true, format: 'email', minLength: 5, maxLength: 100 },
  department: required('Department'),
};

interface Schema {
  readonly kept: Resource;
  readonly path: string;
  readonly name: string;
  readonly title: string;
}

/** The schema that the path names, made at the first look at it. */
function schemaOf(call: Call): Schema {
  const appId = call.path.appId;
  const application = appId === undefined ? undefined : anyApplicationOf(call);
  if (!application && parameter(call, 'schemaId') !== 'default') {
    throw notFound(parameter(call, 'schemaId'), 'UserSchema');
  }
  const path = application ? `/meta/schemas/apps/${application.id}/default` : '/meta/schemas/user/default';
  const now = timestamp();
  const kept = call.org.resources.get(path)?.get('default') ?? {
    id: 'default',
    status: 'ACTIVE' as const,
    system: true,
    created: application?.created ?? now,
    lastUpdated: application?.lastUpdated ?? now,
    fields: { custom: {}, base: application ? CLIENT_BASE : USER_BASE },
  };
  call.org.resources.set(path, new Map([['default', kept]]));
  const { name, label } = application?.document ?? { name: 'user', label: '' };
  return { kept, path, name, title: application ? `${label} User` : 'User' };
}

const fieldsOf = ({ fields }: Resource) => z.object({ custom: properties, base: properties }).parse(fields);

function view(call: Call, { kept, path, name, title }: Schema): Answer {
  const { custom, base } = fieldsOf(kept);
  const isRequired = z.looseObject({ required: z.literal(true) });
  const requiredIn = (all: z.infer<typeof properties>) =>
    Object.keys(all).filter((each) => isRequired.safeParse(all[each]).success);
  const definition = (id: string, all: z.infer<typeof properties>) => ({
    id,
    type: 'object',
    properties: all,
    required: requiredIn(all),
  });
  const body = {
    id: `${call.origin}${path}`,
    $schema: 'http://json-schema.org/draft-04/schema#',
    name,
    title,
    lastUpdated: kept.lastUpdated,
    created: kept.created,
    definitions: { custom: definition('#custom', custom), base: definition('#base', base) },
    type: 'object',
    properties: { profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] } },
  };
  return { status: 200, body };
}

/** What is sent is merged; null removes a custom attribute. */
function update(call: Call): Answer {
  const schema = schemaOf(call);
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) throw validationFailed('definitions', ['definitions: The field cannot be left blank']);
  const { custom, base } = fieldsOf(schema.kept);
  const { custom: newCustom, base: newBase } = parsed.data.definitions;
  for (const name of Object.keys(newBase?.properties ?? {})) {
    if (!(name in base)) throw validationFailed(name, [`${name}: is not a base attribute.`]);
  }
  const added = Object.entries(newCustom?.properties ?? {}).map(([name, value]) => {
    if (value === null) return [name, undefined] as const;
    if (name in base) throw validationFailed(name, [`${name}: is a base attribute.`]);
    const checked = property.safeParse(value);
    if (!checked.success) {
      const field = String(checked.error.issues[0]?.path[0] ?? name);
      throw validationFailed(field, [`${name}.${field}: ${checked.error.issues[0]?.message}`]);
    }
    return [name, checked.data] as const;
  });
  const all = { ...custom, ...Object.fromEntries(added) };
  const left = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  schema.kept.fields = { custom: left, base: { ...base, ...newBase?.properties } };
  schema.kept.lastUpdated = timestamp();
  return view(call, schema);
}

const PATHS = ['/api/v1/meta/schemas/user/{schemaId}', '/api/v1/meta/schemas/apps/{appId}/default'];

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/ */
export const userSchemaOperations: Operation[] = PATHS.flatMap((path): Operation[] => [
  { method: 'GET', path, scope: 'okta.schemas.read', answer: (call) => view(call, schemaOf(call)) },
  { method: 'POST', path, scope: 'okta.schemas.manage', answer: update },
]);
