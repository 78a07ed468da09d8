import { describeAppClient, disableProvider, enableProvider } from '../../../src/cognito/app-clients.ts';
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

test('nothing is written where nothing is to change', async () => {
  const listed = { ...whole, SupportedIdentityProviders: ['Okta'] };
  const cognito = scripted({
    DescribeUserPoolClient: [{ UserPoolClient: listed }, { UserPoolClient: whole }],
  });
  await enableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  expect(cognito.sent.map(([name]) => name)).toEqual(['DescribeUserPoolClient', 'DescribeUserPoolClient']);
});

test('what somebody else wrote between the read and the write is read again, and kept', async () => {
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

test('an app client that is gone has nothing to disable, and cannot be enabled', async () => {
  const gone = named('ResourceNotFoundException');
  const cognito = scripted({ DescribeUserPoolClient: [gone, gone, gone] });
  await disableProvider(cognito, 'us-east-1_A', 'client', 'Okta');
  await expect(enableProvider(cognito, 'us-east-1_A', 'client', 'Okta')).rejects.toThrow('ResourceNotFound');
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
