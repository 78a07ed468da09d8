import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
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

afterEach(() => {
  around.cognito.beforeCall = () => {};
});

const properties = () => ({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
const providers = () => providersOf(around.cognito.state, pool.id);
const target = (id: string | undefined) => (id === undefined ? {} : { PhysicalResourceId: id });

/** Aborts when the operation is called, before anything of it is done. */
function killAt(operation: string): AbortSignal {
  const killer = new AbortController();
  around.cognito.beforeCall = async (call) => {
    if (call.operation !== operation || killer.signal.aborted) return;
    killer.abort();
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  return killer.signal;
}

test('the same event twice, one after the other, gets the same answer and is done once', async () => {
  const stack = around.stack();
  const event = stack.event('Create', properties());
  const first = await stack.send(event);
  const changes = await around.okta.changes();
  const second = await stack.send(event);
  expect(first.answer?.Status).toBe('SUCCESS');
  expect(second.answer).toEqual(first.answer);
  expect(await around.okta.changes()).toEqual(changes);
});

test('the same event twice at the same moment is done once', async () => {
  const stack = around.stack();
  const event = stack.event('Create', properties());
  const [one, other] = await Promise.all([stack.send(event), stack.send(event)]);
  expect(one.answer?.Status).toBe('SUCCESS');
  expect(other.answer).toEqual(one.answer);
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
});

test('a Create that comes again after its Delete makes nothing', async () => {
  const stack = around.stack();
  const event = stack.event('Create', properties());
  const created = await stack.send(event);
  await stack.send(stack.event('Delete', properties(), target(created.answer?.PhysicalResourceId)));
  await stack.send(event);
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  expect(providers()).toEqual([]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});

test('an Update that comes again after a later one does not undo it', async () => {
  const stack = around.stack();
  await stack.create(properties());
  const late = stack.event(
    'Update',
    { ...properties(), ApplicationLabel: 'Early' },
    {
      ...target(stack.physicalResourceId),
      OldResourceProperties: properties(),
    },
  );
  await stack.send(late);
  await stack.update({ ...properties(), ApplicationLabel: 'Late' });
  await stack.send(late);
  expect(await around.okta.applicationsOf(stack.id)).toMatchObject([{ label: 'Late' }]);
});

test('a repeated Create finds the app that the first one made', async () => {
  const stack = around.stack();
  const first = await stack.send(stack.event('Create', properties()));
  const second = await stack.send(stack.event('Create', properties()));
  expect(second.answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: first.answer?.PhysicalResourceId,
  });
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
  expect(providers()).toHaveLength(1);
});

test('the Delete after a Create that was killed unanswered removes what it made', async () => {
  const stack = around.stack();
  const rolledBack = await stack.create(properties(), killAt('UpdateUserPoolClient'));
  expect(rolledBack.exchanges[0]?.invocation.ended).toBe('killed');
  expect(rolledBack.status).toBe('ROLLBACK_COMPLETE');
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  expect(providers()).toEqual([]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});

test.each([
  ['Okta made the app', { method: 'POST', path: '^/api/v1/apps$' }, undefined],
  ['Okta assigned the group', { method: 'PUT', path: '^/api/v1/apps/[^/]+/groups/' }, undefined],
  ['Cognito made the provider', undefined, 'CreateIdentityProvider'],
  ['Cognito changed the app client', undefined, 'UpdateUserPoolClient'],
] as const)('a Create succeeds if the answer is lost after %s', async (_, okta, operation) => {
  if (okta) await around.okta.fault({ ...okta, action: { type: 'reset-after' } });
  if (operation) around.cognito.faults.add({ operation, action: { type: 'reset-after' } });
  const stack = around.stack();
  const created = await stack.create(properties());
  await around.okta.clearFaults();
  expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
  expect(providers()).toHaveLength(1);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  await stack.delete();
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
});

test('an application that Okta does not list at once, after its answer was lost, is not made twice', async () => {
  await around.okta.fault({ method: 'POST', path: '^/api/v1/apps$', action: { type: 'reset-after' } });
  // The first look is the one before anything is made; the second finds nothing yet.
  const unseen = { type: 'answer', status: 200, body: [] } as const;
  await around.okta.fault({ method: 'GET', path: '^/api/v1/apps$', nth: 2, action: unseen });
  const stack = around.stack();
  const created = await stack.create(properties());
  await around.okta.clearFaults();
  expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
});

test('an answer that does not get through is sent again', async () => {
  around.bucket.fail(503, 'reset', 'reset-after');
  const stack = around.stack();
  const created = await stack.create(properties());
  expect(created.status).toBe('CREATE_COMPLETE');
  expect(created.exchanges[0]?.url.attempts).toEqual([503, 'reset', 'reset', 200]);
});

test('a throttled Cognito is waited for', async () => {
  around.cognito.faults.add({
    times: 6,
    action: { type: 'error', code: 'TooManyRequestsException', message: 'Rate exceeded' },
  });
  const stack = around.stack();
  expect(await stack.create(properties())).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
});
