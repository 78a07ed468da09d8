import { z } from 'zod';
import { serverOf } from './authorization-servers.ts';
import { type Family, familyOperations } from './family.ts';

/** What every authorization server has from the start. */
const SYSTEM = {
  openid: ['openid', 'Shows that a request is an OpenID Connect request.'],
  profile: [
    'View your profile information.',
    'Such as the name, the time zone, the picture and the birthday.',
  ],
  email: ['View your email address.', 'The app may see your email address.'],
  address: ['View your address.', 'The app may see the street, city, state and zip code.'],
  phone: ['View your phone number.', 'The app may see your phone number.'],
  offline_access: ['Keep you signed in to the app.', 'You stay signed in while you do not use the app.'],
  device_sso: ['Request device secret.', 'Native apps on one device share a sign-in.'],
};

const family: Family = {
  path: '/api/v1/authorizationServers/{serverId}/scopes',
  scope: 'okta.authorizationServers',
  kind: 'OAuth2Scope',
  prefix: 'scp',
  schema: z.object({
    name: z.string().min(1),
    displayName: z.string().optional(),
    description: z.string().optional(),
    consent: z.enum(['REQUIRED', 'IMPLICIT', 'FLEXIBLE']).default('IMPLICIT'),
    metadataPublish: z.enum(['ALL_CLIENTS', 'NO_CLIENTS']).default('NO_CLIENTS'),
    optional: z.boolean().default(false),
    default: z.boolean().default(false),
  }),
  seeds: Object.entries(SYSTEM).map(([name, [displayName, description]]) => ({
    name,
    displayName,
    description,
    metadataPublish: 'ALL_CLIENTS',
    consent: 'IMPLICIT',
    optional: false,
    default: false,
  })),
  parent: serverOf,
  created: 201,
  deleted: 204,
  lifecycle: 'none',
  view: ({ id, system, fields }) => ({ id, ...fields, system, apiResourceId: null }),
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerScopes/ */
export const scopeOperations = familyOperations(family);
