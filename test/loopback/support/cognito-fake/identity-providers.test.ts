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

  test('the discovered endpoints may stay hidden, as in a recorded answer', async () => {
    fake.state.behavior.showsDiscoveredEndpoints = false;
    await cognito.send(newProvider('Okta', { token_url: 'https://given.example.com/token' }));
    const { IdentityProvider } = await cognito.send(
      new DescribeIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta' }),
    );
    expect(Object.keys(IdentityProvider?.ProviderDetails ?? {}).sort()).toEqual([
      'attributes_request_method',
      'attributes_url_add_attributes',
      'authorize_scopes',
      'client_id',
      'client_secret',
      'oidc_issuer',
      'token_url',
    ]);
    expect(IdentityProvider?.IdpIdentifiers).toEqual([]);
  });

  test('a key that is shown and read-only is refused', async () => {
    await cognito.send(newProvider());
    fake.state.behavior.readOnlyDetails = { new_key: 'x' };
    const { IdentityProvider } = await cognito.send(
      new DescribeIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta' }),
    );
    const ProviderDetails = IdentityProvider?.ProviderDetails;
    expect(ProviderDetails).toMatchObject({ new_key: 'x' });
    await expect(
      cognito.send(
        new UpdateIdentityProviderCommand({ UserPoolId: pool.id, ProviderName: 'Okta', ProviderDetails }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'new_key is not a valid key for OIDC identity provider details',
    });
  });

  test.each(['DuplicateProviderException', 'InvalidParameterException'] as const)(
    'an identifier of another provider is refused with %s',
    async (takenIdentifier) => {
      fake.state.behavior.takenIdentifier = takenIdentifier;
      const IdpIdentifiers = ['example.com'];
      await cognito.send(
        new CreateIdentityProviderCommand({ ...oidcProvider(pool.id, 'Okta'), IdpIdentifiers }),
      );
      await expect(
        cognito.send(
          new CreateIdentityProviderCommand({ ...oidcProvider(pool.id, 'Other'), IdpIdentifiers }),
        ),
      ).rejects.toMatchObject({ name: takenIdentifier });
    },
  );

  test('a change of a provider that an update is changing is refused', async () => {
    const named = { UserPoolId: pool.id, ProviderName: 'Okta' };
    await cognito.send(newProvider());
    fake.state.changing.add(`${pool.id}|Okta`);
    const refused = { name: 'ConcurrentModificationException' };
    await expect(cognito.send(new UpdateIdentityProviderCommand(named))).rejects.toMatchObject(refused);
    await expect(cognito.send(new DeleteIdentityProviderCommand(named))).rejects.toMatchObject(refused);
    fake.state.changing.clear();
    await cognito.send(new UpdateIdentityProviderCommand(named));
    await cognito.send(new DeleteIdentityProviderCommand(named));
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

test('no provider is created for an issuer that cannot be reached', async () => {
  await using asking = await startCognitoFake();
  const { id } = createUserPool(asking.state);
  const command = new CreateIdentityProviderCommand(
    oidcProvider(id, 'Okta', { oidc_issuer: 'http://127.0.0.1:1' }),
  );
  await expect(cognitoClient(asking).send(command)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
