import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

// Real processes that meet at a real table, or are killed. What else comes again: test/virtual/crowds/repeats.test.ts.

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

const properties = () => ({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });

test('the same event twice at the same moment is done once', async () => {
  const stack = around.stack();
  const event = stack.event('Create', properties());
  const [one, other] = await Promise.all([stack.send(event), stack.send(event)]);
  expect(one.answer?.Status).toBe('SUCCESS');
  expect(other.answer).toEqual(one.answer);
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
});

test('the Delete after a Create that was killed unanswered removes what it made', async () => {
  const killer = new AbortController();
  around.cognito.beforeCall = async ({ operation }) => {
    if (operation !== 'UpdateUserPoolClient' || killer.signal.aborted) return;
    killer.abort();
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  const stack = around.stack();
  const rolledBack = await stack.create(properties(), killer.signal);
  expect(rolledBack.exchanges[0]?.invocation.ended).toBe('killed');
  expect(rolledBack.status).toBe('ROLLBACK_COMPLETE');
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  expect(providersOf(around.cognito.state, pool.id)).toEqual([]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});
