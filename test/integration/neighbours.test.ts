import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../support/cognito-fake/client.ts';
import { providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { startSurroundings } from '../support/surroundings.ts';

// With Cognito's own protocol, and processes of their own. What else is left to neighbors: test/virtual/at-the-doors.

/** An app client with a setting of each kind. */
const settings: Parameters<typeof createAppClient>[2] = {
  ClientName: 'shop',
  RefreshTokenValidity: 12,
  AccessTokenValidity: 10,
  IdTokenValidity: 15,
  TokenValidityUnits: { RefreshToken: 'hours', AccessToken: 'minutes', IdToken: 'minutes' },
  ReadAttributes: ['email', 'given_name'],
  WriteAttributes: ['email', 'family_name', 'given_name', 'name'],
  ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
  SupportedIdentityProviders: ['Partner'],
  CallbackURLs: ['https://shop.example.com/a', 'https://shop.example.com/b', 'shop://back'],
  LogoutURLs: ['https://shop.example.com/bye'],
  DefaultRedirectURI: 'https://shop.example.com/b',
  AllowedOAuthFlows: ['code', 'implicit'],
  AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
  AnalyticsConfiguration: {
    ApplicationArn: 'arn:aws:mobiletargeting:us-east-1:000000000000:apps/shop',
    UserDataShared: true,
  },
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: false,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: 7,
  RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 30 },
};

test('an app client keeps every setting of its own while federations are made and removed on it at the same moment', async () => {
  await using around = await startSurroundings();
  const { state } = around.cognito;
  const pool = createUserPool(state);
  // Of another owner. Its issuer has to exist: Cognito asks it.
  const partner = oidcProvider(pool.id, 'Partner', { oidc_issuer: around.okta.url });
  await cognitoClient(around.cognito).send(new CreateIdentityProviderCommand(partner));
  const shared = createAppClient(state, pool, settings, true);
  const before = structuredClone(shared.settings);
  around.cognito.updateTakes = 50;
  const names = ['One', 'Three', 'Two'];
  const stacks = names.map((name) => ({ name, stack: around.stack(name) }));
  const created = await Promise.all(
    stacks.map(({ name, stack }) =>
      stack.create({ UserPoolId: pool.id, UserPoolClientIds: [shared.id], ProviderName: name }),
    ),
  );
  expect(created.map(({ status, reason }) => [status, reason])).toEqual(
    names.map(() => ['CREATE_COMPLETE', undefined]),
  );
  const { SupportedIdentityProviders, ...others } = shared.settings;
  const { SupportedIdentityProviders: theirs, ...othersBefore } = before;
  expect(SupportedIdentityProviders?.[0]).toBe('Partner');
  expect(SupportedIdentityProviders?.toSorted()).toEqual([...(theirs ?? []), ...names].toSorted());
  expect(others).toEqual(othersBefore);
  await Promise.all(stacks.map(({ stack }) => stack.delete()));
  expect(shared.settings).toEqual(before);
  expect(providersOf(state, pool.id).map(({ ProviderName }) => ProviderName)).toEqual(['Partner']);
});
