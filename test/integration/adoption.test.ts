import { z } from 'zod';
import { providerKey } from '../support/cognito-fake/state.ts';
import { type HandMade, setUpByHand } from '../support/hand-made.ts';
import { keepSigningIn, seededUser, signIn } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

afterEach(async () => {
  around.cognito.faults.clear();
  await around.okta.clearFaults();
});

/** The least that a template says to adopt. */
const adopting = ({ pool, web, applicationId }: HandMade, more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  Adopt: { ApplicationId: applicationId },
  ...more,
});

const application = (id: string) => around.okta.call('GET', `/api/v1/apps/${id}`);
const provider = ({ pool }: HandMade) => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));

const changeable = z.looseObject({ settings: z.looseObject({ oauthClient: z.looseObject({}) }) });

/** All that a template can name of it, different from what was set up by hand. */
const everything = {
  ApplicationLabel: 'Shop, by template',
  Access: ['Engineering', 'Finance'],
  Issuer: 'CustomUrl',
  Scopes: 'openid email profile phone',
  AttributeMapping: { email: 'email', phone_number: 'phone_number' },
  AttributesRequestMethod: 'POST',
  IdpIdentifiers: ['template.example.com'],
  PostLogoutRedirectUris: ['https://shop.example.com/bye'],
  InitiateLoginUri: 'https://shop.example.com/start',
  LogoUri: 'https://shop.example.com/logo.png',
  Notes: 'Made by the template.',
};

/** Hand-made settings of each kind that the template can change. */
const elaborate = [
  {
    grant_types: ['implicit', 'refresh_token'],
    response_types: ['id_token'],
    issuer_mode: 'DYNAMIC',
    post_logout_redirect_uris: ['https://hand.example.com/bye'],
    initiate_login_uri: 'https://hand.example.com/start',
    idp_initiated_login: { mode: 'OKTA', default_scope: ['openid'] },
    logo_uri: 'https://hand.example.com/logo.png',
    tos_uri: 'https://hand.example.com/terms',
  },
  {
    profile: { owner: 'the shop team' },
    visibility: { autoLaunch: true, autoSubmitToolbar: false, hide: { iOS: true, web: false } },
  },
] as const;

test('a hand-made federation is adopted as it is: only the marker is new', async () => {
  const handMade = await setUpByHand(around);
  const before = await handMade.look();
  const stack = around.stack();
  expect(await stack.create(adopting(handMade))).toMatchObject({
    status: 'CREATE_COMPLETE',
    reason: undefined,
  });
  expect(stack.attributes).toMatchObject({
    ApplicationId: handMade.applicationId,
    ClientId: handMade.clientId,
  });
  expect(await handMade.look()).toEqual({
    ...before,
    application: { ...before.application, profile: { okta_cognito_idp: expect.anything() } },
  });
});

test('what the template names is set, and the rest is left', async () => {
  const handMade = await setUpByHand(around, ...elaborate);
  const stack = around.stack();
  expect(await stack.create(adopting(handMade, everything))).toMatchObject({
    status: 'CREATE_COMPLETE',
    reason: undefined,
  });
  expect(await application(handMade.applicationId)).toMatchObject({
    label: 'Shop, by template',
    profile: { owner: 'the shop team' },
    visibility: { autoLaunch: true },
    settings: {
      notes: { admin: 'Made by the template.' },
      oauthClient: {
        grant_types: ['implicit', 'refresh_token', 'authorization_code'],
        response_types: ['id_token', 'code'],
        issuer_mode: 'CUSTOM_URL',
        post_logout_redirect_uris: ['https://hand.example.com/bye', 'https://shop.example.com/bye'],
        initiate_login_uri: 'https://shop.example.com/start',
        logo_uri: 'https://shop.example.com/logo.png',
        tos_uri: 'https://hand.example.com/terms',
      },
    },
  });
  expect(await around.okta.groupsOf(handMade.applicationId)).toEqual(['Engineering', 'Finance']);
  expect(provider(handMade)).toMatchObject({
    ProviderDetails: {
      client_id: handMade.clientId,
      client_secret: handMade.clientSecret,
      attributes_request_method: 'POST',
      authorize_scopes: 'openid email profile phone',
    },
    AttributeMapping: { email: 'email', phone_number: 'phone_number' },
    IdpIdentifiers: ['by-hand.example.com', 'template.example.com'],
  });
});

test.each([
  ['plain', {}, []],
  ['with everything named', everything, []],
  ['elaborate, with everything named', everything, elaborate],
  ['inactive', { Active: 'true' }, []],
] as const)('a Delete leaves an adopted federation as it was found: %s', async (name, more, settings) => {
  const handMade = await setUpByHand(around, ...settings);
  if (name === 'inactive') {
    await around.okta.call('POST', `/api/v1/apps/${handMade.applicationId}/lifecycle/deactivate`);
  }
  const before = await handMade.look();
  const stack = around.stack();
  expect(await stack.create(adopting(handMade, more))).toMatchObject({
    status: 'CREATE_COMPLETE',
    reason: undefined,
  });
  expect(await stack.delete()).toMatchObject({ status: 'DELETE_COMPLETE', reason: undefined });
  expect(await handMade.look()).toEqual(before);
});

test('what the template no longer names goes back to what was found', async () => {
  const handMade = await setUpByHand(around, ...elaborate);
  const stack = around.stack();
  await stack.create(adopting(handMade));
  const before = await handMade.look();
  await stack.update(adopting(handMade, everything));
  expect(await stack.update(adopting(handMade))).toMatchObject({
    status: 'UPDATE_COMPLETE',
    reason: undefined,
  });
  const { application: after, ...rest } = await handMade.look();
  const { application: found, ...restBefore } = before;
  expect(rest).toEqual(restBefore);
  // The marker keeps what it noted, and the tile may only start sign-ins in the one way that the template knows.
  expect(after).toMatchObject({
    ...found,
    profile: { owner: 'the shop team' },
    settings: expect.objectContaining({
      oauthClient: expect.objectContaining({
        initiate_login_uri: 'https://hand.example.com/start',
        issuer_mode: 'DYNAMIC',
      }),
    }),
  });
});

test('what an administrator changes meanwhile outlives the Delete, if the template did not name it', async () => {
  const handMade = await setUpByHand(around);
  const stack = around.stack();
  await stack.create(adopting(handMade, { Notes: 'Made by the template.' }));
  const current = changeable.parse(await application(handMade.applicationId));
  await around.okta.call('PUT', `/api/v1/apps/${handMade.applicationId}`, {
    ...current,
    label: 'Renamed by hand',
    settings: {
      ...current.settings,
      oauthClient: {
        ...current.settings.oauthClient,
        post_logout_redirect_uris: ['https://hand.example.com/new'],
      },
    },
  });
  await stack.delete();
  expect(await application(handMade.applicationId)).toMatchObject({
    label: 'Renamed by hand',
    settings: { notes: {}, oauthClient: { post_logout_redirect_uris: ['https://hand.example.com/new'] } },
  });
});

test('no sign-in fails while a federation is adopted, changed, rotated and given back', async () => {
  const handMade = await setUpByHand(around);
  const stop = await keepSigningIn(around, { userPoolId: handMade.pool.id });
  const stack = around.stack();
  const { Issuer, ...changes } = everything;
  const statuses = [
    await stack.create(adopting(handMade)),
    await stack.update(adopting(handMade, changes)),
    await stack.update(adopting(handMade, { SecretVersion: 2 })),
    await stack.delete(),
  ].map(({ status }) => status);
  const { count, failures } = await stop();
  expect(statuses).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE']);
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(10);
  expect(provider(handMade)?.ProviderDetails.client_secret).not.toBe(handMade.clientSecret);
  await signIn(around, { userPoolId: handMade.pool.id }, await seededUser(around));
});

test('OnDelete: Delete takes the adopted application and provider away', async () => {
  const handMade = await setUpByHand(around);
  const stack = around.stack();
  const Adopt = { ApplicationId: handMade.applicationId, OnDelete: 'Delete' };
  await stack.create(adopting(handMade, { Adopt }));
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  await expect(application(handMade.applicationId)).rejects.toThrow('404');
  expect(provider(handMade)).toBeUndefined();
  expect(handMade.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});

test('an application without a provider gets one, and loses it at the Delete', async () => {
  const handMade = await setUpByHand(around);
  around.cognito.state.providers.delete(providerKey(handMade.pool.id, 'Okta'));
  handMade.web.settings.SupportedIdentityProviders = ['COGNITO'];
  const before = await handMade.look();
  const stack = around.stack();
  expect(await stack.create(adopting(handMade))).toMatchObject({
    status: 'CREATE_COMPLETE',
    reason: undefined,
  });
  expect(provider(handMade)?.ProviderDetails.client_secret).toBe(handMade.clientSecret);
  await stack.delete();
  expect(await handMade.look()).toEqual(before);
});
