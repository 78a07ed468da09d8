import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;
let pool: UserPool;
let web: AppClient;

beforeAll(async () => {
  around = await startSurroundings();
  await around.okta.addGroup('Twins');
  await around.okta.addGroup('Twins', 'APP_GROUP');
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(() => {
  pool = createUserPool(around.cognito.state);
  web = createAppClient(around.cognito.state, pool);
});

/** Creates with these properties, and expects a FAILED answer in which every pattern is found, and nothing made. */
async function expectRefused(properties: Record<string, unknown>, ...patterns: RegExp[]): Promise<void> {
  const before = { calls: around.cognito.calls.length, changes: await around.okta.changes() };
  const failed = await around.stack().create(properties);
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  for (const pattern of patterns) expect(failed.reason).toMatch(pattern);
  expect(failed.reason).not.toMatch(/\n|\bat \S+ \(/); // no stack trace
  expect(failed.reason?.length).toBeLessThan(600);
  const writes = around.cognito.calls
    .slice(before.calls)
    .filter(({ operation }) => !/^(Describe|List)/.test(operation));
  expect(writes).toEqual([]);
  expect(await around.okta.changes()).toEqual(before.changes);
}

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  ...more,
});

describe('properties', () => {
  test('every wrong property is named at once', async () => {
    await expectRefused(properties({ ProviderName: 'My_Okta', Scopes: 'email' }), /ProviderName/, /Scopes/);
  });
});

describe('Okta', () => {
  afterEach(() => around.restoreOktaSecret());

  test('an unknown group is refused', async () => {
    await expectRefused(
      properties({ Access: ['Engineering', 'Enginering'] }),
      /^Access/,
      /no group "Enginering"/,
    );
  });

  test('a refused token is said to be refused, and is not shown', async () => {
    const wrong = 'a-token-that-okta-never-issued';
    await around.setOktaSecret(JSON.stringify({ orgUrl: around.okta.url, apiToken: wrong }));
    await expectRefused(properties(), /Okta/, /token/i, new RegExp(`^(?!.*${wrong})`));
  });
});

describe('an Update with a bad property', () => {
  test('fails and keeps all as it was', async () => {
    const stack = around.stack();
    await stack.create(properties());
    const { physicalResourceId } = stack;
    const failed = await stack.update(properties({ Access: ['Nobodys'], ApplicationLabel: 'Changed' }));
    expect(failed).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: expect.stringContaining('no group "Nobodys"'),
    });
    expect(stack.physicalResourceId).toBe(physicalResourceId);
    expect(await around.okta.applicationsOf(stack.id)).toMatchObject([{ label: `${stack.name} Federation` }]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });
});
