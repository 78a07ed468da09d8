import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { type LocalOkta, startLocalOkta } from '../support/local-okta.ts';
import { signIn, userOf } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

// Sign-ins whose tokens have to come from the provider's issuer. What else an issuer decides: test/virtual/at-the-doors.

const authorizationServer = 'aus00000000000000001';

let around: Surroundings;
let pool: UserPool;
let web: AppClient;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(() => {
  pool = createUserPool(around.cognito.state);
  web = createAppClient(around.cognito.state, pool);
});

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  ...more,
});

const provider = () => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));

/** Cognito refuses tokens of another issuer than the provider's; so does this. */
const expectSignIn = async (org: LocalOkta) =>
  expect(await signIn(around, { userPoolId: pool.id }, await userOf(org))).toMatch(/^00u/);

test('people sign in with each issuer, while Updates go from one to the next and back, in place', async () => {
  const { okta } = around;
  const stack = around.stack();
  await stack.create(properties());
  const before = { id: stack.physicalResourceId, provider: provider()?.ProviderDetails };
  const clients = [String(stack.attributes.ClientId)];
  const server = { id: authorizationServer, policies: [{ clients }] };
  await okta.control('POST', '/authorization-servers', server);
  for (const [Issuer, url, mode] of [
    ['OrgUrl', okta.url, 'ORG_URL'],
    ['CustomUrl', okta.url.replace('127.0.0.1', 'localhost'), 'CUSTOM_URL'],
    ['Dynamic', okta.url, 'DYNAMIC'],
    [authorizationServer, `${okta.url}/oauth2/${authorizationServer}`, 'ORG_URL'],
    [undefined, okta.url, 'ORG_URL'],
  ]) {
    expect(await stack.update(properties({ Issuer }))).toMatchObject({
      status: 'UPDATE_COMPLETE',
      reason: undefined,
    });
    expect(stack.attributes.Issuer).toBe(url);
    expect(provider()?.ProviderDetails.oidc_issuer).toBe(url);
    expect(provider()?.ProviderDetails.token_url).toMatch(new RegExp(`^${url}/`));
    expect(await okta.applicationsOf(stack.id)).toMatchObject([
      { settings: { oauthClient: { issuer_mode: mode } } },
    ]);
    await expectSignIn(okta);
  }
  expect({ id: stack.physicalResourceId, provider: provider()?.ProviderDetails }).toEqual(before);
});

test('people sign in with another org, and with the first one again, and nothing stays in the one that is left', async () => {
  await using otherOrg = await startLocalOkta();
  const secret = JSON.stringify({ orgUrl: otherOrg.url, apiToken: otherOrg.apiToken });
  const OktaSecretId = await around.addSecret(secret);
  const stack = around.stack();
  await stack.create(properties());
  for (const [more, here, there] of [
    [{ OktaSecretId }, otherOrg, around.okta],
    [{}, around.okta, otherOrg],
  ] as const) {
    expect(await stack.update(properties(more))).toMatchObject({
      status: 'UPDATE_COMPLETE',
      reason: undefined,
    });
    const [application, ...others] = await here.applicationsOf(stack.id);
    expect({ others, there: await there.applicationsOf(stack.id) }).toEqual({ others: [], there: [] });
    expect(provider()?.ProviderDetails).toMatchObject({ oidc_issuer: here.url, client_id: application?.id });
    await expectSignIn(here);
  }
});
