import { z } from 'zod';
import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { deploy, shownApplication as shown } from '../support/deployed.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;
let pool: UserPool;
let web: AppClient;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(() => {
  pool = createUserPool(around.cognito.state);
  web = createAppClient(around.cognito.state, pool);
});

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  ...more,
});

const deployed = (more?: Record<string, unknown>) => deploy(around, web, properties(more));
const provider = () => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));
const _orgState = z.looseObject({
  apps: z.array(z.looseObject({ id: z.string(), groups: z.array(z.unknown()) })),
});

/** Changes the application by hand, in what no template names. */
async function byHand(path: string) {
  const { settings, ...application } = shown.parse(await around.okta.call('GET', path));
  await around.okta.call('PUT', path, {
    ...application,
    profile: { ...Object(application.profile), owner: 'the shop team' },
    visibility: { ...application.visibility, autoLaunch: true },
    settings: {
      ...settings,
      notes: { admin: 'By hand.', enduser: 'Hello.' },
      oauthClient: {
        ...settings.oauthClient,
        ...{ tos_uri: 'https://hand.example.com/terms', logo_uri: 'https://hand.example.com/logo.png' },
        redirect_uris: [...[settings.oauthClient.redirect_uris].flat(), 'https://hand.example.com/callback'],
        post_logout_redirect_uris: ['https://hand.example.com/bye'],
      },
    },
  });
}

test('what an administrator set stays, even if the template sets and removes other things beside it', async () => {
  const { stack, path, look } = await deployed();
  await byHand(path);
  const theirs = provider();
  if (!theirs) throw new Error('There is no provider.');
  const details = { ...theirs.ProviderDetails, attributes_url_add_attributes: 'true' };
  const IdpIdentifiers = ['hand.example.com'];
  around.cognito.state.providers.set(providerKey(pool.id, 'Okta'), {
    ...theirs,
    IdpIdentifiers,
    ProviderDetails: details,
  });
  const before = await look();
  const named = {
    ApplicationLabel: 'Shop',
    AttributesRequestMethod: 'POST',
    IdpIdentifiers: ['example.com'],
    PostLogoutRedirectUris: ['https://shop.example.com/bye'],
    InitiateLoginUri: 'https://shop.example.com/start',
  };
  expect(await stack.update(properties(named))).toMatchObject({
    status: 'UPDATE_COMPLETE',
    reason: undefined,
  });
  expect(await look()).toMatchObject({
    application: {
      profile: { owner: 'the shop team' },
      visibility: { autoLaunch: true },
      settings: {
        notes: { admin: 'By hand.', enduser: 'Hello.' },
        oauthClient: {
          tos_uri: 'https://hand.example.com/terms',
          logo_uri: 'https://hand.example.com/logo.png',
          redirect_uris: [expect.any(String), 'https://hand.example.com/callback'],
          post_logout_redirect_uris: ['https://hand.example.com/bye', 'https://shop.example.com/bye'],
        },
      },
    },
    provider: {
      IdpIdentifiers: ['hand.example.com', 'example.com'],
      ProviderDetails: { attributes_url_add_attributes: 'true' },
    },
  });
  expect(await stack.update(properties())).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  expect(await look()).toEqual(before);
});

test('what was there by hand before the template named it stays when the template drops it', async () => {
  const { stack, path, application } = await deployed();
  await byHand(path);
  const PostLogoutRedirectUris = ['https://hand.example.com/bye', 'https://shop.example.com/bye'];
  await stack.update(properties({ PostLogoutRedirectUris }));
  await stack.update(properties());
  expect((await application()).settings.oauthClient).toMatchObject({
    post_logout_redirect_uris: ['https://hand.example.com/bye'],
  });
});

describe('Access', () => {
  const idOf = async (wanted: string) =>
    z
      .array(z.looseObject({ id: z.string(), name: z.string() }))
      .parse(await around.okta.control('GET', '/groups'))
      .find(({ name }) => name === wanted)?.id ?? '';

  test('by names and IDs: the difference is applied, and what an administrator assigned stays', async () => {
    const [engineering, finance, everyone] = await Promise.all(
      ['Engineering', 'Finance', 'Everyone'].map(idOf),
    );
    await around.okta.addGroup('Contractors');
    const { stack, id, path } = await deployed({ Access: ['Engineering', finance] });
    expect(await around.okta.groupsOf(id)).toEqual(['Engineering', 'Finance']);
    await around.okta.call('PUT', `${path}/groups/${everyone}`, {});
    const before = (await around.okta.changes()).length;
    await stack.update(properties({ Access: ['Finance', 'Contractors'] }));
    expect(await around.okta.groupsOf(id)).toEqual(['Contractors', 'Everyone', 'Finance']);
    const moved = (await around.okta.changes()).slice(before).filter((change) => change.includes('/groups/'));
    expect(moved.sort()).toEqual([
      `DELETE ${path}/groups/${engineering}`,
      `PUT ${path}/groups/${await idOf('Contractors')}`,
    ]);
    // Named now, and there by hand before: the template must not remove it.
    await stack.update(properties({ Access: ['Everyone', engineering] }));
    await stack.update(properties({ Access: [engineering] }));
    expect(await around.okta.groupsOf(id)).toEqual(['Engineering', 'Everyone']);
  });
});
