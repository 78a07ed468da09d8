import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey, providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
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

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  ...more,
});

const provider = (name = 'Okta', of = pool) => around.cognito.state.providers.get(providerKey(of.id, name));

async function onlyApplication(stackId: string) {
  const [application, ...others] = await around.okta.applicationsOf(stackId);
  expect(others).toEqual([]);
  if (application === undefined) throw new Error(`Okta has no application of ${stackId}.`);
  return application;
}

test('a Create makes the app and the provider, and enables the provider on the app client', async () => {
  const stack = around.stack();
  const created = await stack.create(properties());
  expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });

  const application = await onlyApplication(stack.id);
  expect(application).toMatchObject({
    label: `${stack.name} Federation`,
    status: 'ACTIVE',
    settings: {
      oauthClient: {
        grant_types: ['authorization_code'],
        redirect_uris: [
          `https://${pool.domains[0]?.name}.auth.us-east-1.amazoncognito.com/oauth2/idpresponse`,
        ],
        issuer_mode: 'ORG_URL',
        application_type: 'web',
      },
    },
  });
  expect(await around.okta.groupsOf(application.id)).toEqual(['Everyone']);
  expect(provider()).toMatchObject({
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: application.id,
      oidc_issuer: around.okta.url,
      authorize_scopes: 'openid email profile',
      attributes_request_method: 'GET',
    },
    AttributeMapping: { email: 'email', family_name: 'family_name', given_name: 'given_name' },
  });
  expect(await around.okta.secretsOf(application.id)).toContain(provider()?.ProviderDetails.client_secret);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(stack.physicalResourceId).toBe(`${pool.id}|Okta|${application.id}`);
});

test('Fn::GetAtt gives what the sign-in needs, and no secret', async () => {
  const stack = around.stack();
  await stack.create(properties());
  const application = await onlyApplication(stack.id);
  const host = `${pool.domains[0]?.name}.auth.us-east-1.amazoncognito.com`;
  expect(stack.attributes).toEqual({
    ProviderName: 'Okta',
    ApplicationId: application.id,
    ClientId: application.id,
    Issuer: around.okta.url,
    RedirectUri: `https://${host}/oauth2/idpresponse`,
    Domain: host,
    SignInUrl: expect.stringContaining(`https://${host}/oauth2/authorize?`),
  });
  const signIn = new URL(String(stack.attributes.SignInUrl));
  expect(Object.fromEntries(signIn.searchParams)).toMatchObject({
    client_id: web.id,
    identity_provider: 'Okta',
    response_type: 'code',
    redirect_uri: 'https://app.example.com/callback',
  });
});

test('an Update in place changes what the template names and keeps the app, its secret and its physical ID', async () => {
  const stack = around.stack();
  await stack.create(properties());
  const before = { id: stack.physicalResourceId, secret: provider()?.ProviderDetails.client_secret };
  const other = createAppClient(around.cognito.state, pool);
  const updated = await stack.update(
    properties({
      UserPoolClientIds: [other.id],
      ApplicationLabel: 'Shop',
      Access: ['Engineering', 'Finance'],
      Scopes: 'openid email profile phone',
      AttributeMapping: { email: 'email', phone_number: 'phone_number' },
      AttributesRequestMethod: 'POST',
    }),
  );
  expect(updated).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  expect(stack.physicalResourceId).toBe(before.id);
  const application = await onlyApplication(stack.id);
  expect(application.label).toBe('Shop');
  expect(await around.okta.groupsOf(application.id)).toEqual(['Engineering', 'Finance']);
  expect(provider()).toMatchObject({
    ProviderDetails: {
      authorize_scopes: 'openid email profile phone',
      attributes_request_method: 'POST',
      client_secret: before.secret,
    },
  });
  expect(provider()?.AttributeMapping).toEqual({
    username: 'sub',
    email: 'email',
    phone_number: 'phone_number',
  });
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(other.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
});

test('an Update that changes nothing writes nothing', async () => {
  const stack = around.stack();
  await stack.create(properties());
  const before = { calls: around.cognito.calls.length, changes: await around.okta.changes() };
  await stack.update(properties());
  const writes = around.cognito.calls
    .slice(before.calls)
    .filter(({ operation }) => !operation.startsWith('Describe'));
  expect(writes).toEqual([]);
  expect(await around.okta.changes()).toEqual(before.changes);
});

test('a failed Update is rolled back to what was there', async () => {
  const stack = around.stack();
  await stack.create(properties({ ApplicationLabel: 'Before' }));
  const before = structuredClone(provider());
  around.cognito.faults.add({
    operation: 'UpdateIdentityProvider',
    action: { type: 'error', code: 'NotAuthorizedException', message: 'No more.' },
  });
  const failed = await stack.update(
    properties({ ApplicationLabel: 'After', AttributesRequestMethod: 'POST' }),
  );
  expect(failed).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: expect.stringContaining('No more.'),
  });
  expect(failed.exchanges[0]?.answer?.PhysicalResourceId).toBe(stack.physicalResourceId);
  expect((await onlyApplication(stack.id)).label).toBe('Before');
  expect({ ...provider(), LastModifiedDate: 0 }).toEqual({ ...before, LastModifiedDate: 0 });
});

test('an Update that another resource of the stack fails is rolled back', async () => {
  const stack = around.stack();
  await stack.create(properties({ Access: ['Engineering'] }));
  const rolledBack = await stack.update(properties({ Access: 'Nobody', UserPoolClientIds: [] }), 'fail');
  expect(rolledBack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const application = await onlyApplication(stack.id);
  expect(await around.okta.groupsOf(application.id)).toEqual(['Engineering']);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
});

test('a Delete leaves nothing behind', async () => {
  const stack = around.stack();
  await stack.create(properties());
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  expect(providersOf(around.cognito.state, pool.id)).toEqual([]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});

test('a second Delete succeeds and changes nothing', async () => {
  const stack = around.stack();
  await stack.create(properties());
  const { physicalResourceId = '' } = stack;
  await stack.delete();
  const calls = around.cognito.calls.length;
  const again = await stack.send(
    stack.event('Delete', properties(), { PhysicalResourceId: physicalResourceId }),
  );
  expect(again.answer?.Status).toBe('SUCCESS');
  expect(
    around.cognito.calls.slice(calls).filter(({ operation }) => /^Update|^Create/.test(operation)),
  ).toEqual([]);
});

test.each(['CreateIdentityProvider', 'UpdateUserPoolClient'])(
  'a Create that fails at %s removes what it made, and its Delete finds nothing to do',
  async (operation) => {
    const stack = around.stack();
    around.cognito.faults.add({
      operation,
      times: 20,
      action: { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' },
    });
    const failed = await stack.create(properties());
    around.cognito.faults.clear();
    expect(failed).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: expect.stringContaining('Not you.'),
    });
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
    expect(providersOf(around.cognito.state, pool.id)).toEqual([]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  },
);
