import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool, type NewUserPool } from '../support/cognito-fake/user-pools.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

// The front plays all hosts of amazoncognito.com; to the product, this one is any other.
const customDomain = 'login.shop.amazoncognito.com';

let around: Surroundings;

beforeAll(async () => {
  // Time enough to wait for a domain once, and not much more.
  around = await startSurroundings(20_000);
});

afterAll(() => around[Symbol.asyncDispose]());

afterEach(() => {
  around.cognito.state.pools.clear();
  around.cognito.beforeCall = () => {};
});

function poolWith(settings: NewUserPool) {
  const pool = createUserPool(around.cognito.state, { prefix: null, ...settings });
  const web = createAppClient(around.cognito.state, pool);
  return { pool, properties: { UserPoolId: pool.id, UserPoolClientIds: [web.id] } };
}

const redirectUrisOf = async (stackId: string) =>
  (await around.okta.applicationsOf(stackId)).map(
    ({ settings }) => Object(settings).oauthClient.redirect_uris,
  );

test('a pool with a custom domain only', async () => {
  const { properties } = poolWith({ customDomain });
  const stack = around.stack();
  expect(await stack.create(properties)).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  expect(await redirectUrisOf(stack.id)).toEqual([[`https://${customDomain}/oauth2/idpresponse`]]);
  expect(stack.attributes).toMatchObject({
    Domain: customDomain,
    RedirectUri: `https://${customDomain}/oauth2/idpresponse`,
    SignInUrl: expect.stringContaining(`https://${customDomain}/oauth2/authorize?`),
  });
});

test('a pool with both domains: people see the custom one, and both bring them back', async () => {
  const { properties } = poolWith({ customDomain, prefix: 'shop' });
  const stack = around.stack();
  expect(await stack.create(properties)).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  expect(await redirectUrisOf(stack.id)).toEqual([
    [
      `https://${customDomain}/oauth2/idpresponse`,
      'https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse',
    ],
  ]);
  expect(stack.attributes.Domain).toBe(customDomain);
});

test('a domain that comes and one that goes: an Update registers what there is', async () => {
  const { pool, properties } = poolWith({ prefix: 'shop' });
  const stack = around.stack();
  await stack.create(properties);
  pool.domains.push({ name: customDomain, custom: true, status: 'ACTIVE' });
  await stack.update({ ...properties, Notes: '1' });
  expect(stack.attributes.Domain).toBe(customDomain);
  pool.domains.shift();
  expect(await stack.update({ ...properties, Notes: '2' })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect(await redirectUrisOf(stack.id)).toEqual([[`https://${customDomain}/oauth2/idpresponse`]]);
});

test('a domain that is being changed is in use', async () => {
  const { pool, properties } = poolWith({ customDomain, prefix: 'shop', domainStatus: 'UPDATING' });
  around.cognito.beforeCall = ({ operation }) => {
    // The fake serves active domains only.
    if (operation === 'CreateIdentityProvider') for (const domain of pool.domains) domain.status = 'ACTIVE';
  };
  expect((await around.stack().create(properties)).status).toBe('CREATE_COMPLETE');
});

test('a domain that is being created is waited for', async () => {
  const { pool, properties } = poolWith({ customDomain, domainStatus: 'CREATING' });
  const looks = () =>
    around.cognito.calls.filter((call) => call.operation === 'DescribeUserPoolDomain').length - before;
  const before = around.cognito.calls.filter((call) => call.operation === 'DescribeUserPoolDomain').length;
  around.cognito.beforeCall = ({ operation }) => {
    if (operation !== 'DescribeUserPoolDomain' || looks() <= 1) return;
    for (const domain of pool.domains) domain.status = 'ACTIVE';
  };
  const stack = around.stack();
  const created = await stack.create(properties);
  expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  expect(looks()).toBeGreaterThan(1);
});

test('a domain that never comes up: an answer before the time is over, and nothing made', async () => {
  const { properties } = poolWith({ customDomain, domainStatus: 'CREATING' });
  const stack = around.stack();
  const changes = await around.okta.changes();
  expect(await stack.create(properties)).toMatchObject({
    status: 'ROLLBACK_COMPLETE',
    reason: expect.stringMatching(new RegExp(`ran out of time.*waiting for the domain ${customDomain}`)),
  });
  expect(await around.okta.changes()).toEqual(changes);
});

test('a domain that failed, beside a prefix that works: it is named, and nothing made', async () => {
  const { properties } = poolWith({ customDomain, prefix: 'shop', domainStatus: 'FAILED' });
  const changes = await around.okta.changes();
  expect(await around.stack().create(properties)).toMatchObject({
    status: 'ROLLBACK_COMPLETE',
    reason: expect.stringMatching(
      new RegExp(`^UserPoolId: the domain ${customDomain} .*has failed\\. Check its certificate`),
    ),
  });
  expect(await around.okta.changes()).toEqual(changes);
});
