import { z } from 'zod';
import { type Family, familyOperations, timesOf } from './family.ts';

/** Who changed it: the administrator whose token the tests use. */
const ADMINISTRATOR = '00uTheAdministrator00';

const family: Family = {
  path: '/api/v1/trustedOrigins',
  scope: 'okta.trustedOrigins',
  kind: 'TrustedOrigin',
  prefix: 'tos',
  schema: z.object({
    name: z.string().min(1).max(255),
    origin: z.url({ protocol: /^https?$/ }),
    scopes: z.array(z.looseObject({ type: z.enum(['CORS', 'REDIRECT', 'IFRAME_EMBED']) })).min(1),
    status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
  }),
  created: 200,
  deleted: 204,
  lifecycle: 'resource',
  view: (origin) => ({
    id: origin.id,
    status: origin.status,
    ...origin.fields,
    ...timesOf(origin),
    createdBy: ADMINISTRATOR,
    lastUpdatedBy: ADMINISTRATOR,
  }),
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/TrustedOrigin/ */
export const trustedOriginOperations = familyOperations(family);
