import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { deploy } from '../support/deployed.ts';
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

/** Each property with two values, and the place that shows the second one. */
const changes: [name: string, one: unknown, other: unknown, seen: object][] = [
  ['ApplicationLabel', 'Shop', 'Shop 2', { application: { label: 'Shop 2' } }],
  ['Access', ['Engineering'], ['Finance', 'Engineering'], { groups: ['Engineering', 'Finance'] }],
  ['Access', 'Everyone', 'Nobody', { groups: [] }],
  [
    'Issuer',
    'CustomUrl',
    'Dynamic',
    { application: { settings: { oauthClient: { issuer_mode: 'DYNAMIC' } } } },
  ],
  [
    'Scopes',
    'openid email profile phone',
    ['openid', 'profile', 'email', 'address'],
    { provider: { ProviderDetails: { authorize_scopes: 'openid profile email address' } } },
  ],
  [
    'AttributeMapping',
    { email: 'email', name: 'name' },
    { email: 'email', nickname: 'preferred_username' },
    { provider: { AttributeMapping: { username: 'sub', email: 'email', nickname: 'preferred_username' } } },
  ],
  [
    'AttributesRequestMethod',
    'GET',
    'POST',
    { provider: { ProviderDetails: { attributes_request_method: 'POST' } } },
  ],
  [
    'IdpIdentifiers',
    ['a.example.com', 'b.example.com'],
    ['b.example.com', 'c.example.com'],
    { provider: { IdpIdentifiers: ['b.example.com', 'c.example.com'] } },
  ],
  [
    'PostLogoutRedirectUris',
    ['https://shop.example.com/a', 'https://shop.example.com/b'],
    ['https://shop.example.com/b', 'https://shop.example.com/c'],
    {
      application: {
        settings: {
          oauthClient: {
            post_logout_redirect_uris: ['https://shop.example.com/b', 'https://shop.example.com/c'],
          },
        },
      },
    },
  ],
  [
    'InitiateLoginUri',
    'https://shop.example.com/start',
    'https://shop.example.com/begin',
    {
      application: {
        visibility: { hide: { iOS: false, web: false } },
        settings: {
          oauthClient: {
            initiate_login_uri: 'https://shop.example.com/begin',
            idp_initiated_login: { mode: 'SPEC' },
          },
        },
      },
    },
  ],
  [
    'LogoUri',
    'https://shop.example.com/a.png',
    'https://shop.example.com/b.png',
    { application: { settings: { oauthClient: { logo_uri: 'https://shop.example.com/b.png' } } } },
  ],
  [
    'Notes',
    'Ask the shop team.',
    'Ask Ada.',
    { application: { settings: { notes: { admin: 'Ask Ada.' } } } },
  ],
];

test.each(changes)('%s is set, changed and removed in place: %j, %j', async (name, one, other, seen) => {
  const { stack, look } = await deployed();
  const before = await look();
  const statuses = [];
  for (const value of [one, other]) {
    const { status, reason } = await stack.update(properties({ [name]: value }));
    statuses.push(reason ?? status);
  }
  expect(await look()).toMatchObject(seen);
  const back = await stack.update(properties());
  expect([...statuses, back.reason ?? back.status]).toEqual(Array(3).fill('UPDATE_COMPLETE'));
  expect(await look()).toEqual(before);
});

test('all at once are changed in place and back, with the values of before', async () => {
  const column = (index: 1 | 2) => Object.fromEntries(changes.map((change) => [change[0], change[index]]));
  const { stack, look } = await deployed(column(1));
  const before = await look();
  expect(await stack.update(properties(column(2)))).toMatchObject({
    status: 'UPDATE_COMPLETE',
    reason: undefined,
  });
  expect(await look()).not.toEqual(before);
  expect(await stack.update(properties(column(1)))).toMatchObject({
    status: 'UPDATE_COMPLETE',
    reason: undefined,
  });
  expect(await look()).toEqual(before);
});

test('UserPoolClientIds: the provider follows the list, and stays on clients that another owner enabled it on', async () => {
  const { stack, look } = await deployed();
  const before = await look();
  const [other, theirs] = [
    createAppClient(around.cognito.state, pool),
    createAppClient(around.cognito.state, pool),
  ];
  theirs.settings.SupportedIdentityProviders = ['Okta', 'COGNITO'];
  await stack.update(properties({ UserPoolClientIds: [other.id, theirs.id] }));
  const enabled = () => [web, other, theirs].map(({ settings }) => settings.SupportedIdentityProviders);
  expect(enabled()).toEqual([['COGNITO'], ['COGNITO', 'Okta'], ['Okta', 'COGNITO']]);
  await stack.update(properties());
  expect(enabled()).toEqual([['COGNITO', 'Okta'], ['COGNITO'], ['Okta', 'COGNITO']]);
  expect(await look()).toEqual(before);
});
