import { disableProvider, enableProvider } from '../../../src/cognito/app-clients.ts';
import { type Cognito, connectCognito } from '../../../src/cognito/client.ts';
import {
  createIdentityProvider,
  DuplicateProviderError,
  describeIdentityProvider,
  IdentifierTakenError,
  updateIdentityProvider,
} from '../../../src/cognito/identity-providers.ts';
import {
  deleteIdentityProviderOf,
  ForeignProviderError,
  ProviderGoneError,
  updateIdentityProviderOf,
} from '../../../src/cognito/owned-providers.ts';
import { Secret } from '../../../src/secret.ts';
import { type AppClient, createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { type CognitoFake, startCognitoFake } from '../../support/cognito-fake/server.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';

const environment = { ...process.env };
const secret = new Secret('made up');
const issuer = 'https://example.okta.com';

let tests = 0;
let fake: CognitoFake;
let cognito: Cognito;
let pool: UserPool;
let web: AppClient;

beforeEach(async () => {
  fake = await startCognitoFake({
    discover: async (from) => ({
      authorize_url: `${from}/authorize`,
      token_url: `${from}/token`,
      attributes_url: `${from}/userinfo`,
      jwks_uri: `${from}/keys`,
    }),
  });
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = fake.url;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  // A region has one client, which keeps the address that it has called first.
  tests += 1;
  pool = createUserPool(fake.state, { region: `us-east-${tests}` });
  web = createAppClient(fake.state, pool);
  cognito = connectCognito(pool.id, new AbortController().signal);
});

afterEach(async () => {
  cognito.client.destroy();
  await fake[Symbol.asyncDispose]();
  process.env = { ...environment };
});

const settings = (clientId = 'ours', idpIdentifiers: string[] = []) => ({
  clientId,
  issuer,
  scopes: ['openid', 'email'],
  attributesRequestMethod: 'GET' as const,
  attributeMapping: { email: 'email' },
  idpIdentifiers,
});
const create = (name: string, given = settings()) =>
  createIdentityProvider(cognito, pool.id, name, given, secret);
const stored = (name = 'Okta') => fake.state.providers.get(providerKey(pool.id, name));
const operations = () => fake.calls.map(({ operation }) => operation);

/** Lists providers that do not exist on the app client. */
const list = (...names: string[]) => {
  web.settings = { ...web.settings, SupportedIdentityProviders: names };
};

describe('an app client that lists providers that are gone', () => {
  test('gets a provider, and loses the dead names', async () => {
    await create('Okta');
    await create('Google');
    list('COGNITO', 'Dead', 'Google', 'Deader');
    await enableProvider(cognito, pool.id, web.id, 'Okta');
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Google', 'Okta']);
  });

  test('loses a provider together with the dead names', async () => {
    await create('Okta');
    list('COGNITO', 'Dead', 'Okta');
    await disableProvider(cognito, pool.id, web.id, 'Okta');
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });

  test('keeps a name that Cognito names but describes', async () => {
    await create('Okta');
    await create('Google');
    list('COGNITO', 'Google');
    fake.faults.add({
      operation: 'UpdateUserPoolClient',
      action: {
        type: 'error',
        code: 'InvalidParameterException',
        message: `The provider Google does not exist for User Pool ${pool.id}.`,
      },
    });
    await expect(enableProvider(cognito, pool.id, web.id, 'Okta')).rejects.toThrow('provider Google');
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Google']);
  });

  test('is not given a provider that is gone itself', async () => {
    list('COGNITO', 'Dead');
    await expect(enableProvider(cognito, pool.id, web.id, 'Okta')).rejects.toThrow('provider Okta does not');
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Dead']);
  });
});

describe('a key that AWS adds to a description only', () => {
  test('of an app client is left out, and its other settings stay', async () => {
    await create('Okta');
    const before = { ...web.settings };
    fake.state.behavior.readOnlyClientSettings = { Fingerprint: 'ab', Owner: { nested: true } };
    await enableProvider(cognito, pool.id, web.id, 'Okta');
    expect(web.settings).toEqual({ ...before, SupportedIdentityProviders: ['COGNITO', 'Okta'] });
    await disableProvider(cognito, pool.id, web.id, 'Okta');
    expect(web.settings).toEqual(before);
  });

  test('a refused value of a setting is not left out', async () => {
    await create('Okta');
    fake.faults.add({
      operation: 'UpdateUserPoolClient',
      action: {
        type: 'error',
        code: 'InvalidParameterException',
        message: 'CallbackURLs holds an unsupported scheme.',
      },
    });
    await expect(enableProvider(cognito, pool.id, web.id, 'Okta')).rejects.toThrow('CallbackURLs');
    expect(operations().filter((name) => name === 'UpdateUserPoolClient')).toHaveLength(1);
  });

  test('of a provider is left out', async () => {
    await create('Okta');
    fake.state.behavior.readOnlyDetails = { fingerprint: 'ab', other_key: 'cd' };
    const current = await describeIdentityProvider(cognito, pool.id, 'Okta');
    expect(current?.otherDetails).toMatchObject({ fingerprint: 'ab' });
    await updateIdentityProvider(cognito, pool.id, 'Okta', settings('newer'), secret, current);
    expect(stored()?.ProviderDetails).toMatchObject({ client_id: 'newer' });
    await updateIdentityProviderOf(cognito, pool.id, 'Okta', settings('newest'), secret, ['newer']);
    expect(stored()?.ProviderDetails).toMatchObject({ client_id: 'newest' });
  });
});

test('an update that AWS denies names iam:PassRole if the app client sends analytics with a role', async () => {
  await create('Okta');
  const denied = {
    operation: 'UpdateUserPoolClient',
    action: { type: 'error', code: 'AccessDeniedException', message: 'Not authorized.' },
  } as const;
  const RoleArn = 'arn:aws:iam::123456789012:role/analytics';
  fake.faults.add(denied);
  await expect(enableProvider(cognito, pool.id, web.id, 'Okta')).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  web.settings = { ...web.settings, AnalyticsConfiguration: { ApplicationId: 'a-project', RoleArn } };
  fake.faults.clear();
  fake.faults.add(denied);
  await expect(enableProvider(cognito, pool.id, web.id, 'Okta')).rejects.toThrow(
    `The provider's role may not update app client ${web.id}: Not authorized. The app client sends analytics with the role ${RoleArn}. Allow iam:PassRole on that role.`,
  );
});

test.each([true, false])('an update corrects a broken endpoint, if Cognito shows it (%s)', async (shows) => {
  fake.state.behavior.showsDiscoveredEndpoints = shows;
  await create('Okta');
  const before = stored();
  if (!before) throw new Error('The provider is there.');
  const broken = { ...before.ProviderDetails, token_url: 'https://elsewhere.example.com/token' };
  fake.state.providers.set(providerKey(pool.id, 'Okta'), {
    ...before,
    ProviderDetails: { ...broken, new_setting: 'theirs' },
  });
  const answered = await updateIdentityProviderOf(cognito, pool.id, 'Okta', settings(), secret, []);
  expect(stored()?.ProviderDetails).toMatchObject({
    token_url: `${issuer}/token`,
    new_setting: 'theirs',
  });
  expect(answered).toMatchObject({ clientId: 'ours', otherDetails: { new_setting: 'theirs' } });
});

describe('a change of a provider looks whose it is', () => {
  test('deletes the one with the client ID only', async () => {
    await create('Okta', settings('theirs'));
    expect(await deleteIdentityProviderOf(cognito, pool.id, 'Okta', 'ours')).toBe('foreign');
    expect(stored()).toBeDefined();
    expect(await deleteIdentityProviderOf(cognito, pool.id, 'Okta', 'theirs')).toBe('deleted');
    expect(stored()).toBeUndefined();
    expect(await deleteIdentityProviderOf(cognito, pool.id, 'Okta', 'theirs')).toBe('gone');
  });

  test('calls a provider gone that disappears before the delete', async () => {
    await create('Okta');
    fake.faults.add({
      operation: 'DeleteIdentityProvider',
      action: { type: 'error', code: 'ResourceNotFoundException' },
    });
    expect(await deleteIdentityProviderOf(cognito, pool.id, 'Okta', 'ours')).toBe('gone');
  });

  test('looks again after a conflict', async () => {
    await create('Okta');
    fake.beforeCall = ({ operation }) => {
      const before = stored();
      if (operation !== 'DeleteIdentityProvider' || !before) return;
      const ProviderDetails = { ...before.ProviderDetails, client_id: 'theirs' };
      fake.state.providers.set(providerKey(pool.id, 'Okta'), { ...before, ProviderDetails });
    };
    fake.faults.add({
      operation: 'DeleteIdentityProvider',
      action: { type: 'error', code: 'ConcurrentModificationException' },
    });
    expect(await deleteIdentityProviderOf(cognito, pool.id, 'Okta', 'ours')).toBe('foreign');
    expect(stored()?.ProviderDetails.client_id).toBe('theirs');
  });

  test('updates its own only', async () => {
    await create('Okta', settings('theirs'));
    const update = (...own: string[]) =>
      updateIdentityProviderOf(cognito, pool.id, 'Okta', settings(), secret, own);
    const refused = update('before');
    await expect(refused).rejects.toThrow(ForeignProviderError);
    await expect(refused).rejects.toThrow(/Okta of user pool \S+ now has the client ID theirs/);
    expect(stored()?.ProviderDetails.client_id).toBe('theirs');
    expect(await update('theirs')).toMatchObject({ clientId: 'ours' });
    expect(await update()).toMatchObject({ clientId: 'ours' });
    fake.state.providers.clear();
    await expect(update()).rejects.toThrow(ProviderGoneError);
  });
});

test.each(['DuplicateProviderException', 'InvalidParameterException'] as const)(
  'an identifier of another provider is an error that names it, if Cognito says %s',
  async (takenIdentifier) => {
    fake.state.behavior.takenIdentifier = takenIdentifier;
    expect(await create('Other', settings('theirs', ['example.com']))).toMatchObject({ clientId: 'theirs' });
    await expect(create('Okta', settings('ours', ['example.com']))).rejects.toThrow(
      takenIdentifier === 'DuplicateProviderException' ? DuplicateProviderError : IdentifierTakenError,
    );
    await create('Okta');
    const updated = updateIdentityProviderOf(
      cognito,
      pool.id,
      'Okta',
      settings('ours', ['example.com']),
      secret,
      [],
    );
    await expect(updated).rejects.toThrow(IdentifierTakenError);
    await expect(updated).rejects.toThrow(/^IdpIdentifiers: Cognito refused example\.com/);
  },
);

test('conflicts are retried for two minutes', async () => {
  await create('Okta');
  const start = Date.now();
  const clock = jest.spyOn(Date, 'now');
  fake.faults.add({
    operation: 'UpdateIdentityProvider',
    times: 100,
    action: { type: 'error', code: 'ConcurrentModificationException' },
  });
  let tries = 0;
  fake.beforeCall = ({ operation }) => {
    if (operation !== 'UpdateIdentityProvider') return;
    tries += 1;
    clock.mockReturnValue(start + tries * 50_000);
  };
  try {
    await expect(
      updateIdentityProviderOf(cognito, pool.id, 'Okta', settings(), secret, []),
    ).rejects.toMatchObject({ name: 'ConcurrentModificationException' });
  } finally {
    clock.mockRestore();
  }
  expect(tries).toBe(3);
});
