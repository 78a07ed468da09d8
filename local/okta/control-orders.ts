import { z } from 'zod';

/** What the control port takes to add a user. */
export const newUser = z.strictObject({
  email: z.email().toLowerCase(),
  password: z.string().min(1).optional(),
  firstName: z.string().default('Test'),
  lastName: z.string().default('User'),
  groups: z.array(z.string()).default([]),
});

/** What it takes to add a group. */
export const newGroup = z.strictObject({
  name: z.string().min(1),
  type: z.enum(['OKTA_GROUP', 'BUILT_IN', 'APP_GROUP']).default('OKTA_GROUP'),
});

/** What it takes to limit calls: a path, a plan's published limits, calls at once, or nothing to lift all limits. */
export const newLimit = z.union([
  z.strictObject({
    path: z.string(),
    perMinute: z.number().int().min(0),
    seconds: z.number().int().min(1).optional(),
  }),
  z.strictObject({ profile: z.literal('free'), seconds: z.number().int().min(1).optional() }),
  z.strictObject({ concurrent: z.number().int().min(1), path: z.string().optional() }),
  z.strictObject({}),
]);

/** What it takes to add an API Services app. */
export const newServiceApp = z.strictObject({
  clientId: z.string().optional(),
  jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }).optional(),
  publicKeyPem: z.string().optional(),
  scopes: z.array(z.string()),
  dpop: z.boolean().default(true),
});

/** What it takes to add a custom authorization server, or to give one other access policies. */
export const newAuthorizationServer = z.strictObject({
  id: z.string().optional(),
  name: z.string().default('Custom'),
  policies: z.array(z.strictObject({ clients: z.array(z.string()) })).default([]),
});

/** What it takes to add an application that is no OIDC client; null is a directory's sign-on mode. */
export const newOtherApplication = z.strictObject({
  name: z.string().default('csv_directory_v2'),
  label: z.string(),
  signOnMode: z
    .enum([
      'AUTO_LOGIN',
      'BASIC_AUTH',
      'BOOKMARK',
      'BROWSER_PLUGIN',
      'OPENID_CONNECT',
      'SAML_1_1',
      'SAML_2_0',
      'SECURE_PASSWORD_STORE',
      'WS_FEDERATION',
    ])
    .nullable(),
  status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
});

/** What it takes to add an authentication policy. */
export const newPolicy = z.strictObject({ name: z.string(), description: z.string().default('') });
