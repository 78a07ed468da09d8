import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { seededUser, signIn } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

const authorizationServer = 'aus00000000000000001';

let around: Surroundings;
let pool: UserPool;
let web: AppClient;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(async () => {
  pool = createUserPool(around.cognito.state);
  web = createAppClient(around.cognito.state, pool);
  await addServer({ clients: ['ALL_CLIENTS'] });
});

afterEach(async () => {
  await around.okta.clearFaults();
  await around.restoreOktaSecret();
});

/** Adds the authorization server, or gives it other access policies. */
const addServer = (...policies: { clients: string[] }[]) =>
  around.okta.control('POST', '/authorization-servers', { id: authorizationServer, policies });

const properties = (Issuer?: string, more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  Issuer,
  ...more,
});

const customUrl = () => around.okta.url.replace('127.0.0.1', 'localhost');
const provider = () => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'))?.ProviderDetails;
const modeOf = async (stackId: string) =>
  (await around.okta.applicationsOf(stackId)).map(({ settings }) => Object(settings).oauthClient.issuer_mode);
/** Cognito refuses tokens of another issuer than the provider's; so does this. */
const expectSignIn = async () =>
  expect(await signIn(around, { userPoolId: pool.id }, await seededUser(around))).toMatch(/^00u/);

const choices = [
  ['OrgUrl', () => around.okta.url, 'ORG_URL'],
  ['CustomUrl', customUrl, 'CUSTOM_URL'],
  ['Dynamic', () => around.okta.url, 'DYNAMIC'],
  [authorizationServer, () => `${around.okta.url}/oauth2/${authorizationServer}`, 'ORG_URL'],
] as const;

test.each(choices)(
  'with the issuer %s people sign in, and the answer has its URL',
  async (choice, url, mode) => {
    const stack = around.stack();
    expect(await stack.create(properties(choice))).toMatchObject({
      status: 'CREATE_COMPLETE',
      reason: undefined,
    });
    expect(stack.attributes.Issuer).toBe(url());
    expect(provider()?.oidc_issuer).toBe(url());
    expect(await modeOf(stack.id)).toEqual([mode]);
    await expectSignIn();
  },
);

test('an Update goes from each issuer to the next and back to none, in place', async () => {
  const stack = around.stack();
  await stack.create(properties());
  const before = { id: stack.physicalResourceId, provider: provider() };
  for (const [choice, url, mode] of [...choices, [undefined, () => around.okta.url, 'ORG_URL'] as const]) {
    expect(await stack.update(properties(choice))).toMatchObject({
      status: 'UPDATE_COMPLETE',
      reason: undefined,
    });
    expect(provider()?.oidc_issuer).toBe(url());
    expect(provider()?.token_url).toMatch(new RegExp(`^${url()}/`));
    expect(await modeOf(stack.id)).toEqual([mode]);
    await expectSignIn();
  }
  expect({ id: stack.physicalResourceId, provider: provider() }).toEqual(before);
});

test.each([
  ['without an access policy', []],
  ['whose policies name other clients only', [{ clients: ['0oaSomebodyElse00000'] }]],
])(
  'an authorization server %s denies everyone: the answer says so, and nothing stays',
  async (_, policies) => {
    await addServer(...policies);
    const stack = around.stack();
    expect(await stack.create(properties(authorizationServer))).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: expect.stringMatching(
        /denied access .*access_denied.*add the client to one of its access policies/,
      ),
    });
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
    expect(provider()).toBeUndefined();
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  },
);

test('an authorization server whose policy names the client takes it in an Update', async () => {
  const stack = around.stack();
  await stack.create(properties());
  await addServer({ clients: [String(stack.attributes.ClientId)] });
  expect((await stack.update(properties(authorizationServer))).status).toBe('UPDATE_COMPLETE');
  await expectSignIn();
});

test('an authorization server that turns out to deny everyone leaves the federation with the issuer it had', async () => {
  const stack = around.stack();
  await stack.create(properties('CustomUrl'));
  const before = provider();
  await addServer();
  expect((await stack.update(properties(authorizationServer))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(provider()).toEqual(before);
  await expectSignIn();
});

test('Verify: false creates a federation without a probe', async () => {
  await around.okta.fault({
    path: '^/(.well-known/openid-configuration|oauth2/v1/(authorize|token))$',
    nth: 2,
    times: 99,
    action: { type: 'answer', status: 503 },
  });
  const stack = around.stack();
  // Cognito asks the issuer all the same, once.
  expect(await stack.create(properties('OrgUrl', { Verify: false }))).toMatchObject({
    status: 'CREATE_COMPLETE',
  });
});
