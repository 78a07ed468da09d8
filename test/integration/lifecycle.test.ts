import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey, providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { startSurroundings } from '../support/surroundings.ts';

// Over real sockets, a process for each event. What else the events do: test/virtual/at-the-doors.

test('a federation is made, answered, changed in place and removed, and an Update that changes nothing writes nothing', async () => {
  await using around = await startSurroundings();
  const { state } = around.cognito;
  const pool = createUserPool(state);
  const [web, other] = [createAppClient(state, pool), createAppClient(state, pool)];
  const host = `${pool.domains[0]?.name}.auth.us-east-1.amazoncognito.com`;
  const provider = () => state.providers.get(providerKey(pool.id, 'Okta'));
  const applications = () => around.okta.applicationsOf(stack.id);
  const stack = around.stack();
  const properties = { UserPoolId: pool.id, UserPoolClientIds: [web.id] };

  expect(await stack.create(properties)).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  const [application, ...others] = await applications();
  expect(others).toEqual([]);
  const id = application?.id ?? '';
  expect(application).toMatchObject({
    label: `${stack.name} Federation`,
    status: 'ACTIVE',
    settings: {
      oauthClient: {
        grant_types: ['authorization_code'],
        redirect_uris: [`https://${host}/oauth2/idpresponse`],
        application_type: 'web',
      },
    },
  });
  expect(await around.okta.groupsOf(id)).toEqual(['Everyone']);
  const secret = provider()?.ProviderDetails.client_secret;
  expect(await around.okta.secretsOf(id)).toEqual([secret]);
  expect(provider()?.ProviderDetails).toMatchObject({ client_id: id, oidc_issuer: around.okta.url });
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(stack.physicalResourceId).toBe(`${pool.id}|Okta|${id}`);
  // What Fn::GetAtt gives: all that a sign-in needs, and no secret.
  expect(stack.attributes).toEqual({
    ProviderName: 'Okta',
    ApplicationId: id,
    ClientId: id,
    Issuer: around.okta.url,
    RedirectUri: `https://${host}/oauth2/idpresponse`,
    Domain: host,
    SignInUrl: expect.stringContaining(`https://${host}/oauth2/authorize?`),
  });

  const changed = {
    ...properties,
    UserPoolClientIds: [other.id],
    ApplicationLabel: 'Shop',
    Access: ['Engineering', 'Finance'],
    AttributesRequestMethod: 'POST',
  };
  expect(await stack.update(changed)).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  expect(stack.physicalResourceId).toBe(`${pool.id}|Okta|${id}`);
  expect(await applications()).toMatchObject([{ id, label: 'Shop' }]);
  expect(await around.okta.groupsOf(id)).toEqual(['Engineering', 'Finance']);
  expect(provider()?.ProviderDetails).toMatchObject({
    attributes_request_method: 'POST',
    client_secret: secret,
  });
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(other.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);

  const before = { calls: around.cognito.calls.length, changes: await around.okta.changes() };
  await stack.update(changed);
  const calls = around.cognito.calls.slice(before.calls).map(({ operation }) => operation);
  expect(calls.filter((operation) => !operation.startsWith('Describe'))).toEqual([]);
  expect(await around.okta.changes()).toEqual(before.changes);

  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(await applications()).toEqual([]);
  expect(providersOf(state, pool.id)).toEqual([]);
  expect(other.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});
