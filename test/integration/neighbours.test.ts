import {
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../support/cognito-fake/client.ts';
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

/** A provider of another owner in the pool; its issuer has to exist, as Cognito asks it. */
async function someoneElsesProvider(name: string): Promise<void> {
  const provider = oidcProvider(pool.id, name, { oidc_issuer: around.okta.url });
  await cognitoClient(around.cognito).send(new CreateIdentityProviderCommand(provider));
}

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  ...more,
});

const providerNames = () =>
  providersOf(around.cognito.state, pool.id).map(({ ProviderName }) => ProviderName);

describe('a provider of that name that someone else made', () => {
  test('fails the Create, and neither that nor the Delete after it touches it', async () => {
    await someoneElsesProvider('Okta');
    const before = structuredClone(around.cognito.state.providers.get(providerKey(pool.id, 'Okta')));
    const stack = around.stack();
    const failed = await stack.create(properties());
    expect(failed).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: expect.stringMatching(/ProviderName.*already has an identity provider Okta/),
    });
    expect(around.cognito.state.providers.get(providerKey(pool.id, 'Okta'))).toEqual(before);
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });

  test('is not taken over by a replacement that takes its name', async () => {
    await someoneElsesProvider('Staff');
    const stack = around.stack();
    await stack.create(properties());
    const failed = await stack.update(properties({ ProviderName: 'Staff' }));
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(around.cognito.state.providers.get(providerKey(pool.id, 'Staff'))?.ProviderDetails.client_id).toBe(
      'an-app',
    );
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });

  test('stays when it took the place of ours before the Delete', async () => {
    const stack = around.stack();
    await stack.create(properties());
    const cognito = cognitoClient(around.cognito);
    await cognito.send(new DeleteIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta' }));
    await someoneElsesProvider('Okta');
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(providerNames()).toEqual(['Okta']);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  });
});

describe('app clients', () => {
  test('a client shared with another provider keeps every setting of its own', async () => {
    await someoneElsesProvider('Partner');
    const shared = createAppClient(
      around.cognito.state,
      pool,
      {
        ClientName: 'shop',
        RefreshTokenValidity: 12,
        AccessTokenValidity: 10,
        IdTokenValidity: 15,
        TokenValidityUnits: { RefreshToken: 'hours', AccessToken: 'minutes', IdToken: 'minutes' },
        ReadAttributes: ['email', 'given_name'],
        WriteAttributes: ['email', 'family_name', 'given_name', 'name'],
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
        SupportedIdentityProviders: ['Partner'],
        CallbackURLs: ['https://shop.example.com/a', 'https://shop.example.com/b', 'shop://back'],
        LogoutURLs: ['https://shop.example.com/bye'],
        DefaultRedirectURI: 'https://shop.example.com/b',
        AllowedOAuthFlows: ['code', 'implicit'],
        AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
        AnalyticsConfiguration: {
          ApplicationArn: 'arn:aws:mobiletargeting:us-east-1:000000000000:apps/shop',
          UserDataShared: true,
        },
        PreventUserExistenceErrors: 'ENABLED',
        EnableTokenRevocation: false,
        EnablePropagateAdditionalUserContextData: true,
        AuthSessionValidity: 7,
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
      },
      true,
    );
    const before = structuredClone(shared.settings);
    const stack = around.stack();
    const created = await stack.create(properties({ UserPoolClientIds: [shared.id, web.id] }));
    expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
    expect(shared.settings).toEqual({ ...before, SupportedIdentityProviders: ['Partner', 'Okta'] });
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    await stack.delete();
    expect(shared.settings).toEqual(before);
    expect(providerNames()).toEqual(['Partner']);
  });

  test('federations that are made and removed at the same moment on one client lose none of each other', async () => {
    around.cognito.updateTakes = 50;
    const stacks = ['One', 'Two', 'Three'].map((name) => ({ name, stack: around.stack(name) }));
    const created = await Promise.all(
      stacks.map(({ name, stack }) => stack.create(properties({ ProviderName: name }))),
    );
    expect(created.map(({ status, reason }) => [status, reason])).toEqual(
      stacks.map(() => ['CREATE_COMPLETE', undefined]),
    );
    expect(web.settings.SupportedIdentityProviders?.toSorted()).toEqual(['COGNITO', 'One', 'Three', 'Two']);
    await Promise.all(stacks.map(({ stack }) => stack.delete()));
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
    around.cognito.updateTakes = 10;
  });

  test('an app client that was deleted by hand is no obstacle to the Delete', async () => {
    const stack = around.stack();
    await stack.create(properties());
    around.cognito.state.clients.delete(web.id);
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(providerNames()).toEqual([]);
  });

  test('a pool that was deleted by hand is no obstacle to the Delete', async () => {
    const stack = around.stack();
    await stack.create(properties());
    around.cognito.state.pools.delete(pool.id);
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  });
});

describe('what someone deleted by hand', () => {
  const deleteProvider = async () =>
    void (await cognitoClient(around.cognito).send(
      new DeleteIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta' }),
    ));
  const deleteApplication = async (stackId: string) => {
    for (const { id } of await around.okta.applicationsOf(stackId)) await around.okta.deleteApplication(id);
  };

  test.each([
    ['the provider', [deleteProvider]],
    ['the app', [deleteApplication]],
    ['both', [deleteProvider, deleteApplication]],
  ] as const)('%s: the next Update makes it again, and the Delete leaves nothing', async (_, deletions) => {
    const stack = around.stack();
    await stack.create(properties());
    for (const deletion of deletions) await deletion(stack.id);
    const updated = await stack.update(properties({ ApplicationLabel: `Again ${stack.name}` }));
    expect(updated).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
    expect(updated.exchanges.every(({ answer }) => answer?.Status === 'SUCCESS')).toBe(true);
    const [application, ...others] = await around.okta.applicationsOf(stack.id);
    expect(others).toEqual([]);
    const provider = around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));
    expect(provider?.ProviderDetails.client_id).toBe(application?.id);
    expect(await around.okta.secretsOf(application?.id ?? '')).toContain(
      provider?.ProviderDetails.client_secret,
    );
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    expect(stack.physicalResourceId).toBe(`${pool.id}|Okta|${application?.id}`);

    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
    expect(providerNames()).toEqual([]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });

  test.each([
    ['the provider', [deleteProvider]],
    ['the app', [deleteApplication]],
    ['both', [deleteProvider, deleteApplication]],
  ] as const)('%s: the Delete removes the rest', async (_, deletions) => {
    const stack = around.stack();
    await stack.create(properties());
    for (const deletion of deletions) await deletion(stack.id);
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
    expect(providerNames()).toEqual([]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });

  test('a binding: the next Update makes it again', async () => {
    const stack = around.stack();
    await stack.create(properties());
    web.settings = { ...web.settings, SupportedIdentityProviders: ['COGNITO'] };
    await stack.update(properties());
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });
});
