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

const names = (of: UserPool) =>
  providersOf(around.cognito.state, of.id).map(({ ProviderName }) => ProviderName);

test('another ProviderName makes a new federation whole before the old one goes', async () => {
  const stack = around.stack();
  await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
  const old = stack.physicalResourceId;
  const replaced = await stack.update({
    UserPoolId: pool.id,
    UserPoolClientIds: [web.id],
    ProviderName: 'Staff',
  });
  expect(replaced).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  expect(replaced.exchanges.map(({ event, answer }) => [event.RequestType, answer?.Status])).toEqual([
    ['Update', 'SUCCESS'],
    ['Delete', 'SUCCESS'],
  ]);
  expect(replaced.exchanges[1]?.event.PhysicalResourceId).toBe(old);
  expect(stack.physicalResourceId).toMatch(`${pool.id}|Staff|`);
  expect(names(pool)).toEqual(['Staff']);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Staff']);
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
});

test('another UserPoolId moves the federation to that pool', async () => {
  const next = createUserPool(around.cognito.state, { region: 'eu-west-1' });
  const nextWeb = createAppClient(around.cognito.state, next);
  const stack = around.stack();
  await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
  const moved = await stack.update({ UserPoolId: next.id, UserPoolClientIds: [nextWeb.id] });
  expect(moved).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  expect(moved.exchanges.map(({ answer }) => answer?.Status)).toEqual(['SUCCESS', 'SUCCESS']);
  expect([names(pool), names(next)]).toEqual([[], ['Okta']]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(nextWeb.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  const [application, ...others] = await around.okta.applicationsOf(stack.id);
  expect(others).toEqual([]);
  expect(stack.physicalResourceId).toBe(`${next.id}|Okta|${application?.id}`);
  await stack.delete();
  expect(await around.okta.applicationsOf(stack.id)).toEqual([]);
  expect(names(next)).toEqual([]);
});

test('a replacement that is rolled back leaves the first federation as it was', async () => {
  const stack = around.stack();
  await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
  const before = { id: stack.physicalResourceId, secret: await secretOf('Okta') };
  const rolledBack = await stack.update(
    { UserPoolId: pool.id, UserPoolClientIds: [web.id], ProviderName: 'Staff' },
    'fail',
  );
  expect(rolledBack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(rolledBack.exchanges.map(({ event, answer }) => [event.RequestType, answer?.Status])).toEqual([
    ['Update', 'SUCCESS'],
    ['Update', 'SUCCESS'],
    ['Delete', 'SUCCESS'],
  ]);
  expect(stack.physicalResourceId).toBe(before.id);
  expect(await secretOf('Okta')).toBe(before.secret);
  expect(names(pool)).toEqual(['Okta']);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
});

test('a replacement that fails leaves the first federation as it was', async () => {
  const stack = around.stack();
  await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
  const before = stack.physicalResourceId;
  around.cognito.faults.add({
    operation: 'CreateIdentityProvider',
    action: { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' },
  });
  const failed = await stack.update({
    UserPoolId: pool.id,
    UserPoolClientIds: [web.id],
    ProviderName: 'Staff',
  });
  expect(failed).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: expect.stringContaining('Not you.'),
  });
  expect(stack.physicalResourceId).toBe(before);
  expect(names(pool)).toEqual(['Okta']);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(await around.okta.applicationsOf(stack.id)).toHaveLength(1);
});

async function secretOf(name: string) {
  const provider = providersOf(around.cognito.state, pool.id).find(
    ({ ProviderName }) => ProviderName === name,
  );
  return provider?.ProviderDetails.client_secret;
}
