import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providerKey, providersOf } from '../../support/cognito-fake/state.ts';
import { createUserPool } from '../../support/cognito-fake/user-pools.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication } from '../../support/virtual/hand-made.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };

test('an Update that changes nothing writes nothing, and answers as the Create did', async () => {
  const created = await scene.create();
  const calls = await scene.callsOf(async () => {
    const { Data, PhysicalResourceId } = await scene.update(created.PhysicalResourceId, scene.properties());
    expect({ Data, PhysicalResourceId }).toEqual({
      Data: created.Data,
      PhysicalResourceId: created.PhysicalResourceId,
    });
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

test.each(['UpdateUserPoolClient', 'DeleteIdentityProvider'])(
  'a %s with many conflicts in a row at the user pool succeeds in the end',
  async (operation) => {
    const concurrent = refusal('ConcurrentModificationException', 'Another request changes it.');
    const before = scene.view;
    scene.strike(new RegExp(operation), { do: 'answer', reply: concurrent }, 20);
    const id = await scene.made();
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  },
);

test('a Cognito that is throttled is waited for', async () => {
  const tooMany = refusal('TooManyRequestsException', 'Rate exceeded');
  scene.strike(/^Cognito /, { do: 'answer', reply: tooMany }, 6);
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
});

test('the provider moves from one app client to another, and what else they list stays', async () => {
  scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
  scene.mobile.settings.LogoutURLs = ['https://app.example.com/bye'];
  const id = await scene.made();
  await scene.update(id, scene.properties({ UserPoolClientIds: [scene.mobile.id] }));
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(scene.mobile.settings).toMatchObject({
    SupportedIdentityProviders: ['COGNITO', 'Okta'],
    LogoutURLs: ['https://app.example.com/bye'],
  });
});

test('a group that an administrator assigned by hand stays when the template drops it', async () => {
  const id = await scene.made(scene.properties({ Access: 'Nobody' }));
  const [group] = [...scene.world.org.groups.values()].filter(({ name }) => name === 'Finance');
  const assignment = { groupId: group?.id ?? '', priority: 0, profile: {}, lastUpdated: '' };
  scene.application.groupAssignments.set(assignment.groupId, assignment);
  const wide = scene.properties({ Access: ['Finance', 'Engineering'] });
  await scene.update(id, wide, scene.properties({ Access: 'Nobody' }));
  await scene.update(id, scene.properties({ Access: 'Nobody' }), wide);
  expect(scene.view.applications).toMatchObject([{ groups: ['Finance'] }]);
});

test('an Update under an ID that CloudFormation made up finds the federation', async () => {
  const id = await scene.made();
  const before = scene.view;
  expect(await scene.update('shop-Federation-1A2B3C', scene.properties())).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
  expect(scene.view).toEqual(before);
});

test('an Update that fails says why, keeps its physical ID and is rolled back to what was', async () => {
  const id = await scene.made();
  const before = scene.view;
  const changed = scene.properties({ ApplicationLabel: 'Shop', Scopes: 'openid email profile phone' });
  scene.strike(/UpdateIdentityProvider/, cognitoRefuses);
  expect(await scene.update(id, changed)).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: id,
    Reason: 'Not so.',
  });
  scene.heal();
  expect(await scene.update(id, scene.properties(), changed)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test.each([
  ['probing the sign-in', /oauth2.v1.authorize/, {}],
  [
    'rotating the client secret',
    /UpdateIdentityProvider/,
    // A rotation needs more than a minute, and a call of Cognito that hangs is tried for longer than this.
    { SecretVersion: '2', ServiceTimeout: '130' },
  ],
  ['taking the step replaceApplication', /Okta PUT/, { ApplicationLabel: 'Shop' }],
])('an Update that runs out of time says that it was %s', async (doing, call, change) => {
  const id = await scene.made();
  scene.strike(call, { do: 'hang' });
  expect(await scene.update(id, scene.properties({ ServiceTimeout: '20', ...change }))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining(`ran out of time while it was ${doing};`),
  });
});

describe('what was done by hand', () => {
  test('an application that was deleted is created again, and the provider gets it', async () => {
    const id = await scene.made();
    const { id: old } = scene.application;
    scene.world.org.applications.clear();
    const answer = await scene.update(id, scene.properties());
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { ApplicationId: scene.application.id } });
    expect(scene.application.id).not.toBe(old);
    expect(scene.provider?.ProviderDetails).toMatchObject({
      client_id: scene.application.id,
      client_secret: scene.application.secrets[0]?.value,
    });
    // Another application is another physical ID, so CloudFormation deletes the old one: nothing of the new one goes.
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    // What it had added is still its own to remove.
    await scene.delete(answer.PhysicalResourceId);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });

  test('a provider that was deleted is created again, with the secret that Okta has', async () => {
    const id = await scene.made();
    const before = scene.view;
    scene.world.cognito.providers.clear();
    expect(await scene.update(id, scene.properties())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.view).toEqual(before);
  });

  test('an application and a provider that were deleted are created again, and the Delete leaves nothing', async () => {
    const nothing = scene.view;
    const id = await scene.made();
    const whole = scene.view;
    scene.world.org.applications.clear();
    scene.world.cognito.providers.clear();
    scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
    const again = idOf(await scene.update(id, scene.properties()));
    expect(again).toBe(`${scene.pool.id}|Okta|${scene.application.id}`);
    expect(scene.view).toEqual(whole);
    // Which CloudFormation sends as for a replacement.
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(whole);
    expect(await scene.delete(again)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });

  test('an app client that lost the provider gets it back', async () => {
    const id = await scene.made();
    const before = scene.view;
    scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
    idOf(await scene.update(id, scene.properties()));
    expect(scene.view).toEqual(before);
  });

  test('a provider whose client secret is lost gets the newest one that works', async () => {
    const id = await scene.made();
    const [first] = scene.application.secrets;
    if (!first || !scene.provider) throw new Error('There is no secret.');
    const older = { ...first, id: 'ocs0lder', value: 'older', created: '2020-01-01T00:00:00.000Z' };
    const newer = { ...first, id: 'ocsNewer', value: 'newer', created: '2999-01-01T00:00:00.000Z' };
    scene.application.secrets.splice(0, 1, older, first, { ...newer, status: 'INACTIVE' });
    const { client_secret: _lost, ...details } = scene.provider.ProviderDetails;
    const key = providerKey(scene.pool.id, 'Okta');
    scene.world.cognito.providers.set(key, { ...scene.provider, ProviderDetails: details });
    expect(await scene.update(id, scene.properties())).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider?.ProviderDetails.client_secret).toBe(first.value);
  });

  test('an application that has no client secret left gets one', async () => {
    const id = await scene.made();
    scene.world.cognito.providers.clear();
    scene.application.secrets.length = 0;
    expect(await scene.update(id, scene.properties())).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.application.secrets).toHaveLength(1);
    expect(scene.provider?.ProviderDetails.client_secret).toBe(scene.application.secrets[0]?.value);
  });

  test('an application whose only secret is inactive gets another one, also if the answer to that is lost', async () => {
    const id = await scene.made();
    scene.world.cognito.providers.clear();
    for (const secret of scene.application.secrets) secret.status = 'INACTIVE';
    scene.strike(/POST .*credentials.secrets$/, { do: 'reset after' }, 1);
    expect(await scene.update(id, scene.properties())).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.application.secrets.map(({ status }) => status)).toEqual(['INACTIVE', 'ACTIVE']);
    expect(scene.provider?.ProviderDetails.client_secret).toBe(scene.application.secrets[1]?.value);
  });

  test('an application that lost its name tag gets it back', async () => {
    const id = await scene.made();
    const before = scene.application.document.profile?.okta_cognito_idp;
    delete scene.application.document.profile?.okta_cognito_idp;
    expect(await scene.update(id, scene.properties())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.application.document.profile?.okta_cognito_idp).toEqual(before);
  });

  test('an application that was deactivated is refused unless the template says Active, which activates it and restores its settings', async () => {
    const id = await scene.made();
    scene.application.status = 'INACTIVE';
    const { settings, credentials } = scene.application.document;
    Object.assign(settings.oauthClient, {
      grant_types: ['implicit'],
      redirect_uris: [],
      response_types: ['token'],
    });
    credentials.oauthClient.pkce_required = true;
    expect(await scene.update(id, scene.properties())).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Active'),
    });
    expect(await scene.update(id, scene.properties({ Active: 'true' }))).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toMatchObject({
      applications: [
        {
          status: 'ACTIVE',
          credentials: { oauthClient: { pkce_required: false } },
          settings: {
            oauthClient: {
              grant_types: ['authorization_code', 'implicit'],
              response_types: ['code', 'token'],
              redirect_uris: [expect.stringContaining('idpresponse')],
            },
          },
        },
      ],
    });
  });

  test('a Delete succeeds if an app client was deleted', async () => {
    const id = await scene.made();
    scene.world.cognito.clients.delete(scene.web.id);
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.world.org.applications.size).toBe(0);
    expect(scene.provider).toBeUndefined();
  });

  test('a provider that was given to another application is theirs: an Update and a Delete leave it', async () => {
    const id = await scene.made();
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    if (!scene.provider) throw new Error('There is no provider.');
    const details = { ...scene.provider.ProviderDetails, client_id: theirs.id };
    const key = providerKey(scene.pool.id, 'Okta');
    scene.world.cognito.providers.set(key, { ...scene.provider, ProviderDetails: details });
    expect(await scene.update(id, scene.properties({ Notes: 'Mine.' }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^ProviderName: .*Adopt: \{ApplicationId: 0oa/),
    });
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider).toMatchObject({ ProviderDetails: { client_id: theirs.id } });
    expect([...scene.world.org.applications.keys()]).toEqual([theirs.id]);
  });
});

describe('a replacement', () => {
  test.each(['UserPoolId', 'ProviderName'] as const)(
    'by another %s is whole before the old one goes, and only the old one goes',
    async (what) => {
      const pool = createUserPool(scene.world.cognito, { prefix: 'mall', region: 'eu-west-1' });
      const elsewhere = createAppClient(scene.world.cognito, pool);
      const nothing = scene.view;
      const id = await scene.made();
      const { id: oldApplication } = scene.application;
      const other = {
        UserPoolId: { UserPoolId: pool.id, UserPoolClientIds: [elsewhere.id] },
        ProviderName: scene.properties({ ProviderName: 'Staff' }),
      }[what];
      const answer = await scene.update(id, other);
      expect(answer.PhysicalResourceId).not.toBe(id);
      expect(scene.world.org.applications.size).toBe(2);
      expect(scene.web.settings.SupportedIdentityProviders).toContain('Okta');
      expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
      expect(scene.application.id).not.toBe(oldApplication);
      expect(scene.provider).toBeUndefined();
      const bound = what === 'UserPoolId' ? elsewhere : scene.web;
      const name = what === 'UserPoolId' ? 'Okta' : 'Staff';
      expect(bound.settings.SupportedIdentityProviders).toEqual(['COGNITO', name]);
      expect(scene.web.settings.SupportedIdentityProviders).not.toContain('Okta');
      expect(idOf(answer)).toBe(`${other.UserPoolId}|${name}|${scene.application.id}`);
      expect(await scene.delete(idOf(answer), other)).toMatchObject({ Status: 'SUCCESS' });
      expect(scene.view).toEqual(nothing);
    },
  );

  test('that fails leaves nothing of itself and all of the old one', async () => {
    const id = await scene.made();
    const before = scene.view;
    scene.strike(/Cognito .oauth2.authorize/, { do: 'answer', reply: { status: 500, body: '' } });
    const other = scene.properties({ ProviderName: 'Staff' });
    expect(await scene.update(id, other)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
    expect(scene.view).toEqual(before);
  });

  test('that was killed is removed by the Update that rolls it back', async () => {
    const id = await scene.made();
    const before = scene.view;
    const other = scene.properties({ ProviderName: 'Staff' });
    scene.strike(/Cognito .oauth2.authorize/, { do: 'kill' });
    expect(await scene.update(id, other)).toMatchObject({ Status: 'FAILED' });
    expect(providersOf(scene.world.cognito, scene.pool.id)).toHaveLength(2);
    scene.heal();
    await scene.passes(60);
    expect(await scene.update(id, scene.properties(), other)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.view).toEqual(before);
  });

  test('that succeeded and is rolled back makes the old one whole again, and the new one goes', async () => {
    const id = await scene.made();
    const before = scene.view;
    const secret = scene.provider?.ProviderDetails.client_secret;
    const other = scene.properties({ ProviderName: 'Staff' });
    const replaced = idOf(await scene.update(id, other));
    const back = idOf(await scene.update(replaced, scene.properties(), other));
    expect(back).toBe(id);
    expect(await scene.delete(replaced, other)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
    expect(scene.provider?.ProviderDetails.client_secret).toBe(secret);
  });
});
