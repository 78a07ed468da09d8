import type { AppClient } from '../../../src/cognito/app-clients.ts';
import type { UserPool } from '../../../src/cognito/user-pools.ts';
import type {
  Observed,
  ObservedApplication,
  ObservedProvider,
} from '../../../src/federation/observe/observed.ts';
import { problemsOf } from '../../../src/federation/plan/preconditions.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { Secret } from '../../../src/secret.ts';
import { emptyWorld, goal, identity, observed, properties } from './world.ts';

interface Situation {
  readonly given?: Record<string, unknown>;
  readonly pool?: Partial<UserPool>;
  readonly client?: Partial<AppClient>;
  readonly seen?: Partial<Observed>;
}

function problems({ given, pool, client, seen }: Situation): string[] {
  const world = emptyWorld();
  const wanted = properties({ UserPoolClientIds: ['clientA'], ...given });
  const all = observed(world, wanted);
  const appClients = new Map(
    [...all.appClients].map(([id, found]) => [id, found && { ...found, ...client }]),
  );
  const userPool = all.userPool && { ...all.userPool, ...pool };
  return problemsOf(identity, wanted, goal(wanted, world).settings, {
    ...all,
    userPool,
    appClients,
    ...seen,
  });
}

const Adopt = { ApplicationId: '0oa00000000000000001' };
const application: Application = {
  id: Adopt.ApplicationId,
  name: 'oidc_client',
  label: 'Made by hand',
  status: 'ACTIVE',
  signOnMode: 'OPENID_CONNECT',
  settings: { oauthClient: { application_type: 'web', grant_types: ['authorization_code'] } },
};
const unmarked = (document: Application): ObservedApplication => ({
  document,
  relation: 'unmarked',
  record: undefined,
});
const mapped = (claim: string) => ({ AttributeMapping: { email: claim } });

const attribute = (name: string, mutable: boolean, required: boolean, maxLength?: number) =>
  new Map([
    ['sub', { mutable: false, required: true }],
    ['email', { mutable: true, required: true }],
    ['family_name', { mutable: true, required: false }],
    ['given_name', { mutable: true, required: false }],
    [name, { mutable, required, ...(maxLength === undefined ? {} : { maxLength }) }],
  ]);

test('nothing is wrong with a pool and a client that are ready', () => {
  expect(problems({})).toEqual([]);
});

test('a pool that is not there is the only problem', () => {
  expect(problems({ seen: { userPool: undefined }, client: { oauthEnabled: false } })).toEqual([
    'UserPoolId: there is no user pool us-east-1_Example1 in this account. Check the ID and its region, which is the part before "_".',
  ]);
});

test.each<[string, Situation, string]>([
  [
    'no domain',
    { pool: { domains: [] }, given: { UserPoolDomain: 'shop' } },
    'has no domain, and people sign in through it. Add',
  ],
  [
    'a failed domain',
    { pool: { domains: [{ host: 'login.example.com', state: 'failed' }] } },
    'the domain login.example.com of',
  ],
  [
    'a domain of another pool',
    { given: { UserPoolDomain: 'store' } },
    'has no domain "store"; it has shop.auth.us-east-1.amazoncognito.com. Set UserPoolDomain',
  ],
  ['a part of a prefix', { given: { UserPoolDomain: 'sho' } }, 'has no domain "sho";'],
  [
    'no such client',
    { seen: { appClients: new Map([['clientA', undefined]]) } },
    'has no app client clientA. Use !Ref',
  ],
  [
    'a client without OAuth',
    { client: { oauthEnabled: false } },
    'does not use OAuth. Set its AllowedOAuthFlowsUserPoolClient to true.',
  ],
  [
    'a client without the code flow',
    { client: { oauthFlows: ['implicit'] } },
    'Add code to its AllowedOAuthFlows.',
  ],
  [
    'a client for machines',
    { client: { oauthFlows: ['client_credentials'], callbackUrls: [] } },
    'is a machine-to-machine client',
  ],
  ['a client without callback', { client: { callbackUrls: [] } }, 'Add one to its CallbackURLs.'],
  [
    'an attribute that the client may not write',
    { client: { writeAttributes: ['email'] } },
    'may not write family_name, given_name,',
  ],
  [
    'an attribute that does not exist',
    { given: { AttributeMapping: { email: 'email', 'custom:team': 'name' } } },
    'has no attribute "custom:team". Add it to the Schema of the pool',
  ],
  [
    'an attribute without its prefix',
    {
      pool: { attributes: attribute('custom:department', true, false) },
      given: { AttributeMapping: { email: 'email', department: 'name' } },
    },
    'has no attribute "department", but has custom:department. Use custom:department.',
  ],
  [
    'an attribute with a typing error',
    { given: { AttributeMapping: { email: 'email', familyname: 'family_name' } } },
    'has no attribute "familyname". Use family_name.',
  ],
  [
    'an attribute that cannot change',
    { pool: { attributes: attribute('given_name', false, false) } },
    'is immutable',
  ],
  [
    'an attribute that is too short',
    { pool: { attributes: attribute('family_name', true, false, 49) } },
    'holds at most 49 characters, and the Okta claim family_name can have 50. Map it to',
  ],
  [
    'a required attribute that nothing is mapped to',
    { pool: { attributes: attribute('nickname', true, true) } },
    'requires nickname, and nothing is mapped to it. Map',
  ],
  [
    'a required attribute called like a method',
    { pool: { attributes: attribute('constructor', true, true) } },
    'requires constructor',
  ],
  [
    'a claim in the wrong case',
    { given: { AttributeMapping: { email: 'EMAIL' } } },
    'but Okta issues "email", and the case counts. Use email.',
  ],
  [
    'a claim of Claims in the wrong case',
    { given: { Claims: { Team: 'user.profile.team' }, AttributeMapping: { email: 'team' } } },
    'Use Team.',
  ],
  [
    'a claim with a typing error',
    { given: { AttributeMapping: { email: 'emial' } } },
    'which Okta does not issue. Use email,',
  ],
  [
    'groups, which nothing issues',
    { given: { AttributeMapping: { email: 'groups' }, Scopes: 'openid groups' } },
    'Add to Claims: groups: "user.getGroups(',
  ],
  [
    'a claim that nothing issues',
    { given: { AttributeMapping: { email: 'department' } } },
    'does not issue. Add it to Claims, or set Issuer',
  ],
  [
    'a claim without its scope',
    { given: { Scopes: 'openid email', AttributeMapping: { family_name: 'family_name' } } },
    'which needs the scope profile. Add profile to Scopes',
  ],
  [
    'a scope that needs another grant',
    { given: { Scopes: 'openid email profile offline_access' } },
    'Remove offline_access from Scopes.',
  ],
  [
    'a scope that is not offered',
    {
      given: { Scopes: 'openid email profile staff' },
      seen: { issuer: issuer(['openid', 'email', 'profile']) },
    },
    'https://example.okta.com does not offer staff. Remove it from Scopes',
  ],
  ['no issuer', { seen: { issuer: { problem: 'Issuer: there is none.' } } }, 'Issuer: there is none.'],
  [
    'an adopted issuer with a slash',
    {
      seen: {
        issuer: { problem: 'Issuer: there is none at https://example.okta.com/' },
        provider: provider('https://example.okta.com/'),
      },
    },
    'has the issuer "https://example.okta.com/". Okta\'s issuer has no slash at the end, so sign-ins fail. Set Issuer to https://example.okta.com.',
  ],
  [
    'no such group',
    { seen: { groups: new Map([['Staff', []]]) } },
    'Okta has no group "Staff". Check the name under Directory › Groups',
  ],
  [
    'no such group, with accents',
    { seen: { groups: new Map([['Café', []]]) } },
    'other characters that look the same. Use the group',
  ],
  [
    'two groups of a name',
    { seen: { groups: new Map([['Staff', [group('1'), group('2', 'APP_GROUP')]]]) } },
    'Okta has 2 groups named "Staff": 00g1 (an Okta group), 00g2 (from a directory or an app). Use the ID',
  ],
])('%s is refused before anything is created', (_what, situation, sentence) => {
  expect(problems(situation)).toEqual([expect.stringContaining(sentence)]);
});

test('the first five of many groups with one name are listed', () => {
  const many = ['1', '2', '3', '4', '5', '6'].map((n) => group(n));
  expect(problems({ seen: { groups: new Map([['Staff', many]]) } })).toEqual([
    expect.stringMatching(
      /^Access: Okta has 6 groups named "Staff": 00g1 .* 00g5 \(an Okta group\), …\. Use the ID/,
    ),
  ]);
});

test.each([
  ['phone', 'phone_number phone_number_verified'],
  ['email', 'email_verified'],
  ['address', 'address'],
  ['profile', 'name nickname preferred_username picture locale updated_at'],
])('the scope %s gives the claims that the standard says', (scope, claims) => {
  for (const claim of claims.split(' ')) {
    const given = (scopes: string) => ({ Scopes: scopes, AttributeMapping: { email: claim } });
    expect(problems({ given: given(`openid ${scope}`) })).toEqual([]);
    expect(problems({ given: given('openid') })).toEqual([
      expect.stringContaining(`the claim ${claim}, which needs the scope ${scope}.`),
    ]);
  }
});

test('a domain that is ready, or will be soon, is not a problem', () => {
  const domains = [
    { host: 'a.example.com', state: 'ready' },
    { host: 'b.example.com', state: 'creating' },
  ] as const;
  expect(problems({ pool: { domains } })).toEqual([]);
});

test('sub is required of every pool and mapped by Cognito itself', () => {
  expect(problems({ pool: { attributes: attribute('nickname', true, false) } })).toEqual([]);
});

test('username may be mapped, although it is not an attribute of the pool', () => {
  const AttributeMapping = { email: 'email', username: 'sub' };
  expect(problems({ given: { AttributeMapping }, client: { writeAttributes: ['email'] } })).toEqual([]);
});

test.each<[string, Situation]>([
  [
    'Claims issue it',
    { given: { ...mapped('department'), Claims: { department: 'user.profile.department' } } },
  ],
  [
    'Claims issue a standard claim without its scope',
    { given: { ...mapped('nickname'), Scopes: 'openid', Claims: { nickname: 'user.profile.nick' } } },
  ],
  [
    'a custom authorization server may issue it',
    {
      given: mapped('department'),
      seen: {
        issuer: { ...issuer(['openid', 'email', 'profile']), url: 'https://example.okta.com/oauth2/default' },
      },
    },
  ],
  [
    'the groups claim filter of an adopted application may issue it',
    { given: { ...mapped('roles'), Adopt }, seen: { application: unmarked(application) } },
  ],
  [
    'the groups claim filter of its own application may issue it',
    { given: mapped('groups'), seen: { application: unmarked(application) } },
  ],
  [
    'the provider maps it already',
    { given: mapped('department'), seen: { provider: provider('https://example.okta.com') } },
  ],
  ['Okta puts it into every token', { given: mapped('sub') }],
])('a mapped claim is accepted if %s', (_why, situation) => {
  expect(problems(situation)).toEqual([]);
});

test('offline_access is accepted if the application has the refresh token grant', () => {
  const client = { application_type: 'web', grant_types: ['authorization_code', 'refresh_token'] };
  const seen = { application: unmarked({ ...application, settings: { oauthClient: client } }) };
  const given = { Scopes: 'openid email profile offline_access', Adopt };
  expect(problems({ given, seen })).toEqual([]);
});

test.each(['shop', 'Shop', 'shop.auth.us-east-1.amazoncognito.com', 'login.example.com'])(
  'UserPoolDomain may be %s, which the pool has',
  (UserPoolDomain) => {
    const domains = ['login.example.com', 'shop.auth.us-east-1.amazoncognito.com'].map((host) => ({
      host,
      state: 'ready' as const,
    }));
    expect(problems({ given: { UserPoolDomain }, pool: { domains } })).toEqual([]);
  },
);

test('an attribute that holds what the claim can have is long enough', () => {
  expect(problems({ pool: { attributes: attribute('family_name', true, false, 50) } })).toEqual([]);
});

test('every problem is reported at once', () => {
  expect(problems({ pool: { domains: [] }, client: { oauthFlows: [], callbackUrls: [] } })).toHaveLength(3);
});

function group(n: string, type = 'OKTA_GROUP') {
  return { id: `00g${n}`, name: 'Staff', type };
}

function provider(url: string): ObservedProvider {
  return {
    relation: 'adopted',
    type: 'OIDC',
    clientId: Adopt.ApplicationId,
    clientSecret: new Secret('made up'),
    issuer: url,
    scopes: ['openid'],
    attributeMapping: { email: 'department' },
    attributesRequestMethod: 'GET',
    idpIdentifiers: [],
    otherDetails: {},
  };
}

function issuer(scopes_supported: string[]) {
  const url = 'https://example.okta.com';
  const metadata = {
    issuer: url,
    authorization_endpoint: `${url}/a`,
    token_endpoint: `${url}/t`,
    scopes_supported,
  };
  return { url, mode: 'ORG_URL', metadata } as const;
}
