import {
  applicationChecks,
  otherAuthentication,
  wantsProof,
} from '../../../src/federation/plan/application-checks.ts';
import type { Application } from '../../../src/okta/applications.ts';

const orgUrl = 'https://example.okta.com';
const redirectUri = 'https://shop.example.com/oauth2/idpresponse';
const id = '0oa11111111111111111';

const application: Application = {
  id,
  name: 'oidc_client',
  label: 'Shop',
  status: 'ACTIVE',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { client_id: id, token_endpoint_auth_method: 'client_secret_post' } },
  settings: {
    oauthClient: {
      application_type: 'web',
      grant_types: ['refresh_token', 'authorization_code'],
      redirect_uris: [redirectUri],
      issuer_mode: 'ORG_URL',
    },
  },
};

const withClient = (client: object): Application => ({
  ...application,
  settings: { oauthClient: { ...application.settings?.oauthClient, ...client } },
});
const withCredentials = (credentials: object): Application => ({
  ...application,
  credentials: { oauthClient: { client_id: id, ...credentials } },
});

const checksOf = (of: Application, issuer = orgUrl) =>
  applicationChecks(of, { redirectUris: [redirectUri], assignedGroupIds: ['Staff'] }, orgUrl, issuer);
const problemsOf = (of: Application, issuer = orgUrl) =>
  checksOf(of, issuer).flatMap(({ problems }) => problems);

test('an application that is set up passes each check', () => {
  expect(checksOf(application)).toEqual([
    { part: 'Okta', name: `"Shop" (${id}) is an active OIDC Web application`, problems: [] },
    { part: 'Okta', name: `it issues tokens as ${orgUrl}`, problems: [] },
    { part: 'Okta', name: `it has the sign-in redirect URI ${redirectUri}`, problems: [] },
    { part: 'Okta', name: `"Shop" (${id}) is assigned to groups`, problems: [] },
  ]);
});

const another =
  'It is not an OIDC Web application, which Okta cannot change. Create a new application with the sign-in method OIDC and the application type Web Application.';
const noGrant = 'It lacks the grant type Authorization Code. Add it on its General page in Okta.';

test.each<[string, Application, string[]]>([
  ['it is inactive', { ...application, status: 'INACTIVE' }, ['It is inactive. Activate it in Okta.']],
  ['it is no OIDC application', { ...application, signOnMode: 'SAML_2_0' }, [another]],
  ['it is for a browser', withClient({ application_type: 'browser' }), [another]],
  ['it has another grant', withClient({ grant_types: ['implicit'] }), [noGrant]],
  ['it has no grants', withClient({ grant_types: undefined }), [noGrant]],
  [
    'its client has a key',
    withCredentials({ token_endpoint_auth_method: 'private_key_jwt' }),
    [
      'It uses private_key_jwt; Cognito supports only client-secret authentication. Set Client authentication on its General page in Okta to Client secret.',
    ],
  ],
  [
    'it wants a proof',
    withClient({ dpop_bound_access_tokens: true }),
    [
      'It requires DPoP, which Cognito does not support. Turn off "Require Demonstrating Proof of Possession" on its General page in Okta.',
    ],
  ],
  [
    'it wants PKCE',
    withCredentials({ pkce_required: true }),
    [
      `It requires PKCE of its client ${id}, which Cognito does not support. Turn PKCE off on its General page in Okta.`,
    ],
  ],
  [
    'it has no redirect URIs',
    withClient({ redirect_uris: undefined }),
    ["Add it to the application's sign-in redirect URIs; it has none."],
  ],
])('if %s, the check says what to do', (_, of, problems) => {
  expect(problemsOf(of)).toEqual(problems);
});

test('an application without further fields from Okta fails the checks of a sign-in', () => {
  const { settings: _, credentials: __, ...bare } = application;
  expect(problemsOf(bare)).toEqual([
    noGrant,
    "Add it to the application's sign-in redirect URIs; it has none.",
  ]);
});

test('an application without an assigned group is reported, and not called wrong', () => {
  const seen = { redirectUris: [], assignedGroupIds: [] };
  expect(applicationChecks(application, seen, orgUrl, orgUrl).at(-1)).toEqual({
    part: 'Okta',
    name: `"Shop" (${id}) is assigned to groups`,
    problems: [],
    skipped: 'no group is: only people who are assigned one by one can sign in',
  });
});

test.each([
  ['ORG_URL', orgUrl, 0],
  ['ORG_URL', 'https://login.example.com', 1],
  ['ORG_URL', `${orgUrl}/oauth2/default`, 0],
  ['CUSTOM_URL', orgUrl, 1],
  ['CUSTOM_URL', 'https://login.example.com', 0],
  ['DYNAMIC', orgUrl, 0],
  ['DYNAMIC', 'https://login.example.com', 0],
])(
  'tokens of an application in the mode %s are accepted or not if the issuer is %s',
  (mode, issuer, count) => {
    expect(problemsOf(withClient({ issuer_mode: mode }), issuer)).toHaveLength(count);
  },
);

test('Cognito authenticates with a client secret, in whichever place it is sent', () => {
  const method = (token_endpoint_auth_method: unknown) =>
    otherAuthentication(withCredentials({ token_endpoint_auth_method }));
  expect(method('client_secret_basic')).toBeUndefined();
  expect(method('client_secret_post')).toBeUndefined();
  expect(method(undefined)).toBeUndefined();
  expect(method('none')).toBe('none');
  const { credentials: _, ...bare } = application;
  expect(otherAuthentication(bare)).toBeUndefined();
  expect(otherAuthentication({ ...bare, credentials: {} })).toBeUndefined();
});

test('a proof is required only if the application says so', () => {
  const { settings: _, ...bare } = application;
  expect([application, bare, { ...bare, settings: {} }].map(wantsProof)).toEqual([false, false, false]);
  expect(wantsProof(withClient({ dpop_bound_access_tokens: true }))).toBe(true);
});
