import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createAppClient } from '../../../support/cognito-fake/app-clients.ts';
import { cognitoClient } from '../../../support/cognito-fake/client.ts';
import { type CognitoFake, startCognitoFake } from '../../../support/cognito-fake/server.ts';
import { createUserPool, type UserPool } from '../../../support/cognito-fake/user-pools.ts';

let fake: CognitoFake;
let cognito: CognitoIdentityProviderClient;
let pool: UserPool;

beforeEach(async () => {
  fake = await startCognitoFake({
    discover: async (issuer) => ({ authorize_url: `${issuer}/authorize`, token_url: `${issuer}/token` }),
  });
  cognito = cognitoClient(fake);
  pool = createUserPool(fake.state);
});

afterEach(async () => {
  cognito.destroy();
  await fake[Symbol.asyncDispose]();
});

describe('app clients', () => {
  const analytics = { ApplicationId: 'a-pinpoint-project', UserDataShared: true };

  test('an update resets what it does not name', async () => {
    const app = createAppClient(fake.state, pool, {
      RefreshTokenValidity: 5,
      AccessTokenValidity: 20,
      TokenValidityUnits: { AccessToken: 'minutes' },
      AnalyticsConfiguration: analytics,
      LogoutURLs: ['https://app.example.com/'],
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: false,
    });
    await cognito.send(new UpdateUserPoolClientCommand({ UserPoolId: pool.id, ClientId: app.id }));
    expect(app.settings).toEqual({
      ClientName: 'web',
      RefreshTokenValidity: 30,
      TokenValidityUnits: {},
      AllowedOAuthFlowsUserPoolClient: false,
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
    });
  });

  test('an update accepts all fields of a description, except those that no update has', async () => {
    const app = createAppClient(fake.state, pool, { AnalyticsConfiguration: analytics }, true);
    const before = structuredClone(app.settings);
    const { UserPoolClient } = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: pool.id, ClientId: app.id }),
    );
    expect(UserPoolClient?.ClientSecret).toBe(app.secret);
    expect(UserPoolClient).not.toHaveProperty('LogoutURLs');
    const { ClientSecret, CreationDate, LastModifiedDate, UserPoolId, ClientId, ...rest } =
      UserPoolClient ?? {};
    await cognito.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ...rest }));
    expect(app.settings).toEqual(before);

    const raw = await fetch(fake.url, {
      method: 'POST',
      headers: {
        'x-amz-target': 'AWSCognitoIdentityProviderService.UpdateUserPoolClient',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request',
      },
      body: JSON.stringify({ UserPoolId: pool.id, ClientId: app.id, ClientSecret: 'x' }),
    });
    expect(raw.status).toBe(400);
    expect(raw.headers.get('x-amzn-errortype')).toBe('SerializationException:');
    await expect(raw.json()).resolves.toMatchObject({ __type: 'SerializationException' });
  });

  test('a client takes only providers that exist', async () => {
    const app = createAppClient(fake.state, pool);
    await expect(
      cognito.send(
        new UpdateUserPoolClientCommand({
          UserPoolId: pool.id,
          ClientId: app.id,
          SupportedIdentityProviders: ['COGNITO', 'Nobody'],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `The provider Nobody does not exist for User Pool ${pool.id}.`,
    });
  });

  test('a read-only key is described, and refused in an update', async () => {
    fake.state.behavior.readOnlyClientSettings = { Fingerprint: 'ab' };
    const app = createAppClient(fake.state, pool);
    const post = async (operation: string, body: object) => {
      const answer = await fetch(fake.url, {
        method: 'POST',
        headers: {
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
          authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request',
        },
        body: JSON.stringify({ UserPoolId: pool.id, ClientId: app.id, ...body }),
      });
      return answer.json();
    };
    expect(await post('DescribeUserPoolClient', {})).toMatchObject({ UserPoolClient: { Fingerprint: 'ab' } });
    expect(await post('UpdateUserPoolClient', { Fingerprint: 'ab' })).toEqual({
      __type: 'SerializationException',
      message: 'Unrecognized key: "Fingerprint"',
    });
  });

  test('the app clients of a pool come in pages', async () => {
    const ids = [1, 2, 3].map(() => createAppClient(fake.state, pool).id);
    createAppClient(fake.state, createUserPool(fake.state));
    const pages = paginateListUserPoolClients({ client: cognito, pageSize: 2 }, { UserPoolId: pool.id });
    const found: (string | undefined)[][] = [];
    for await (const { UserPoolClients = [] } of pages)
      found.push(UserPoolClients.map(({ ClientId }) => ClientId));
    expect(found).toEqual([ids.slice(0, 2), ids.slice(2)]);
  });

  test('two updates at once collide, and two clients do not', async () => {
    const [one, other] = [createAppClient(fake.state, pool), createAppClient(fake.state, pool)];
    fake.updateTakes = 100;
    const update = (ClientId: string) =>
      cognito.send(new UpdateUserPoolClientCommand({ UserPoolId: pool.id, ClientId }));
    const results = await Promise.allSettled([update(one.id), update(one.id), update(other.id)]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toEqual([
      expect.objectContaining({
        reason: expect.objectContaining({ name: 'ConcurrentModificationException' }),
      }),
    ]);
  });

  test('OAuth needs flows and scopes', async () => {
    const app = createAppClient(fake.state, pool);
    await expect(
      cognito.send(
        new UpdateUserPoolClientCommand({
          UserPoolId: pool.id,
          ClientId: app.id,
          AllowedOAuthFlowsUserPoolClient: true,
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidOAuthFlowException' });
  });
});
