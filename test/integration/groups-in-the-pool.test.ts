import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { defaultBehavior } from '../support/cognito-fake/behavior.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { seededUser, signInToPool } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

// AWS's pages disagree on which answer Cognito reads claims from, and Okta's do not say whether userinfo has them. Each is played.

let around: Surroundings;
let pool: UserPool;
let web: AppClient;

beforeAll(async () => {
  around = await startSurroundings();
  pool = createUserPool(around.cognito.state, { attributes: [{ Name: 'custom:groups' }] });
  web = createAppClient(around.cognito.state, pool, { WriteAttributes: ['email', 'custom:groups'] });
  const { status, reason } = await around.stack().create({
    UserPoolId: pool.id,
    UserPoolClientIds: [web.id],
    Claims: {
      groups: "user.getGroups({'group.profile.name': 'Eng', 'operator': 'STARTS_WITH'}).![profile.name]",
    },
    AttributeMapping: { email: 'email', 'custom:groups': 'groups' },
  });
  expect([status, reason]).toEqual(['CREATE_COMPLETE', undefined]);
});

afterEach(() => {
  Object.assign(around.cognito.state.behavior, defaultBehavior());
});

afterAll(() => around[Symbol.asyncDispose]());

test.each([
  ['id-token', 'id-token', '[Engineering]'],
  ['userinfo', 'userinfo', '[Engineering]'],
  ['id-token', 'both', '[Engineering]'],
  ['userinfo', 'both', '[Engineering]'],
  ['userinfo', 'id-token', undefined],
  ['id-token', 'userinfo', undefined],
] as const)(
  'Cognito reads claims from %s and Okta puts them into %s: the user in the pool has the groups %s',
  async (claimsFrom, claimsIn, groups) => {
    around.cognito.state.behavior.claimsFrom = claimsFrom;
    await around.okta.control('POST', '/settings', { claimsIn });
    const profile = await signInToPool(around, { userPoolId: pool.id }, await seededUser(around), web);
    expect(profile).toMatchObject({ email: 'ada@example.com' });
    expect(profile['custom:groups']).toBe(groups);
  },
);
