import { get } from 'node:http';
import {
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createAppClient } from '../../../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../../../support/cognito-fake/client.ts';
import { type CognitoFake, startCognitoFake } from '../../../support/cognito-fake/server.ts';
import { createUserPool, domainHost, type UserPool } from '../../../support/cognito-fake/user-pools.ts';

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

describe('user pools', () => {
  test('a pool has the standard attributes, with what the test says of them', async () => {
    const strict = createUserPool(fake.state, {
      attributes: [{ Name: 'email', Mutable: false, Required: true }, { Name: 'custom:team' }],
    });
    const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: strict.id }));
    expect(UserPool?.SchemaAttributes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Name: 'sub', Mutable: false, Required: true }),
        expect.objectContaining({ Name: 'email', Mutable: false, Required: true }),
        expect.objectContaining({ Name: 'given_name', Mutable: true, Required: false }),
        expect.objectContaining({ Name: 'custom:team', Mutable: true }),
      ]),
    );
  });

  test('a pool is not there in another region', async () => {
    const elsewhere = createUserPool(fake.state, { region: 'eu-west-1' });
    const describe = new DescribeUserPoolCommand({ UserPoolId: elsewhere.id });
    await expect(cognito.send(describe)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `User pool ${elsewhere.id} does not exist.`,
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    await expect(cognitoClient(fake, 'eu-west-1').send(describe)).resolves.toMatchObject({
      UserPool: { Id: elsewhere.id },
    });
  });

  test('an unknown domain has an empty description', async () => {
    const [domain] = pool.domains;
    if (domain === undefined) throw new Error('The pool has no domain.');
    domain.status = 'CREATING';
    await expect(
      cognito.send(new DescribeUserPoolDomainCommand({ Domain: domain.name })),
    ).resolves.toMatchObject({ DomainDescription: { Status: 'CREATING', UserPoolId: pool.id } });
    const unknown = await cognito.send(new DescribeUserPoolDomainCommand({ Domain: 'nobody' }));
    expect(unknown.DomainDescription).toEqual({});
  });
});

const newProvider = (name = 'Okta', details = {}) =>
  new CreateIdentityProviderCommand(oidcProvider(pool.id, name, details));

describe('the domain', () => {
  async function authorize(clientId: string, provider: string) {
    const [domain] = pool.domains;
    if (domain === undefined) throw new Error('The pool has no domain.');
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://app.example.com/callback',
      identity_provider: provider,
    });
    return new Promise<URL>((resolve, reject) =>
      get(
        `${fake.url}/oauth2/authorize?${query}`,
        { headers: { host: domainHost(pool, domain) }, agent: false },
        (answer) => resolve(new URL(answer.headers.location ?? '', 'https://nowhere.example.com')),
      ).on('error', reject),
    );
  }

  test('sends a browser to the provider that the client lists, with its client ID and redirect URI', async () => {
    await cognito.send(newProvider());
    const app = createAppClient(fake.state, pool, { SupportedIdentityProviders: ['Okta'] });
    const location = await authorize(app.id, 'Okta');
    expect(location.origin + location.pathname).toBe('https://okta.example.com/authorize');
    expect(location.searchParams.get('client_id')).toBe('an-app');
    expect(location.searchParams.get('redirect_uri')).toBe(
      `https://${pool.domains[0]?.name}.auth.us-east-1.amazoncognito.com/oauth2/idpresponse`,
    );
  });

  test('sends it to the error page for a provider that the client does not list', async () => {
    await cognito.send(newProvider());
    const app = createAppClient(fake.state, pool, { SupportedIdentityProviders: ['COGNITO'] });
    expect((await authorize(app.id, 'Okta')).pathname).toBe('/error');
  });
});
