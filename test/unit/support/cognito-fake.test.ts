import { get } from 'node:http';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListIdentityProvidersCommand,
  UpdateIdentityProviderCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { type CognitoFake, startCognitoFake } from '../../support/cognito-fake/server.ts';
import { createUserPool, domainHost, type UserPool } from '../../support/cognito-fake/user-pools.ts';

let fake: CognitoFake;
let cognito: CognitoIdentityProviderClient;
let pool: UserPool;

beforeEach(async () => {
  fake = await startCognitoFake({
    discover: async (issuer) => ({ authorize_url: `${issuer}/authorize`, token_url: `${issuer}/token` }),
  });
  cognito = client('us-east-1');
  pool = createUserPool(fake.state);
});

afterEach(async () => {
  cognito.destroy();
  await fake[Symbol.asyncDispose]();
});

function client(region: string, maxAttempts = 1) {
  return new CognitoIdentityProviderClient({
    endpoint: fake.url,
    region,
    maxAttempts,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

function newProvider(ProviderName = 'Okta', details: Record<string, string> = {}) {
  return new CreateIdentityProviderCommand({
    UserPoolId: pool.id,
    ProviderName,
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'an-app',
      client_secret: 'a-secret',
      attributes_request_method: 'GET',
      oidc_issuer: 'https://okta.example.com',
      authorize_scopes: 'openid email',
      ...details,
    },
    AttributeMapping: { email: 'email' },
  });
}

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
    await expect(client('eu-west-1').send(describe)).resolves.toMatchObject({
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

  test('what a description gives can be sent back, but for what no update takes', async () => {
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
  const command = newProvider('Okta', { oidc_issuer: 'http://127.0.0.1:1' });
  command.input.UserPoolId = id;
  const other = new CognitoIdentityProviderClient({
    endpoint: asking.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await expect(other.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

describe('faults', () => {
  const describePool = () => new DescribeUserPoolCommand({ UserPoolId: pool.id });

  test('the nth call of an operation fails as told, and the calls are on record', async () => {
    fake.faults.add({
      operation: 'DescribeUserPool',
      nth: 2,
      action: { type: 'error', code: 'InternalErrorException', status: 500 },
    });
    await cognito.send(describePool());
    await expect(cognito.send(describePool())).rejects.toMatchObject({ name: 'InternalErrorException' });
    await cognito.send(describePool());
    expect(fake.calls.map(({ operation, status, error }) => [operation, status, error])).toEqual([
      ['DescribeUserPool', 200, undefined],
      ['DescribeUserPool', 500, 'InternalErrorException'],
      ['DescribeUserPool', 200, undefined],
    ]);
  });

  test.each([
    ['reset', 0],
    ['reset-after', 1],
  ] as const)('after a %s, %d providers are there', async (type, made) => {
    fake.faults.add({ operation: 'CreateIdentityProvider', action: { type } });
    await expect(cognito.send(newProvider())).rejects.toThrow();
    expect(fake.state.providers.size).toBe(made);
  });

  test('a call that hangs can be given up', async () => {
    fake.faults.add({ action: { type: 'hang' } });
    await expect(cognito.send(describePool(), { abortSignal: AbortSignal.timeout(50) })).rejects.toThrow();
  });

  test('an operation over its rate is throttled, and a patient client gets through', async () => {
    fake.faults.throttle('DescribeUserPool', 1);
    await cognito.send(describePool());
    await expect(cognito.send(describePool())).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await expect(client('us-east-1', 10).send(describePool())).resolves.toBeDefined();
  });
});

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
