import type { Metadata } from '../../../../src/federation/observe/discovery.ts';
import { endpointProblems } from '../../../../src/federation/plan/provider-endpoints.ts';
import {
  fixesForSecret,
  type ProbeOptions,
  probesOf,
  type SignInPath,
  verify,
} from '../../../../src/federation/verify/verify.ts';
import { type HttpRequest, send } from '../../../../src/http.ts';
import { Secret } from '../../../../src/secret.ts';
import { createAppClient } from '../../../support/cognito-fake/app-clients.ts';
import { answerAtDomain } from '../../../support/cognito-fake/authorize.ts';
import { type CognitoState, emptyState, providerKey } from '../../../support/cognito-fake/state.ts';
import { createUserPool } from '../../../support/cognito-fake/user-pools.ts';

jest.mock('../../../../src/http.ts', () => ({
  ...jest.requireActual('../../../../src/http.ts'),
  send: jest.fn(),
}));

const sent = jest.mocked(send);
const domain = 'shop.auth.us-east-1.amazoncognito.com';
const redirectUri = `https://${domain}/oauth2/idpresponse`;
const okta = 'https://example.okta.com';
const issuer: Metadata = {
  issuer: okta,
  authorization_endpoint: `${okta}/oauth2/v1/authorize`,
  token_endpoint: `${okta}/oauth2/v1/token`,
  userinfo_endpoint: `${okta}/oauth2/v1/userinfo`,
  jwks_uri: `${okta}/oauth2/v1/keys`,
};

let state: CognitoState;
let path: SignInPath;
/** What the token endpoint says of the made-up code. */
let tokenError: string;
/** The User-Agent that `send` puts on every request. */
let userAgent: string;

beforeEach(() => {
  state = emptyState();
  tokenError = 'invalid_grant';
  userAgent = 'okta-cognito-idp/1';
  const pool = createUserPool(state, { prefix: 'shop' });
  const { id } = createAppClient(state, pool, { SupportedIdentityProviders: ['Okta'] });
  state.providers.set(providerKey(pool.id, 'Okta'), {
    UserPoolId: pool.id,
    ProviderName: 'Okta',
    ProviderType: 'OIDC',
    ProviderDetails: { client_id: 'ours', authorize_url: issuer.authorization_endpoint },
    AttributeMapping: {},
    IdpIdentifiers: [],
    CreationDate: 0,
    LastModifiedDate: 0,
  });
  path = {
    issuer,
    clientId: 'ours',
    clientSecret: new Secret('made up'),
    scopes: ['openid', 'email'],
    redirectUris: [redirectUri],
    domains: [domain],
    providerName: 'Okta',
    provider: { otherDetails: { token_url: issuer.token_endpoint } },
    appClients: [
      {
        id,
        supportedIdentityProviders: ['Okta'],
        oauthEnabled: true,
        oauthFlows: ['code'],
        oauthScopes: ['openid'],
        callbackUrls: ['https://app.example.com/callback'],
        defaultRedirectUri: undefined,
        writeAttributes: undefined,
      },
    ],
  };
  sent.mockReset().mockImplementation(async (request) => answer(request));
});

function answer({ url }: HttpRequest) {
  const { hostname: host, pathname, searchParams: query } = url;
  if (host === domain) {
    return { headers: {}, body: '', ...answerAtDomain(state, { host, path: pathname, query, userAgent }) };
  }
  if (pathname.endsWith('/token'))
    return { status: 400, headers: {}, body: JSON.stringify({ error: tokenError }) };
  const location = `${query.get('redirect_uri')}?error=login_required&state=probe`;
  return { status: 302, headers: { location }, body: '' };
}

const unlimited = () => ({ signal: new AbortController().signal, endsAt: Number.POSITIVE_INFINITY });

/** Runs each probe once. */
async function problems(options?: ProbeOptions): Promise<string[]> {
  const runs = await Promise.allSettled(probesOf(path, options).map(({ run }) => run(unlimited())));
  return runs.flatMap((run) => (run.status === 'rejected' ? [String(run.reason.message)] : []));
}

test('nothing is wrong with a path that is whole', async () => {
  expect(await problems()).toEqual([]);
  expect(probesOf(path)).toHaveLength(4);
});

test('no request of a probe replaces the User-Agent', async () => {
  await problems();
  expect(sent).toHaveBeenCalledTimes(3);
  for (const [{ headers = {} }] of sent.mock.calls) {
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('user-agent');
  }
});

test.each([401, 403, 405, 429] as const)(
  'a web ACL that answers %d is named with what to allow',
  async (webAcl) => {
    state.behavior.webAcl = webAcl;
    expect(await problems()).toEqual([
      `The user pool's domain ${domain} answered HTTP ${webAcl} to /oauth2/authorize without a redirect. A web ACL (AWS WAF) of the user pool probably blocks the probe. Allow requests with a User-Agent that begins with okta-cognito-idp/, for the path /oauth2/authorize, from the egress IP address of the provider function (or of the machine that runs the doctor); or set Verify to OktaOnly.`,
    ]);
  },
);

test("AWS's core rules let a request with a User-Agent pass, and refuse one without", async () => {
  state.behavior.webAcl = 'core rules';
  expect(await problems()).toEqual([]);
  userAgent = '';
  expect(await problems()).toEqual([expect.stringContaining('web ACL')]);
});

test('the half of Okta alone asks no domain of the pool', async () => {
  state.behavior.webAcl = 403;
  expect(await problems({ half: 'Okta' })).toEqual([]);
  expect(sent.mock.calls.map(([{ url }]) => url.hostname)).not.toContain(domain);
  tokenError = 'invalid_client';
  expect(await problems({ half: 'Okta' })).toHaveLength(1);
});

test('Cognito that does not redirect: the app client and managed login are named', async () => {
  state.providers.clear();
  expect(await problems()).toEqual([
    expect.stringMatching(
      /^Cognito at shop\S+ does not send people of app client \w+ to Okta through the identity provider Okta \(HTTP 302, Login option is not available.*\)\. Check that the app client lists Okta in SupportedIdentityProviders, and that https:\/\/app\.example\.com\/callback is in its CallbackURLs\. If the domain uses managed login, give the app client a branding style/,
    ),
  ]);
});

test('Cognito that redirects as another client: both clients are named', async () => {
  path = { ...path, clientId: 'newer' };
  expect(await problems()).toEqual([
    expect.stringMatching(
      /with the client ID newer \(HTTP 302\): it sends them to https:\S+ with the client ID ours\. Check/,
    ),
  ]);
});

test('a redirect for a provider that the app client does not list is not seen here', async () => {
  state.behavior.redirectsUnlistedProvider = true;
  for (const client of state.clients.values())
    client.settings = { ...client.settings, SupportedIdentityProviders: [] };
  expect(await problems()).toEqual([]);
  state.behavior.redirectsUnlistedProvider = false;
  expect(await problems()).toHaveLength(1);
});

test('a rejected client secret has the fix of the caller', async () => {
  tokenError = 'invalid_client';
  const rejected = 'Okta rejected the client secret of client ours.';
  expect(await problems()).toEqual([`${rejected} Change SecretVersion to issue a new one.`]);
  const [byHand] = await problems({ fixForSecret: fixesForSecret.byHand });
  expect(byHand).toBe(`${rejected} ${fixesForSecret.byHand}`);
  expect(byHand).toContain('Okta Admin Console');
});

test('scopes without openid are named, and not the nonce', async () => {
  path = { ...path, scopes: ['email'] };
  expect(await problems()).toEqual(['Scopes must contain openid; they are email. Add openid.']);
});

test('an authorize endpoint that fails is not taken for a rejection', async () => {
  sent.mockImplementation(async (request) =>
    request.url.pathname === '/oauth2/v1/authorize'
      ? { status: 503, headers: {}, body: '' }
      : answer(request),
  );
  expect(await problems()).toEqual([
    "Okta's authorize endpoint answered HTTP 503 for client ours. Deploy again in a few minutes.",
  ]);
});

test('a broken token_url of the provider is a problem, found without a wait', async () => {
  path = { ...path, provider: { otherDetails: { token_url: 'https://elsewhere.example.com/token' } } };
  const started = Date.now();
  await expect(verify(probesOf(path), unlimited())).rejects.toThrow(
    `The identity provider has the token_url https://elsewhere.example.com/token, but its issuer ${okta} states ${okta}/oauth2/v1/token. Set token_url to ${okta}/oauth2/v1/token.`,
  );
  expect(Date.now() - started).toBeLessThan(2_000);
});

test.each<[string, Record<string, string>, number]>([
  ['none is stored, as in a recorded answer', { attributes_url_add_attributes: 'false' }, 0],
  [
    'all are those of the issuer, one in another notation',
    {
      authorize_url: issuer.authorization_endpoint,
      token_url: 'https://EXAMPLE.okta.com:443/oauth2/v1/token',
      attributes_url: `${okta}/oauth2/v1/userinfo`,
      jwks_uri: `${okta}/oauth2/v1/keys`,
    },
    0,
  ],
  [
    'all are wrong, one so that it is no URL',
    {
      authorize_url: 'nonsense',
      token_url: `${okta}/oauth2/v1/tokens`,
      attributes_url: 'https://elsewhere.example.com/userinfo',
      jwks_uri: 'https://elsewhere.example.com/keys',
    },
    4,
  ],
])('stored endpoints: %s', (_, otherDetails, count) => {
  expect(endpointProblems({ otherDetails }, issuer)).toHaveLength(count);
});

test('an endpoint that the issuer does not state is not a problem', () => {
  const { userinfo_endpoint, jwks_uri, ...bare } = issuer;
  const otherDetails = {
    attributes_url: 'https://elsewhere.example.com',
    jwks_uri: 'https://elsewhere.example.com',
  };
  expect(endpointProblems({ otherDetails }, bare)).toEqual([]);
});
