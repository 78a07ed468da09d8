import { z } from 'zod';
import { type Family, familyOperations, timesOf } from './family.ts';

/** A hook is kept and shown; no token calls it. Its secret is not shown, as at Okta. */
const family: Family = {
  path: '/api/v1/inlineHooks',
  scope: 'okta.inlineHooks',
  kind: 'InlineHook',
  prefix: 'cal',
  schema: z.object({
    name: z.string().min(1),
    status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
    type: z.string().startsWith('com.okta.'),
    version: z.string().min(1),
    channel: z.looseObject({
      type: z.enum(['HTTP', 'OAUTH']),
      version: z.string(),
      config: z.looseObject({
        uri: z.url({ protocol: /^https$/ }),
        headers: z.array(z.looseObject({})).default([]),
        authScheme: z.object({ type: z.string(), key: z.string() }).optional(),
      }),
    }),
  }),
  created: 200,
  deleted: 204,
  lifecycle: 'resource',
  view: (hook) => ({ id: hook.id, status: hook.status, ...hook.fields, ...timesOf(hook) }),
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/InlineHook/ */
export const inlineHookOperations = familyOperations(family);
