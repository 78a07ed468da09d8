import { z } from 'zod';

/**
 * The longest time, in milliseconds, for which the calls about a new application answer 404: at Okta, reads lag behind
 * a create. Each org and each test starts with it.
 *
 * @see https://github.com/okta/terraform-provider-okta/issues/58
 */
export const READ_LAG_MS = 2_000;

/** What differs between Okta orgs: by engine, plan and age. The defaults are an Identity Engine org of 2026. */
export const orgSettings = z.strictObject({
  /** `v1` is the Classic Engine: its applications show fewer fields, and it has no authentication policies. */
  pipeline: z.enum(['idx', 'v1']).default('idx'),
  /** How an application's document shows Universal Logout; the Classic Engine never shows it. */
  universalLogout: z.enum(['shown', 'null', 'absent']).default('shown'),
  /** Whether documents of applications show `emOptInStatus`; in the Classic Engine they never do. */
  entitlements: z.boolean().default(true),
  /** Whether groups link to their owners. */
  groupOwners: z.boolean().default(true),
  /** Whether an application's document has `participate_slo`; in the Classic Engine it never has. */
  singleLogout: z.boolean().default(true),
  /** Whether documents show `consent_method`; `demanded`: they do not, and a request without one is refused. */
  consentMethod: z.enum(['shown', 'hidden', 'demanded']).default('shown'),
  /** What the org's plan does not have: calls about it answer 401 E0000015. */
  missingFeatures: z.array(z.enum(['authorization-servers', 'federated-claims'])).default([]),
  /** How many applications may be created; null is no limit. */
  mostApplications: z.number().int().min(0).nullable().default(null),
  /** Whether a second active OIDC client of one label is refused, as orgs did in 2020. */
  uniqueLabels: z.boolean().default(false),
  /** Milliseconds for which the calls about a new application answer 404, at most: chance draws the time. */
  readLagMs: z.number().int().min(0).default(READ_LAG_MS),
  /** Which calls answer 404 meanwhile: all, or every second one, as only some of Okta's servers know the application. */
  readLag: z.enum(['every-call', 'every-second-call']).default('every-call'),
  /** What reading the groups of an inactive application answers: only writes are known to answer 404. */
  inactiveGroups: z.enum(['shown', 'not-found']).default('shown'),
  /** Beside an access token the org's own server gives thin ID tokens: profile claims are at userinfo only. */
  idTokens: z.enum(['thin', 'full']).default('thin'),
  /** The token with federated claims and the groups claim; Okta's documentation names the ID token. */
  claimsIn: z.enum(['id-token', 'userinfo', 'both']).default('id-token'),
  /** Whether the organization document names the custom domain. */
  customDomain: z.boolean().default(true),
});

/** An org's settings, complete. */
export type OrgSettings = z.infer<typeof orgSettings>;
