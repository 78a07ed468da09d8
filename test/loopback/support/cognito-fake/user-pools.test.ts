import { get } from 'node:http';
import {
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createAppClient } from '../../../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../../../support/cognito-fake/client.ts';
import { federatedProfile } from '../../../support/cognito-fake/federated-user.ts';
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
        expect.objectContaining({ Name: 'custom:team', Mutable: true, StringAttributeConstraints: {} }),
        expect.objectContaining({
          Name: 'birthdate',
          StringAttributeConstraints: { MinLength: '10', MaxLength: '10' },
        }),
        expect.objectContaining({ Name: 'updated_at', AttributeDataType: 'Number' }),
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
    const unknown = await cognito.send(new DescribeUserPoolDomainCommand({ Domain: 'no-such-domain' }));
    expect(unknown.DomainDescription).toEqual({});
  });
});

const newProvider = (name = 'Okta', details = {}) =>
  new CreateIdentityProviderCommand(oidcProvider(pool.id, name, details));

describe('the domain', () => {
  /** Asks the domain as a browser does, or without a User-Agent. */
  async function authorize(clientId: string, provider: string, userAgent: string | undefined = 'a browser') {
    const [domain] = pool.domains;
    if (domain === undefined) throw new Error('The pool has no domain.');
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://app.example.com/callback',
      identity_provider: provider,
    });
    const headers = { host: domainHost(pool, domain), ...(userAgent && { 'user-agent': userAgent }) };
    return new Promise<{ status: number | undefined; location: URL | null }>((resolve, reject) =>
      get(`${fake.url}/oauth2/authorize?${query}`, { headers, agent: false }, (answer) =>
        resolve({ status: answer.statusCode, location: URL.parse(answer.headers.location ?? '') }),
      ).on('error', reject),
    );
  }

  test('sends a browser to the provider that the client lists, with its client ID and redirect URI', async () => {
    await cognito.send(newProvider());
    const app = createAppClient(fake.state, pool, { SupportedIdentityProviders: ['Okta'] });
    const { location } = await authorize(app.id, 'Okta');
    expect(`${location?.origin}${location?.pathname}`).toBe('https://okta.example.com/authorize');
    expect(location?.searchParams.get('client_id')).toBe('an-app');
    expect(location?.searchParams.get('redirect_uri')).toBe(
      `https://${pool.domains[0]?.name}.auth.us-east-1.amazoncognito.com/oauth2/idpresponse`,
    );
  });

  test.each([
    [false, '/error'],
    [true, '/authorize'],
  ])('for a provider that the client does not list, it may redirect (%s)', async (redirects, path) => {
    fake.state.behavior.redirectsUnlistedProvider = redirects;
    await cognito.send(newProvider());
    const app = createAppClient(fake.state, pool, { SupportedIdentityProviders: ['COGNITO'] });
    expect((await authorize(app.id, 'Okta')).location?.pathname).toBe(path);
  });

  test.each([
    ['core rules', '', 403],
    ['core rules', 'a browser', 302],
    ['none', '', 302],
    [405, 'a browser', 405],
    [429, 'a browser', 429],
  ] as const)('the web ACL %s answers the User-Agent %j with %d', async (webAcl, userAgent, status) => {
    fake.state.behavior.webAcl = webAcl;
    await cognito.send(newProvider());
    const app = createAppClient(fake.state, pool, { SupportedIdentityProviders: ['Okta'] });
    expect(await authorize(app.id, 'Okta', userAgent)).toMatchObject({ status });
  });

  test('has its own name in GovCloud', () => {
    const gov = createUserPool(fake.state, { region: 'us-gov-west-1', prefix: 'shop' });
    const [domain] = gov.domains;
    if (domain === undefined) throw new Error('The pool has no domain.');
    expect(domainHost(gov, domain)).toBe('shop.auth-fips.us-gov-west-1.amazoncognito.com');
  });
});

describe('a federated user', () => {
  /** Signs in once, or a second time, with the claims. */
  function signIn(claims: Record<string, string>, settings: object = {}, before?: Record<string, string>) {
    const strict = createUserPool(fake.state, {
      attributes: [
        { Name: 'custom:team', StringAttributeConstraints: { MaxLength: '4' } },
        { Name: 'nickname', Mutable: false },
        { Name: 'email', Required: true },
      ],
    });
    const client = createAppClient(fake.state, strict, settings);
    const provider = {
      ...oidcProvider(strict.id, 'Okta'),
      UserPoolId: strict.id,
      ProviderName: 'Okta',
      ProviderType: 'OIDC',
      ProviderDetails: {},
      AttributeMapping: { email: 'email', 'custom:team': 'team', nickname: 'nick' },
      IdpIdentifiers: [],
      CreationDate: 0,
      LastModifiedDate: 0,
    };
    return federatedProfile(fake.state, strict, client, provider, claims, before);
  }

  test('gets a custom attribute if the app client may write it', () => {
    const claims = { email: 'ada@example.com', team: 'ring' };
    const both = { email: 'ada@example.com', 'custom:team': 'ring' };
    expect(signIn(claims)).toEqual({ email: 'ada@example.com' });
    expect(signIn(claims, { WriteAttributes: ['email', 'custom:team'] })).toEqual(both);
    fake.state.behavior.unsetWriteAttributes = 'all';
    expect(signIn(claims)).toEqual(both);
  });

  test('cannot sign in with a value that does not fit', () => {
    fake.state.behavior.unsetWriteAttributes = 'all';
    const email = 'ada@example.com';
    expect(() => signIn({ email, team: 'rings' })).toThrow('custom:team');
    expect(() => signIn({ team: 'ring' })).toThrow('email');
    const first = signIn({ email, nick: 'ada' });
    expect(() => signIn({ email, nick: 'ada' }, {}, first)).toThrow('nickname');
  });
});
