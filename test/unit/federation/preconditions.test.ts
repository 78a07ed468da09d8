import type { AppClient } from '../../../src/cognito/app-clients.ts';
import type { UserPool } from '../../../src/cognito/user-pools.ts';
import type { Observed } from '../../../src/federation/observe/observe.ts';
import { problemsOf } from '../../../src/federation/plan/preconditions.ts';
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

const attribute = (name: string, mutable: boolean, required: boolean) =>
  new Map([
    ['sub', { mutable: false, required: true }],
    ['email', { mutable: true, required: true }],
    ['family_name', { mutable: true, required: false }],
    ['given_name', { mutable: true, required: false }],
    [name, { mutable, required }],
  ]);

test('nothing is wrong with a pool and a client that are ready', () => {
  expect(problems({})).toEqual([]);
});

test('a pool that is not there is the only problem', () => {
  expect(problems({ seen: { userPool: undefined }, client: { oauthEnabled: false } })).toEqual([
    'UserPoolId: there is no user pool us-east-1_Example1; check the ID and its region.',
  ]);
});

test.each<[string, Situation, string]>([
  [
    'no domain',
    { pool: { domains: [] } },
    'has no domain, and people sign in through it. Add an AWS::Cognito::UserPoolDomain; where it is in this template, name it in DependsOn of Federation.',
  ],
  [
    'a failed domain',
    { pool: { domains: [{ host: 'login.example.com', state: 'failed' }] } },
    'the domain login.example.com of user pool us-east-1_Example1 has failed',
  ],
  [
    'no such client',
    { seen: { appClients: new Map([['clientA', undefined]]) } },
    'UserPoolClientIds: user pool us-east-1_Example1 has no app client clientA.',
  ],
  [
    'a client without OAuth',
    { client: { oauthEnabled: false } },
    'app client clientA does not use OAuth: set its AllowedOAuthFlowsUserPoolClient to true.',
  ],
  [
    'a client without the code flow',
    { client: { oauthFlows: ['implicit'] } },
    'app client clientA lacks the code flow: add code to its AllowedOAuthFlows.',
  ],
  [
    'a client for machines',
    { client: { oauthFlows: ['client_credentials'], callbackUrls: [] } },
    'app client clientA is for machines (client_credentials), and Cognito lets such a client have no other flow: name an app client that people use.',
  ],
  [
    'a client without callback',
    { client: { callbackUrls: [] } },
    'app client clientA has no callback URL: add one to its CallbackURLs.',
  ],
  [
    'an attribute that the client may not write',
    { client: { writeAttributes: ['email'] } },
    'app client clientA may not write family_name, given_name, which AttributeMapping fills',
  ],
  [
    'an attribute that is not there',
    { given: { AttributeMapping: { email: 'email', 'custom:team': 'team' } } },
    'AttributeMapping: user pool us-east-1_Example1 has no attribute custom:team.',
  ],
  [
    'an attribute that cannot change',
    { pool: { attributes: attribute('given_name', false, false) } },
    'attribute given_name of user pool us-east-1_Example1 cannot change',
  ],
  [
    'a required attribute that nothing is mapped to',
    { pool: { attributes: attribute('nickname', true, true) } },
    'AttributeMapping: user pool us-east-1_Example1 requires nickname; map a claim to it.',
  ],
  [
    'a required attribute called like a method',
    { pool: { attributes: attribute('constructor', true, true) } },
    'requires constructor',
  ],
  [
    'a claim without its scope',
    { given: { Scopes: 'openid email', AttributeMapping: { family_name: 'family_name' } } },
    'AttributeMapping: family_name is mapped to the claim family_name, which needs the scope profile: add it to Scopes, or leave family_name out of AttributeMapping.',
  ],
  [
    'a scope that is not offered',
    {
      given: { Scopes: 'openid email profile staff' },
      seen: { issuer: issuer(['openid', 'email', 'profile']) },
    },
    'Scopes: https://example.okta.com does not offer staff; take it out, or have the authorization server offer it, in its public metadata too.',
  ],
  ['no issuer', { seen: { issuer: { problem: 'Issuer: there is none.' } } }, 'Issuer: there is none.'],
  [
    'no such group',
    { seen: { groups: new Map([['Staff', []]]) } },
    'Access: Okta has no group Staff; check the name, which is case-sensitive, or give its ID.',
  ],
  [
    'two groups of a name',
    { seen: { groups: new Map([['Staff', [group('1'), group('2')]]]) } },
    'Access: Okta has 2 groups named Staff; give the ID of the one you mean (00g1, 00g2).',
  ],
])('%s is told before anything is made', (_what, situation, sentence) => {
  expect(problems(situation)).toEqual([expect.stringContaining(sentence)]);
});

test('of many groups of a name the first five are told', () => {
  const many = ['1', '2', '3', '4', '5', '6'].map(group);
  expect(problems({ seen: { groups: new Map([['Staff', many]]) } })).toEqual([
    'Access: Okta has 6 groups named Staff; give the ID of the one you mean (00g1, 00g2, 00g3, 00g4, 00g5).',
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
      expect.stringContaining(`the claim ${claim}, which needs the scope ${scope}:`),
    ]);
  }
});

test('a domain that is ready, or on its way, is no problem', () => {
  const domains = [
    { host: 'a.example.com', state: 'ready' },
    { host: 'b.example.com', state: 'creating' },
  ] as const;
  expect(problems({ pool: { domains } })).toEqual([]);
});

test('sub is required of every pool and mapped by Cognito itself', () => {
  expect(problems({ pool: { attributes: attribute('nickname', true, false) } })).toEqual([]);
});

test('username is no attribute of the pool, and may be mapped', () => {
  const AttributeMapping = { email: 'email', username: 'sub' };
  expect(problems({ given: { AttributeMapping }, client: { writeAttributes: ['email'] } })).toEqual([]);
});

test('a claim that no standard scope gives is left to the issuer', () => {
  const given = { Scopes: 'openid', AttributeMapping: { family_name: 'department' } };
  expect(problems({ given })).toEqual([]);
});

test('every problem is told at once', () => {
  expect(problems({ pool: { domains: [] }, client: { oauthFlows: [], callbackUrls: [] } })).toHaveLength(3);
});

function group(n: string) {
  return { id: `00g${n}`, name: 'Staff', type: 'OKTA_GROUP' };
}

function issuer(scopes_supported: string[]): Observed['issuer'] {
  const url = 'https://example.okta.com';
  const metadata = {
    issuer: url,
    authorization_endpoint: `${url}/a`,
    token_endpoint: `${url}/t`,
    scopes_supported,
  };
  return { url, mode: 'ORG_URL', metadata };
}
