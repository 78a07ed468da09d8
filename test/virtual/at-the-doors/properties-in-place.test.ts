import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { idOf, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const application = (part: object) => ({ applications: [part] });
const oauthClient = (part: object) => application({ settings: { oauthClient: part } });
const provider = (part: object) => ({ providers: [part] });

/** Each property with two values, and where the second one shows. */
const changes: readonly (readonly [name: string, one: unknown, other: unknown, seen: object])[] = [
  ['ApplicationLabel', 'Mall', 'Shop', application({ label: 'Shop' })],
  [
    'Access',
    ['Engineering'],
    ['Finance', 'Engineering'],
    application({ groups: ['Engineering', 'Finance'] }),
  ],
  ['Access', 'Everyone', 'Nobody', application({ groups: [] })],
  ['Issuer', 'CustomUrl', 'Dynamic', oauthClient({ issuer_mode: 'DYNAMIC' })],
  [
    'Scopes',
    'openid email profile phone',
    ['openid', 'profile', 'email', 'address'],
    provider({ ProviderDetails: { authorize_scopes: 'openid profile email address' } }),
  ],
  [
    'AttributeMapping',
    { email: 'email', name: 'name' },
    { email: 'email', nickname: 'preferred_username' },
    provider({ AttributeMapping: { email: 'email', nickname: 'preferred_username', username: 'sub' } }),
  ],
  [
    'AttributesRequestMethod',
    'GET',
    'POST',
    provider({ ProviderDetails: { attributes_request_method: 'POST' } }),
  ],
  [
    'IdpIdentifiers',
    ['a.example.com', 'b.example.com'],
    ['b.example.com', 'c.example.com'],
    provider({ IdpIdentifiers: ['b.example.com', 'c.example.com'] }),
  ],
  [
    'PostLogoutRedirectUris',
    ['https://shop.example.com/a', 'https://shop.example.com/b'],
    ['https://shop.example.com/b', 'https://shop.example.com/c'],
    oauthClient({ post_logout_redirect_uris: ['https://shop.example.com/b', 'https://shop.example.com/c'] }),
  ],
  [
    'InitiateLoginUri',
    'https://shop.example.com/start',
    'https://shop.example.com/begin',
    application({
      visibility: { hide: { iOS: false, web: false } },
      settings: {
        oauthClient: {
          initiate_login_uri: 'https://shop.example.com/begin',
          idp_initiated_login: { mode: 'SPEC', default_scope: [] },
        },
      },
    }),
  ],
  [
    'LogoUri',
    'https://shop.example.com/a.png',
    'https://shop.example.com/b.png',
    oauthClient({ logo_uri: 'https://shop.example.com/b.png' }),
  ],
  ['Notes', 'Ask the shop team.', 'Ask Ada.', application({ settings: { notes: { admin: 'Ask Ada.' } } })],
];

test.each(changes)('%s is set, changed and removed in place: %j, %j', async (name, one, other, seen) => {
  scene.world.oktaSignIn.hasCustomDomain = true;
  const id = await scene.made();
  const before = scene.view;
  const [first, second] = [scene.properties({ [name]: one }), scene.properties({ [name]: other })];
  expect(idOf(await scene.update(id, first))).toBe(id);
  expect(idOf(await scene.update(id, second, first))).toBe(id);
  expect(scene.view).toMatchObject(seen);
  expect(scene.view).not.toEqual(before);
  expect(idOf(await scene.update(id, scene.properties(), second))).toBe(id);
  expect(scene.view).toEqual(before);
});

test('all properties at once are changed in place, and back to the values of before', async () => {
  scene.world.oktaSignIn.hasCustomDomain = true;
  const column = (index: 1 | 2) =>
    scene.properties(Object.fromEntries(changes.map((change) => [change[0], change[index]])));
  const id = await scene.made(column(1));
  const before = scene.view;
  expect(idOf(await scene.update(id, column(2), column(1)))).toBe(id);
  expect(scene.view).not.toEqual(before);
  expect(idOf(await scene.update(id, column(1), column(2)))).toBe(id);
  expect(scene.view).toEqual(before);
});

test('the provider follows the list of app clients, and stays on one that another owner enabled it on', async () => {
  const id = await scene.made();
  const before = scene.view;
  const theirs = createAppClient(scene.world.cognito, scene.pool, {
    SupportedIdentityProviders: ['Okta', 'COGNITO'],
  });
  const enabled = () =>
    [scene.web, scene.mobile, theirs].map(({ settings }) => settings.SupportedIdentityProviders);
  const others = scene.properties({ UserPoolClientIds: [scene.mobile.id, theirs.id] });
  idOf(await scene.update(id, others));
  expect(enabled()).toEqual([['COGNITO'], ['COGNITO', 'Okta'], ['Okta', 'COGNITO']]);
  idOf(await scene.update(id, scene.properties(), others));
  expect(enabled()).toEqual([['COGNITO', 'Okta'], ['COGNITO'], ['Okta', 'COGNITO']]);
  scene.world.cognito.clients.delete(theirs.id);
  expect(scene.view).toEqual(before);
});
