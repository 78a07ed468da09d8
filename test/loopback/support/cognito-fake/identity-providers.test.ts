import {
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  ListIdentityProvidersCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { cognitoClient, oidcProvider } from '../../../support/cognito-fake/client.ts';
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

const newProvider = (name = 'Okta', details = {}) =>
  new CreateIdentityProviderCommand(oidcProvider(pool.id, name, details));

describe('identity providers', () => {
  test('a provider is described with its secret, the discovered endpoints and the user name mapping', async () => {
    await cognito.send(newProvider());
    const { IdentityProvider } = await cognito.send(
      new DescribeIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta' }),
    );
    expect(IdentityProvider).toMatchObject({
      ProviderDetails: {
        client_secret: 'a-secret',
        authorize_url: 'https://okta.example.com/authorize',
        attributes_url_add_attributes: 'false',
      },
      AttributeMapping: { username: 'sub', email: 'email' },
    });
    const listed = await cognito.send(new ListIdentityProvidersCommand({ UserPoolId: pool.id }));
    expect(listed.Providers).toEqual([
      expect.objectContaining({ ProviderName: 'Okta', ProviderType: 'OIDC' }),
    ]);
  });

  test('a second provider of the same name is refused', async () => {
    await cognito.send(newProvider());
    await expect(cognito.send(newProvider())).rejects.toMatchObject({ name: 'DuplicateProviderException' });
  });

  test.each(['My_Okta', 'My Okta', 'ab', 'x'.repeat(33)])('no provider is named %p', async (name) => {
    await expect(cognito.send(newProvider(name))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test.each([{ client_secret: '' }, { attributes_request_method: 'PUT' }, { authorize_scopes: 'email' }])(
    'no provider has the details %j',
    async (details) => {
      await expect(cognito.send(newProvider('Okta', details))).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
    },
  );

  test('an attribute that the pool lacks cannot be mapped', async () => {
    await cognito.send(newProvider());
    await expect(
      cognito.send(
        new UpdateIdentityProviderCommand({
          UserPoolId: pool.id,
          ProviderName: 'Okta',
          AttributeMapping: { 'custom:team': 'team' },
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('custom:team'),
    });
  });

  test('an update replaces the members it names and keeps the others', async () => {
    await cognito.send(newProvider());
    const { IdentityProvider } = await cognito.send(
      new UpdateIdentityProviderCommand({
        UserPoolId: pool.id,
        ProviderName: 'Okta',
        AttributeMapping: { name: 'name' },
      }),
    );
    expect(IdentityProvider).toMatchObject({
      AttributeMapping: { username: 'sub', name: 'name' },
      ProviderDetails: { client_secret: 'a-secret' },
    });
    expect(IdentityProvider?.AttributeMapping).not.toHaveProperty('email');
  });

  test('a pool holds 300 providers', async () => {
    for (let n = 0; n < 300; n += 1) await cognito.send(newProvider(`Okta${n}`));
    await expect(cognito.send(newProvider('Okta300'))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  test('what is deleted is not found', async () => {
    await cognito.send(newProvider());
    const remove = new DeleteIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta' });
    await cognito.send(remove);
    await expect(cognito.send(remove)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('no provider is made of an issuer that cannot be reached', async () => {
  await using asking = await startCognitoFake();
  const { id } = createUserPool(asking.state);
  const command = new CreateIdentityProviderCommand(
    oidcProvider(id, 'Okta', { oidc_issuer: 'http://127.0.0.1:1' }),
  );
  await expect(cognitoClient(asking).send(command)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
