import { z } from 'zod';
import { serverOf } from './authorization-servers.ts';
import { type Family, familyOperations } from './family.ts';

/** The claims of OpenID Connect's scopes, which every authorization server has from the start. */
const SYSTEM: Readonly<Record<string, readonly string[]>> = {
  profile: [
    ...['middle_name', 'zoneinfo', 'website', 'updated_at', 'profile', 'preferred_username', 'picture'],
    ...['nickname', 'name', 'locale', 'given_name', 'gender', 'family_name', 'birthdate'],
  ],
  phone: ['phone_number'],
  email: ['email_verified', 'email'],
  address: ['address'],
};

/** In every ID token, also beside an access token. */
const ALWAYS = new Set(['preferred_username', 'name', 'email']);

const scopes = z.object({ scopes: z.array(z.string()).default([]) });

const family: Family = {
  path: '/api/v1/authorizationServers/{serverId}/claims',
  scope: 'okta.authorizationServers',
  kind: 'OAuth2Claim',
  prefix: 'ocl',
  schema: z
    .object({
      name: z.string().min(1),
      status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
      claimType: z.enum(['IDENTITY', 'RESOURCE']),
      valueType: z.enum(['EXPRESSION', 'GROUPS', 'SYSTEM']),
      value: z.string().optional(),
      group_filter_type: z.enum(['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX']).optional(),
      conditions: scopes.default({ scopes: [] }),
      alwaysIncludeInToken: z.boolean().default(true),
    })
    .refine(({ valueType, value }) => valueType === 'SYSTEM' || value !== undefined, {
      path: ['value'],
      message: 'The field cannot be left blank',
    }),
  seeds: Object.entries(SYSTEM).flatMap(([scope, names]) =>
    names.map((name) => ({
      name,
      claimType: 'IDENTITY',
      valueType: 'SYSTEM',
      conditions: { scopes: [scope] },
      alwaysIncludeInToken: ALWAYS.has(name),
    })),
  ),
  parent: serverOf,
  created: 201,
  deleted: 204,
  lifecycle: 'none',
  view: ({ id, status, system, fields }) => ({ id, status, ...fields, system, apiResourceId: null }),
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerClaims/ */
export const claimOperations = familyOperations(family);
