import { z } from 'zod';
import { oktaIdentifier } from '../identifiers.ts';
import type { OrgSettings } from '../settings.ts';
import { validationFailed } from './errors.ts';

const uri = z.string().max(1024).refine(isAbsoluteUri, 'must be an absolute URI without a fragment.');

function isAbsoluteUri(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(value) && URL.canParse(value.replace('*.', '')) && !value.includes('#');
}

const oauthClientCredentials = z.object({
  autoKeyRotation: z.boolean().default(true),
  client_id: z.string().min(6).max(100).optional(),
  client_secret: z.string().min(14).max(100).optional(),
  pkce_required: z.boolean().default(true),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_jwt', 'client_secret_post', 'none', 'private_key_jwt'])
    .default('client_secret_basic'),
});

const grantType = z.enum([
  'authorization_code',
  'client_credentials',
  'http://auth0.com/oauth/grant-type/mfa-oob',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'implicit',
  'interaction_code',
  'password',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob',
]);

const publicKey = z.looseObject({
  id: z.string().default(() => oktaIdentifier('pks')),
  kty: z.enum(['RSA', 'EC']),
  kid: z.string().optional(),
  use: z.enum(['sig', 'enc']).optional(),
  status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
});

const oauthClientSettings = z.object({
  application_type: z.enum(['browser', 'native', 'service', 'web']).default('web'),
  backchannel_authentication_request_signing_alg: z.string().optional(),
  backchannel_custom_authenticator_id: z.string().optional(),
  backchannel_token_delivery_mode: z.enum(['poll', 'ping', 'push']).optional(),
  client_uri: uri.optional(),
  consent_method: z.enum(['REQUIRED', 'TRUSTED']).default('TRUSTED'),
  dpop_bound_access_tokens: z.boolean().default(false),
  frontchannel_logout_uri: uri.optional(),
  frontchannel_logout_session_required: z.boolean().optional(),
  grant_types: z.array(grantType).min(1),
  id_token_encrypted_response_alg: z.string().optional(),
  idp_initiated_login: z
    .object({ mode: z.enum(['DISABLED', 'SPEC', 'OKTA']), default_scope: z.array(z.string()).default([]) })
    .default({ mode: 'DISABLED', default_scope: [] }),
  initiate_login_uri: uri.optional(),
  issuer_mode: z.enum(['CUSTOM_URL', 'DYNAMIC', 'ORG_URL']).default('DYNAMIC'),
  jwks: z.object({ keys: z.array(publicKey) }).optional(),
  jwks_uri: uri.optional(),
  logo_uri: uri.optional(),
  network: z
    .object({
      connection: z.enum(['ANYWHERE', 'ZONE']),
      include: z.array(z.string()).optional(),
      exclude: z.array(z.string()).optional(),
    })
    .optional(),
  participate_slo: z.boolean().default(false),
  policy_uri: uri.optional(),
  post_logout_redirect_uris: z.array(uri).optional(),
  redirect_uris: z.array(uri).optional(),
  refresh_token: z
    .object({
      rotation_type: z.enum(['ROTATE', 'STATIC']),
      leeway: z.number().int().min(0).max(60).optional(),
    })
    .optional(),
  request_object_signing_alg: z.string().optional(),
  response_types: z.array(z.enum(['code', 'id_token', 'token'])).default(['code']),
  sector_identifier_uri: uri.optional(),
  subject_type: z.enum(['public', 'pairwise']).optional(),
  tos_uri: uri.optional(),
  wildcard_redirect: z.enum(['DISABLED', 'SUBDOMAIN']).default('DISABLED'),
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own expression, not JavaScript's
const OKTA_USER_NAME = '${source.login}';

const userNameTemplate = z.object({
  template: z.string().default(OKTA_USER_NAME),
  type: z.enum(['NONE', 'BUILT_IN', 'CUSTOM']).default('BUILT_IN'),
  pushStatus: z.enum(['PUSH', 'DONT_PUSH', 'NOT_CONFIGURED']).optional(),
  userSuffix: z.string().optional(),
});

const vpnNotification = z.object({
  network: z.object({
    connection: z.enum(['ANYWHERE', 'DISABLED', 'ON_NETWORK', 'OFF_NETWORK', 'ZONE']),
    include: z.array(z.string()).optional(),
    exclude: z.array(z.string()).optional(),
  }),
  message: z.string().optional(),
  helpUrl: z.string().optional(),
});

/** What an application is sent as. Unknown fields are ignored, as Okta ignores them. */
const schema = z.object({
  name: z.literal('oidc_client'),
  label: z.string().min(1, 'The field cannot be left blank').max(100),
  signOnMode: z.literal('OPENID_CONNECT'),
  accessibility: z
    .object({
      selfService: z.boolean().default(false),
      errorRedirectUrl: z.string().optional(),
      loginRedirectUrl: z.string().optional(),
    })
    .default({ selfService: false }),
  visibility: z
    .object({
      autoLaunch: z.boolean().default(false),
      autoSubmitToolbar: z.boolean().default(false),
      appLinks: z.record(z.string(), z.boolean()).optional(),
      hide: z
        .object({ iOS: z.boolean().default(false), web: z.boolean().default(false) })
        .default({ iOS: false, web: false }),
    })
    .default({ autoLaunch: false, autoSubmitToolbar: false, hide: { iOS: false, web: false } }),
  profile: z.record(z.string(), z.unknown()).optional(),
  credentials: z.object({
    userNameTemplate: userNameTemplate.default({ template: OKTA_USER_NAME, type: 'BUILT_IN' }),
    oauthClient: oauthClientCredentials,
  }),
  settings: z.object({
    app: z.record(z.string(), z.unknown()).default({}),
    /** Federation Broker Mode: everyone in the org may sign in, and no group is assigned. */
    implicitAssignment: z.boolean().default(false),
    inlineHookId: z.string().optional(),
    manualProvisioning: z.boolean().default(false),
    notifications: z
      .object({ vpn: vpnNotification })
      .default({ vpn: { network: { connection: 'DISABLED' } } }),
    notes: z.object({ admin: z.string().optional(), enduser: z.string().optional() }).default({}),
    oauthClient: oauthClientSettings,
  }),
});

/** An application's settings, complete with Okta's defaults for what was not sent. */
export type ApplicationDocument = z.infer<typeof schema>;

const withConsent = z.object({
  settings: z.object({ oauthClient: z.object({ consent_method: z.string() }) }),
});

/**
 * Checks an application as it was sent to be created or to replace another.
 *
 * @param body the request's body
 * @param org its settings; some orgs demand a consent method
 * @returns the document with Okta's defaults filled in: what a PUT leaves out is reset, as Okta resets it
 * @throws ManagementError 400 E0000001 that names the first field that is wrong
 */
export function parseApplication(
  body: unknown,
  org: Pick<OrgSettings, 'consentMethod'> = { consentMethod: 'shown' },
): ApplicationDocument {
  if (org.consentMethod === 'demanded' && !withConsent.safeParse(body).success) {
    throw validationFailed('consent_method', [
      "consent_method: 'consent_method' is required for this client.",
    ]);
  }
  const parsed = schema.safeParse(withoutEmpty(body));
  if (!parsed.success) {
    const causes = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'application'}: ${message}`,
    );
    throw validationFailed(lastName(parsed.error.issues[0]?.path), causes);
  }
  checkOAuthClient(parsed.data);
  // What Okta makes of it is not recorded anywhere, so no client may rely on it.
  if (holdsNull(parsed.data.profile)) throw validationFailed('profile', ['profile: null is not a value.']);
  return withDerivedDefaults(parsed.data);
}

/** What Okta fills in only beside something else. An echo of its own answer is then the same document. */
function withDerivedDefaults(document: ApplicationDocument): ApplicationDocument {
  const client = document.settings.oauthClient;
  const refreshes = client.grant_types.includes('refresh_token');
  const rotation = client.refresh_token ?? (refreshes ? { rotation_type: 'STATIC' as const } : undefined);
  const oauthClient = {
    ...client,
    ...(client.frontchannel_logout_uri !== undefined && {
      frontchannel_logout_session_required: client.frontchannel_logout_session_required ?? false,
    }),
    ...(rotation && {
      refresh_token: {
        rotation_type: rotation.rotation_type,
        ...(rotation.rotation_type === 'ROTATE' && { leeway: rotation.leeway ?? 30 }),
      },
    }),
  };
  return { ...document, settings: { ...document.settings, oauthClient } };
}

function holdsNull(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some(holdsNull);
}

function lastName(path: PropertyKey[] | undefined): string {
  const names = path?.filter((part) => typeof part === 'string') ?? [];
  return names.at(-1) ?? 'application';
}

/** Okta takes a null, and an empty text, for a field that is not there; a profile is the caller's own. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, field]) => field !== null && field !== '');
  return Object.fromEntries(
    present.map(([name, field]) => [name, name === 'profile' ? field : withoutEmpty(field)]),
  );
}

function checkOAuthClient({ settings, credentials }: ApplicationDocument): void {
  const client = settings.oauthClient;
  const refuse = (field: string, cause: string) => validationFailed(field, [`${field}: ${cause}`]);
  const redirects = client.grant_types.some(
    (grant) => grant === 'authorization_code' || grant === 'implicit',
  );
  if (redirects && !client.redirect_uris?.length) {
    throw refuse('redirect_uris', "'redirect_uris' may not be empty for the grant types of this client.");
  }
  if (client.grant_types.includes('authorization_code') && !client.response_types.includes('code')) {
    throw refuse(
      'response_types',
      "'response_types' must hold 'code' for the grant type 'authorization_code'.",
    );
  }
  if (client.application_type === 'service' && redirects) {
    throw refuse('grant_types', "'grant_types' of a service client may not hold one that needs a user.");
  }
  if (client.wildcard_redirect === 'DISABLED' && client.redirect_uris?.some((each) => each.includes('*'))) {
    throw refuse('redirect_uris', 'a wildcard is allowed with wildcard_redirect SUBDOMAIN only.');
  }
  if (client.idp_initiated_login.mode !== 'DISABLED' && !client.initiate_login_uri) {
    throw refuse('initiate_login_uri', 'is required for this idp_initiated_login mode.');
  }
  const { token_endpoint_auth_method: method, pkce_required: pkce } = credentials.oauthClient;
  if (method === 'none' && !pkce) {
    throw refuse('pkce_required', "must be true for the token endpoint authentication method 'none'.");
  }
  if (method === 'private_key_jwt' && !client.jwks?.keys.length && !client.jwks_uri) {
    throw refuse('jwks', "'jwks' or 'jwks_uri' is required for 'private_key_jwt'.");
  }
}
