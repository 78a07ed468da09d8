import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import type { OktaFault } from '../support/local-okta.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

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

afterEach(async () => {
  around.cognito.beforeCall = () => {};
  await around.okta.clearFaults();
});

const properties = () => ({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });

/** Creates, and expects that the probe says why people could not sign in, and that nothing stays. */
async function expectProbed(...reasons: RegExp[]) {
  const stack = around.stack();
  const failed = await stack.create(properties());
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  for (const reason of reasons) expect(failed.reason).toMatch(reason);
  expect(failed.reason).not.toMatch(/\n|\bat .*:\d+/);
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  expect(providersOf(around.cognito.state, pool.id)).toEqual([]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
}

test.each<[string, string, () => OktaFault['action'], RegExp[]]>([
  [
    'Okta shows an error page for the client or the redirect URI',
    '^/oauth2/v1/authorize$',
    () => ({ type: 'answer', status: 400, body: '<html>' }),
    [/Okta rejected client 0oa\w+ with the redirect URI https:\S+\/oauth2\/idpresponse \(HTTP 400/],
  ],
  [
    'Okta does not take the client secret',
    '^/oauth2/v1/token$',
    () => ({ type: 'answer', status: 401, body: { error: 'invalid_client' } }),
    [/Okta rejected the client secret/, /SecretVersion/],
  ],
  [
    'Okta breaks the connection',
    '^/oauth2/v1/authorize$',
    () => ({ type: 'reset' }),
    [/http:\/\/127.0.0.1:\d+ cannot be reached: read ECONNRESET/],
  ],
])('if %s, the answer says so, and nothing stays', async (_, path, action, reasons) => {
  await around.okta.fault({ path, times: 99, action: action() });
  await expectProbed(...reasons);
});

test('if Cognito does not send people on, the answer names the app client, and nothing stays', async () => {
  const host = `${pool.domains[0]?.name}.auth.us-east-1.amazoncognito.com`;
  // The domain goes at the last moment.
  around.cognito.beforeCall = ({ operation }) => {
    if (operation === 'UpdateUserPoolClient') for (const domain of pool.domains) domain.status = 'DELETING';
  };
  await expectProbed(
    new RegExp(
      `Cognito at ${host} does not send people of app client ${web.id} to Okta through the identity provider Okta \\(HTTP 404`,
    ),
  );
});

test('what takes a while to be known everywhere is waited for', async () => {
  const late = { type: 'answer', status: 401, body: { error: 'invalid_client' } } as const;
  await around.okta.fault({ path: '^/oauth2/v1/token$', times: 3, action: late });
  const error = { type: 'answer', status: 400, body: '<html>' } as const;
  await around.okta.fault({ path: '^/oauth2/v1/authorize$', times: 2, action: error });
  const stack = around.stack();
  expect(await stack.create(properties())).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
});
