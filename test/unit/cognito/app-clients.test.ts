import { setTimeout as pause } from 'node:timers/promises';
import {
  AppClientNotFoundError,
  describeAppClient,
  disableProvider,
  enableProvider,
  listAppClientsWith,
  ProviderListError,
  UserPoolNotFoundError,
} from '../../../src/cognito/app-clients.ts';
import { named, scripted } from './cognito.ts';

/** An app client with something of its own in every field. */
const whole = {
  UserPoolId: 'us-east-1_A',
  ClientName: 'shop',
  ClientId: 'client',
  ClientSecret: 'made up',
  LastModifiedDate: new Date(0),
  CreationDate: new Date(0),
  RefreshTokenValidity: 7,
  AccessTokenValidity: 10,
  IdTokenValidity: 11,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
  ReadAttributes: ['email'],
  WriteAttributes: ['email', 'family_name'],
  ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
  SupportedIdentityProviders: ['COGNITO', 'Google'],
  CallbackURLs: ['https://app.example.com/callback'],
  LogoutURLs: ['https://app.example.com/bye'],
  DefaultRedirectURI: 'https://app.example.com/callback',
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  AllowedOAuthFlowsUserPoolClient: true,
  AnalyticsConfiguration: { ApplicationArn: 'arn:aws:mobiletargeting:us-east-1:123456789012:apps/1' },
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: false,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: 5,
  RefreshTokenRotation: { Feature: 'ENABLED' },
};
const { ClientSecret, LastModifiedDate, CreationDate, ...settings } = whole;

test('enabling a provider sends every setting of the app client back', async () => {
  const cognito = scripted({ DescribeUserPoolClient: [{ UserPoolClient: whole }] });
  await enableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  expect(cognito.sent.at(-1)).toEqual([
    'UpdateUserPoolClient',
    { ...settings, SupportedIdentityProviders: ['COGNITO', 'Google', 'Okta'] },
  ]);
});

test('disabling a provider leaves the others', async () => {
  const client = { ...whole, SupportedIdentityProviders: ['COGNITO', 'Okta', 'Google'] };
  const cognito = scripted({ DescribeUserPoolClient: [{ UserPoolClient: client }] });
  await disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  expect(cognito.sent.at(-1)?.[1]).toMatchObject({ SupportedIdentityProviders: ['COGNITO', 'Google'] });
});

test('nothing is written if nothing is to change', async () => {
  const listed = { ...whole, SupportedIdentityProviders: ['Okta'] };
  const cognito = scripted({
    DescribeUserPoolClient: [{ UserPoolClient: listed }, { UserPoolClient: whole }],
  });
  await enableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  expect(cognito.sent.map(([name]) => name)).toEqual(['DescribeUserPoolClient', 'DescribeUserPoolClient']);
});

test('another program’s change between the read and the write is read again, and kept', async () => {
  const changed = { ...whole, SupportedIdentityProviders: ['COGNITO', 'Google', 'Facebook'] };
  const cognito = scripted({
    DescribeUserPoolClient: [{ UserPoolClient: whole }, { UserPoolClient: changed }],
    UpdateUserPoolClient: [named('ConcurrentModificationException')],
  });
  await enableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  expect(cognito.sent.at(-1)?.[1]).toMatchObject({
    SupportedIdentityProviders: ['COGNITO', 'Google', 'Facebook', 'Okta'],
  });
});

test.each([
  ['User pool client client does not exist.', AppClientNotFoundError, 'has no app client client'],
  ['User pool us-east-1_A does not exist.', UserPoolNotFoundError, 'there is no user pool us-east-1_A'],
] as const)('%s is its own error', async (message, kind, sentence) => {
  const gone = named('ResourceNotFoundException', message);
  const cognito = scripted({ DescribeUserPoolClient: [gone, gone] });
  const enabled = enableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await expect(enabled).rejects.toThrow(kind);
  await expect(enabled).rejects.toThrow(sentence);
  await disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
});

test('an update that Cognito accepts without effect is an error', async () => {
  const listed = { ...whole, SupportedIdentityProviders: ['COGNITO', 'Okta'] };
  const cognito = scripted({
    DescribeUserPoolClient: [{ UserPoolClient: whole }, { UserPoolClient: listed }],
    UpdateUserPoolClient: [{ UserPoolClient: whole }, { UserPoolClient: listed }],
  });
  const enabled = enableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await expect(enabled).rejects.toThrow(ProviderListError);
  await expect(enabled).rejects.toThrow('lists COGNITO, Google');
  const disabled = disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await expect(disabled).rejects.toThrow(ProviderListError);
});

test('the app clients that list a provider are found, at most eight at once', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => `client${n}`);
  let running = 0;
  let most = 0;
  const cognito = scripted({
    ListUserPoolClients: [
      { UserPoolClients: ids.slice(0, 20).map((ClientId) => ({ ClientId })), NextToken: 'more' },
      { UserPoolClients: ids.slice(20).map((ClientId) => ({ ClientId })) },
    ],
    DescribeUserPoolClient: ids.map((ClientId, n) => async () => {
      running += 1;
      most = Math.max(most, running);
      await pause(5);
      running -= 1;
      if (n === 3) throw named('ResourceNotFoundException');
      return { UserPoolClient: { ...whole, ClientId, SupportedIdentityProviders: n % 3 ? [] : ['Okta'] } };
    }),
  });
  const found = await listAppClientsWith(cognito, 'us-east-1_A', 'Okta');
  expect(found?.map(({ id }) => id)).toEqual(ids.filter((_, n) => n % 3 === 0 && n !== 3));
  expect(most).toBe(8);
});

test('no more app clients are described than asked for', async () => {
  const cognito = scripted({
    ListUserPoolClients: [{ UserPoolClients: [{ ClientId: 'first' }, { ClientId: 'second' }] }],
    DescribeUserPoolClient: [{ UserPoolClient: { ...whole, ClientId: 'first' } }],
  });
  expect(await listAppClientsWith(cognito, 'us-east-1_A', 'Google', 1)).toMatchObject([{ id: 'first' }]);
});

test('a throttled page of app clients is asked for again', async () => {
  const cognito = scripted({
    ListUserPoolClients: [named('TooManyRequestsException'), { UserPoolClients: [{ ClientId: 'client' }] }],
    DescribeUserPoolClient: [{ UserPoolClient: whole }],
  });
  expect(await listAppClientsWith(cognito, 'us-east-1_A', 'Google')).toMatchObject([{ id: 'client' }]);
});

test('a missing right to list app clients is not an error, and a deleted pool is not one either', async () => {
  const cognito = scripted({
    ListUserPoolClients: [
      named('AccessDeniedException'),
      named('ResourceNotFoundException'),
      named('InternalErrorException'),
    ],
  });
  expect(await listAppClientsWith(cognito, 'us-east-1_A', 'Okta')).toBeUndefined();
  expect(await listAppClientsWith(cognito, 'us-east-1_A', 'Okta')).toEqual([]);
  await expect(listAppClientsWith(cognito, 'us-east-1_A', 'Okta')).rejects.toThrow('InternalErrorException');
});

test('an app client that is gone has nothing to disable, and cannot be enabled', async () => {
  const gone = named('ResourceNotFoundException');
  const cognito = scripted({ DescribeUserPoolClient: [gone, gone, gone] });
  await disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await expect(enableProvider(cognito, 'us-east-1_A', 'client', 'Okta')).rejects.toThrow(
    AppClientNotFoundError,
  );
  expect(await describeAppClient(cognito, 'us-east-1_A', 'client')).toBeUndefined();
});

test('any other failure is passed on', async () => {
  const cognito = scripted({
    DescribeUserPoolClient: [{ UserPoolClient: whole }],
    UpdateUserPoolClient: [named('InvalidParameterException')],
  });
  await expect(enableProvider(cognito, 'us-east-1_A', 'client', 'Okta')).rejects.toThrow('InvalidParameter');
});

test('an app client is described with what Cognito leaves out', async () => {
  const cognito = scripted({
    DescribeUserPoolClient: [{ UserPoolClient: { ClientId: 'client' } }, { UserPoolClient: whole }],
  });
  expect(await describeAppClient(cognito, 'us-east-1_A', 'client')).toEqual({
    id: 'client',
    supportedIdentityProviders: [],
    oauthEnabled: false,
    oauthFlows: [],
    oauthScopes: [],
    callbackUrls: [],
    defaultRedirectUri: undefined,
    writeAttributes: undefined,
  });
  expect(await describeAppClient(cognito, 'us-east-1_A', 'client')).toMatchObject({
    oauthEnabled: true,
    defaultRedirectUri: 'https://app.example.com/callback',
    writeAttributes: ['email', 'family_name'],
  });
});
