import { regionOf } from '../../../src/cognito/client.ts';
import {
  createIdentityProvider,
  DuplicateProviderError,
  describeIdentityProvider,
  updateIdentityProvider,
} from '../../../src/cognito/identity-providers.ts';
import { describeUserPool, UnknownPoolDomainError } from '../../../src/cognito/user-pools.ts';
import { Secret } from '../../../src/secret.ts';
import { named, scripted } from './cognito.ts';

const settings = {
  clientId: '0oa1',
  issuer: 'https://example.okta.com',
  scopes: ['openid', 'email'],
  attributesRequestMethod: 'GET',
  attributeMapping: { email: 'email' },
  idpIdentifiers: ['example.com'],
} as const;

const described = {
  IdentityProvider: {
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: '0oa1',
      client_secret: 'made up',
      oidc_issuer: 'https://example.okta.com',
      authorize_scopes: 'openid email',
      attributes_request_method: 'GET',
      authorize_url: 'https://example.okta.com/oauth2/v1/authorize',
      something_new: 'kept',
    },
    AttributeMapping: { email: 'email' },
    IdpIdentifiers: ['example.com'],
  },
};

const details = {
  client_id: '0oa1',
  client_secret: 'other',
  authorize_scopes: 'openid email',
  attributes_request_method: 'GET',
};

test('a provider is described with its secret unseen', async () => {
  const provider = await describeIdentityProvider(
    scripted({ DescribeIdentityProvider: [described] }),
    'p',
    'Okta',
  );
  expect(provider).toMatchObject({ ...settings, type: 'OIDC' });
  expect(provider?.clientSecret?.reveal()).toBe('made up');
  expect(JSON.stringify(provider)).not.toContain('made up');
});

test('an update keeps what this project does not manage', async () => {
  const cognito = scripted({ DescribeIdentityProvider: [described] });
  const current = await describeIdentityProvider(cognito, 'p', 'Okta');
  await updateIdentityProvider(cognito, 'p', 'Okta', settings, new Secret('other'), current);
  expect(cognito.sent.at(-1)?.[1]).toMatchObject({
    ProviderDetails: {
      ...details,
      oidc_issuer: 'https://example.okta.com',
      something_new: 'kept',
    },
    IdpIdentifiers: ['example.com'],
  });
});

test.each(['https://example.okta.com', 'https://login.example.com'])(
  'the endpoints that Cognito stores are not sent back, so that it reads them at %s again',
  async (issuer) => {
    const cognito = scripted({ DescribeIdentityProvider: [described] });
    const current = await describeIdentityProvider(cognito, 'p', 'Okta');
    expect(current?.otherDetails).toHaveProperty('authorize_url');
    await updateIdentityProvider(cognito, 'p', 'Okta', { ...settings, issuer }, new Secret('other'), current);
    expect(cognito.sent.at(-1)?.[1].ProviderDetails).toEqual({
      ...details,
      oidc_issuer: issuer,
      something_new: 'kept',
    });
  },
);

test('a taken name is an error of its own', async () => {
  const cognito = scripted({ CreateIdentityProvider: [named('DuplicateProviderException'), named('Other')] });
  const create = () => createIdentityProvider(cognito, 'p', 'Okta', settings, new Secret('other'));
  await expect(create()).rejects.toThrow(DuplicateProviderError);
  await expect(create()).rejects.toThrow('Other');
  await create();
  expect(cognito.sent.at(-1)?.[1]).toMatchObject({ ProviderType: 'OIDC', ProviderDetails: details });
});

test('a change that conflicts with another one is tried again', async () => {
  const concurrent = named('ConcurrentModificationException');
  const cognito = scripted({ UpdateIdentityProvider: [concurrent] });
  await updateIdentityProvider(cognito, 'p', 'Okta', settings, new Secret('other'), undefined);
  expect(cognito.sent.map(([name]) => name)).toEqual(['UpdateIdentityProvider', 'UpdateIdentityProvider']);
});

test('a deleted provider is undefined', async () => {
  const cognito = scripted({ DescribeIdentityProvider: [named('ResourceNotFoundException')] });
  expect(await describeIdentityProvider(cognito, 'p', 'Okta')).toBeUndefined();
});

test.each([
  ['us-east-1_A', { Domain: 'shop' }, [{ host: 'shop.auth.us-east-1.amazoncognito.com', state: 'ready' }]],
  [
    'us-gov-west-1_A',
    { Domain: 'shop' },
    [{ host: 'shop.auth-fips.us-gov-west-1.amazoncognito.com', state: 'ready' }],
  ],
  ['us-east-1_A', {}, []],
])('the pool %s with %j is served at %j', async (id, pool, domains) => {
  const cognito = scripted({ DescribeUserPool: [{ UserPool: pool }] });
  expect((await describeUserPool(cognito, id))?.domains).toEqual(domains);
});

test.each([
  ['ACTIVE', 'ready'],
  ['UPDATING', 'ready'],
  ['CREATING', 'creating'],
  [undefined, 'creating'],
  ['FAILED', 'failed'],
  ['DELETING', 'failed'],
])('a custom domain that is %s is %s', async (Status, state) => {
  const cognito = scripted({
    DescribeUserPool: [{ UserPool: { CustomDomain: 'login.example.com', Domain: 'shop' } }],
    DescribeUserPoolDomain: [{ DomainDescription: { Status } }],
  });
  expect((await describeUserPool(cognito, 'us-east-1_A'))?.domains).toEqual([
    { host: 'login.example.com', state },
    { host: 'shop.auth.us-east-1.amazoncognito.com', state: 'ready' },
  ]);
});

test('the prefix domain of a pool in the European Sovereign Cloud is refused, and a custom domain is not', async () => {
  const cognito = scripted({
    DescribeUserPool: [{ UserPool: { Domain: 'shop' } }, { UserPool: { CustomDomain: 'login.example.com' } }],
    DescribeUserPoolDomain: [{ DomainDescription: { Status: 'ACTIVE' } }],
  });
  const refused = describeUserPool(cognito, 'eusc-de-east-1_A');
  await expect(refused).rejects.toThrow(UnknownPoolDomainError);
  await expect(refused).rejects.toThrow(/shop .*eusc-de-east-1.* Give the user pool a custom domain/);
  expect((await describeUserPool(cognito, 'eusc-de-east-1_A'))?.domains).toHaveLength(1);
});

test('an attribute is described with its type and its bounds', async () => {
  const text = { AttributeDataType: 'String', Mutable: true, Required: false };
  const SchemaAttributes = [
    { ...text, Name: 'email', StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' } },
    { ...text, Name: 'custom:team', StringAttributeConstraints: {} },
    { Name: 'updated_at', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '0' } },
  ];
  const cognito = scripted({ DescribeUserPool: [{ UserPool: { SchemaAttributes } }] });
  expect([...((await describeUserPool(cognito, 'us-east-1_A'))?.attributes ?? [])]).toEqual([
    ['email', { mutable: true, required: false, maxLength: 2048 }],
    ['custom:team', { mutable: true, required: false }],
    ['updated_at', { mutable: true, required: false }],
  ]);
});

test('a pool that is gone is nothing, and its region is in its ID', async () => {
  const cognito = scripted({ DescribeUserPool: [named('ResourceNotFoundException')] });
  expect(await describeUserPool(cognito, 'us-east-1_A')).toBeUndefined();
  expect(regionOf('ap-southeast-2_Ab1')).toBe('ap-southeast-2');
});
