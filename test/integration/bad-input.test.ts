import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../support/cognito-fake/client.ts';
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
  test.each<[string, Record<string, unknown>, RegExp[]]>([
    ['a misspelled property', { UserPoolClientsIds: ['x'] }, [/UserPoolClientsIds/, /UserPoolClientIds/]],
    ['an unknown property', { Colour: 'red' }, [/Colour/, /Remove it/]],
    ['a property in the wrong case', { providerName: 'Staff' }, [/providerName/, /ProviderName/]],
    ['a list in place of a string', { ProviderName: ['Okta'] }, [/ProviderName/, /string/]],
    ['a map in place of a list', { UserPoolClientIds: { id: 'x' } }, [/UserPoolClientIds/, /list/]],
    ['a string in place of a map', { AttributeMapping: 'email' }, [/AttributeMapping/, /map/]],
    ['a map in place of a string', { UserPoolId: { Ref: 'Pool' } }, [/UserPoolId/, /user pool/]],
    ['a ProviderName with an underscore', { ProviderName: 'My_Okta' }, [/ProviderName/, /underscore/]],
    ['a ProviderName with a space', { ProviderName: 'My Okta' }, [/ProviderName/, /space/]],
    ['a ProviderName that is too long', { ProviderName: 'x'.repeat(33) }, [/ProviderName/, /32/]],
    ['scopes without openid', { Scopes: 'email profile' }, [/Scopes/, /openid/]],
    [
      'a request method that is none',
      { AttributesRequestMethod: 'PUT' },
      [/AttributesRequestMethod/, /GET or POST/],
    ],
    ['an Access of nothing', { Access: [''] }, [/Access/, /Nobody/]],
    ['a label that is too long', { ApplicationLabel: 'x'.repeat(101) }, [/ApplicationLabel/, /100/]],
    ['no pool', { UserPoolId: undefined }, [/UserPoolId/, /missing/]],
    ['a UserPoolId that is none', { UserPoolId: 'pool' }, [/UserPoolId/, /ID of a user pool/]],
  ])('%s is refused', async (_, more, patterns) => {
    await expectRefused(properties(more), ...patterns);
  });

  test('every wrong property is named at once', async () => {
    await expectRefused(properties({ ProviderName: 'My_Okta', Scopes: 'email' }), /ProviderName/, /Scopes/);
  });
});

describe('the pool', () => {
  test('that does not exist', async () => {
    await expectRefused(
      { UserPoolId: 'us-east-1_NoSuchOne' },
      /^UserPoolId/,
      /no user pool us-east-1_NoSuchOne/,
      /Check the ID/,
    );
  });

  test('without a domain: what orders the two is named', async () => {
    const bare = createUserPool(around.cognito.state, { prefix: null });
    await expectRefused({ UserPoolId: bare.id }, /^UserPoolId/, /no domain/, /set UserPoolDomain/);
  });

  test('with a domain that failed', async () => {
    const broken = createUserPool(around.cognito.state, {
      customDomain: 'login.example.com',
      domainStatus: 'FAILED',
    });
    await expectRefused({ UserPoolId: broken.id }, /^UserPoolId/, /has failed/);
  });

  test('that lacks a mapped attribute', async () => {
    await expectRefused(
      properties({ AttributeMapping: { email: 'email', 'custom:team': 'team' } }),
      /AttributeMapping/,
      /no attribute custom:team/,
    );
  });

  test('whose mapped attribute cannot change', async () => {
    const fixed = createUserPool(around.cognito.state, { attributes: [{ Name: 'email', Mutable: false }] });
    await expectRefused({ UserPoolId: fixed.id }, /AttributeMapping/, /email/, /is immutable/);
  });

  test('that requires an attribute which is not mapped', async () => {
    const demanding = createUserPool(around.cognito.state, {
      attributes: [{ Name: 'name', Required: true }],
    });
    await expectRefused({ UserPoolId: demanding.id }, /AttributeMapping/, /requires name/);
  });

  test('a claim that no requested scope gives', async () => {
    await expectRefused(
      properties({ Scopes: 'openid email' }),
      /AttributeMapping/,
      /scope profile/,
      /Scopes/,
    );
  });

  test('with a provider of that name that someone else made', async () => {
    const theirs = oidcProvider(pool.id, 'Okta', { oidc_issuer: around.okta.url });
    await cognitoClient(around.cognito).send(new CreateIdentityProviderCommand(theirs));
    await expectRefused(
      properties(),
      /^ProviderName/,
      /already has an identity provider Okta/,
      /Choose another/,
    );
  });
});

describe('an app client', () => {
  test.each<[string, Parameters<typeof createAppClient>[2], RegExp[]]>([
    [
      'that does not use OAuth',
      { AllowedOAuthFlowsUserPoolClient: false, AllowedOAuthFlows: undefined },
      [/AllowedOAuthFlowsUserPoolClient/],
    ],
    ['that lacks the code flow', { AllowedOAuthFlows: ['implicit'] }, [/code/, /AllowedOAuthFlows/]],
    ['without a callback URL', { CallbackURLs: [] }, [/CallbackURLs/]],
    [
      'that may not write a mapped attribute',
      { WriteAttributes: ['email', 'given_name'] },
      [/WriteAttributes/, /family_name/],
    ],
  ])('%s is refused', async (_, settings, patterns) => {
    const client = createAppClient(around.cognito.state, pool, settings);
    await expectRefused(
      properties({ UserPoolClientIds: [web.id, client.id] }),
      /^UserPoolClientIds/,
      new RegExp(client.id),
      ...patterns,
    );
  });

  test('of another pool is refused', async () => {
    const other = createAppClient(around.cognito.state, createUserPool(around.cognito.state));
    await expectRefused(
      properties({ UserPoolClientIds: [other.id] }),
      /^UserPoolClientIds/,
      new RegExp(other.id),
    );
  });
});

describe('Okta', () => {
  afterEach(() => around.restoreOktaSecret());

  test('an unknown group is refused', async () => {
    await expectRefused(
      properties({ Access: ['Engineering', 'Enginering'] }),
      /^Access/,
      /no group Enginering/,
    );
  });

  test('a group name that two groups have is refused, with their IDs', async () => {
    await expectRefused(
      properties({ Access: ['Twins'] }),
      /^Access/,
      /2 groups named "Twins"/,
      /00g\w+ .*, 00g\w+/,
    );
  });

  test('a refused token is said to be refused, and is not shown', async () => {
    const wrong = 'a-token-that-okta-never-issued';
    await around.setOktaSecret(JSON.stringify({ orgUrl: around.okta.url, apiToken: wrong }));
    await expectRefused(properties(), /Okta/, /token/i, new RegExp(`^(?!.*${wrong})`));
  });

  test.each([
    ['no JSON', 'orgUrl=https://example.okta.com'],
    ['no object', '"token"'],
    ['an object without a token', '{"orgUrl":"https://example.okta.com"}'],
    ['an object with an orgUrl that is none', '{"orgUrl":"example","apiToken":"x"}'],
    ['an orgUrl of plain http', '{"orgUrl":"http://example.okta.com","apiToken":"x"}'],
  ])('a secret that is %s is refused', async (_, value) => {
    await around.setOktaSecret(value);
    await expectRefused(properties(), /Okta secret/, /orgUrl|apiToken|JSON/);
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
      reason: expect.stringContaining('no group Nobodys'),
    });
    expect(stack.physicalResourceId).toBe(physicalResourceId);
    expect(await around.okta.applicationsOf(stack.id)).toMatchObject([{ label: `${stack.name} Federation` }]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });
});
