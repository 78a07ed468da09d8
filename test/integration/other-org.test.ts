import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { type LocalOkta, startLocalOkta } from '../support/local-okta.ts';
import { signIn, userOf } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;
let otherOrg: LocalOkta;
let OktaSecretId: string;
let pool: UserPool;
let web: AppClient;

beforeAll(async () => {
  around = await startSurroundings();
  otherOrg = await startLocalOkta();
});

afterAll(async () => {
  await otherOrg[Symbol.asyncDispose]();
  await around[Symbol.asyncDispose]();
});

beforeEach(async () => {
  pool = createUserPool(around.cognito.state);
  web = createAppClient(around.cognito.state, pool);
  OktaSecretId = await around.addSecret(
    JSON.stringify({ orgUrl: otherOrg.url, apiToken: otherOrg.apiToken }),
  );
});

afterEach(() => around.cognito.faults.clear());

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  IdpIdentifiers: ['example.com'],
  ...more,
});

const provider = () => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));

/** Where the federation is: in one org, with nothing in the other, and people of that org sign in. */
async function expectIn(org: LocalOkta, stackId: string) {
  const [here, there] = org === otherOrg ? [otherOrg, around.okta] : [around.okta, otherOrg];
  const [application, ...more] = await here.applicationsOf(stackId);
  expect({ more, there: await there.applicationsOf(stackId) }).toEqual({ more: [], there: [] });
  expect(provider()).toMatchObject({
    IdpIdentifiers: ['example.com'],
    ProviderDetails: { oidc_issuer: here.url, client_id: application?.id },
  });
  expect(provider()?.ProviderDetails.token_url).toMatch(new RegExp(`^${here.url}/`));
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  await signIn(around, { userPoolId: pool.id }, await userOf(here));
}

async function expectGone(stackId: string) {
  expect([
    ...(await around.okta.applicationsOf(stackId)),
    ...(await otherOrg.applicationsOf(stackId)),
  ]).toEqual([]);
  expect(provider()).toBeUndefined();
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
}

test('OktaSecretId makes the federation with another org, and takes it away there', async () => {
  const stack = around.stack();
  expect(await stack.create(properties({ OktaSecretId }))).toMatchObject({
    status: 'CREATE_COMPLETE',
    reason: undefined,
  });
  await expectIn(otherOrg, stack.id);
  await stack.delete();
  await expectGone(stack.id);
});

test('an Update moves the federation to another org and back, and leaves nothing in the one it leaves', async () => {
  const stack = around.stack();
  await stack.create(properties());
  expect(await stack.update(properties({ OktaSecretId }))).toMatchObject({
    status: 'UPDATE_COMPLETE',
    reason: undefined,
  });
  await expectIn(otherOrg, stack.id);
  expect(await stack.update(properties())).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  await expectIn(around.okta, stack.id);
  // What the first org's application had added to the app clients and the provider is still known.
  await stack.update(properties({ UserPoolClientIds: [], IdpIdentifiers: undefined }));
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(provider()?.IdpIdentifiers).toEqual([]);
  await stack.delete();
  await expectGone(stack.id);
});

test.each(['UpdateIdentityProvider', 'another resource of the stack'])(
  'a move that fails at %s is rolled back, and leaves nothing in the other org',
  async (failing) => {
    const stack = around.stack();
    await stack.create(properties());
    const { physicalResourceId } = stack;
    if (failing === 'UpdateIdentityProvider') {
      around.cognito.faults.add({
        operation: failing,
        action: { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' },
      });
    }
    const failed = await stack.update(properties({ OktaSecretId }), 'fail');
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.physicalResourceId).toBe(physicalResourceId);
    await expectIn(around.okta, stack.id);
    await stack.delete();
    await expectGone(stack.id);
  },
);

test('a move whose probe fails is rolled back, and leaves nothing in the other org', async () => {
  const stack = around.stack();
  await stack.create(properties());
  await otherOrg.fault({
    path: '^/oauth2/v1/token$',
    times: 6,
    action: { type: 'answer', status: 401, body: { error: 'invalid_client' } },
  });
  expect((await stack.update(properties({ OktaSecretId }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  await otherOrg.clearFaults();
  await expectIn(around.okta, stack.id);
});

test.each([
  ['with a token that it refuses', () => JSON.stringify({ orgUrl: otherOrg.url, apiToken: 'not-the-token' })],
  ['with a secret that is none', () => 'not JSON'],
])('a move to another org %s fails, is rolled back, and changes nothing', async (_, secret) => {
  const stack = around.stack();
  await stack.create(properties());
  const failed = await stack.update(properties({ OktaSecretId: await around.addSecret(secret()) }));
  expect(failed).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: expect.stringContaining('Okta secret'),
  });
  await expectIn(around.okta, stack.id);
});

test('a federation leaves an org whose token is refused by now', async () => {
  const stack = around.stack();
  const gone = await around.addSecret(JSON.stringify({ orgUrl: otherOrg.url, apiToken: otherOrg.apiToken }));
  await stack.create(properties({ OktaSecretId: gone }));
  await around.setSecret(gone, JSON.stringify({ orgUrl: otherOrg.url, apiToken: 'revoked' }));
  const moved = await stack.update(properties());
  expect(moved.exchanges[0]?.answer).toMatchObject({ Status: 'SUCCESS' });
  expect(provider()?.ProviderDetails.oidc_issuer).toBe(around.okta.url);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
});

test('a secret that there is none of is named', async () => {
  const failed = await around.stack().create(properties({ OktaSecretId: 'no-such-secret' }));
  expect(failed).toMatchObject({
    status: 'ROLLBACK_COMPLETE',
    reason: expect.stringMatching(/Okta secret no-such-secret does not exist or is empty/),
  });
});
