import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, domainHost, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { createByHand, type HandMade, setUpByHand } from '../support/hand-made.ts';
import { seededUser, signIn } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;
let pool: UserPool;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(() => {
  pool = createUserPool(around.cognito.state);
});

afterEach(() => around.cognito.faults.clear());

const provider = () => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));
const application = (id: string) => around.okta.call('GET', `/api/v1/apps/${id}`);
const withoutTime = async (id: string) => ({ ...Object(await application(id)), lastUpdated: undefined });
const redirectUri = () =>
  pool.domains.map((domain) => `https://${domainHost(pool, domain)}/oauth2/idpresponse`);
const expectSignIn = async () =>
  expect(await signIn(around, { userPoolId: pool.id }, await seededUser(around))).toMatch(/^00u/);

/** A federation that this provider made, and a hand-made application that it is to adopt instead. */
async function madeThenAdopting() {
  const web = createAppClient(around.cognito.state, pool);
  const properties = (more: Record<string, unknown> = {}) => ({
    UserPoolId: pool.id,
    UserPoolClientIds: [web.id],
    IdpIdentifiers: ['example.com'],
    ...more,
  });
  const stack = around.stack();
  await stack.create(properties());
  const own = String(stack.attributes.ApplicationId);
  const theirs = await createByHand(around.okta, { redirect_uris: redirectUri() });
  const Adopt = { ApplicationId: theirs.applicationId, OnDelete: 'Delete' };
  const found = await withoutTime(theirs.applicationId);
  return { web, properties, stack, own, theirs, Adopt, found };
}

test('a federation that was made moves to a hand-made application, and its own one goes', async () => {
  const { web, properties, stack, own, theirs, Adopt, found } = await madeThenAdopting();
  const updated = await stack.update(
    properties({ Access: 'Everyone', Adopt: { ...Adopt, OnDelete: 'Retain' } }),
  );
  expect(updated).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  expect(provider()?.ProviderDetails).toMatchObject({
    client_id: theirs.clientId,
    client_secret: theirs.clientSecret,
  });
  await expect(application(own)).rejects.toThrow('404');
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  await expectSignIn();
  // The provider was not found with the application: it goes, and the application stays as it was.
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(provider()).toBeUndefined();
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(await withoutTime(theirs.applicationId)).toEqual(found);
});

test.each(['UpdateIdentityProvider', 'nothing of its own, but another resource'])(
  'such a move that fails at %s is rolled back, and the hand-made application is as it was found',
  async (failing) => {
    const { web, properties, stack, own, theirs, Adopt, found } = await madeThenAdopting();
    const before = { provider: provider(), own: await withoutTime(own) };
    if (failing === 'UpdateIdentityProvider') {
      around.cognito.faults.add({
        operation: failing,
        action: { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' },
      });
    }
    const failed = await stack.update(properties({ Access: 'Everyone', Notes: 'x', Adopt }), 'fail');
    expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.physicalResourceId).toBe(`${pool.id}|Okta|${own}`);
    expect({ ...provider(), LastModifiedDate: 0 }).toEqual({ ...before.provider, LastModifiedDate: 0 });
    expect(await withoutTime(own)).toEqual(before.own);
    expect(await withoutTime(theirs.applicationId)).toEqual(found);
    expect(await around.okta.groupsOf(theirs.applicationId)).toEqual([]);
    expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    await expectSignIn();
    await stack.delete();
    expect(provider()).toBeUndefined();
    expect(await withoutTime(theirs.applicationId)).toEqual(found);
  },
);

test('such a move that fails when all is done but the probe is rolled back', async () => {
  const { properties, stack, own, theirs, Adopt, found } = await madeThenAdopting();
  await around.okta.fault({
    path: '^/oauth2/v1/token$',
    times: 6,
    action: { type: 'answer', status: 401, body: { error: 'invalid_client' } },
  });
  const failed = await stack.update(properties({ Access: 'Everyone', Adopt }));
  expect(failed).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: expect.stringContaining('client secret'),
  });
  expect(provider()?.ProviderDetails.client_id).toBe(own);
  expect(await withoutTime(theirs.applicationId)).toEqual(found);
  await expectSignIn();
});

/** An adopted federation, in its own pool. */
async function adopted(more: Record<string, unknown> = {}) {
  const handMade: HandMade = await setUpByHand(around);
  pool = handMade.pool;
  const properties = (given: Record<string, unknown> = {}) => ({
    UserPoolId: pool.id,
    UserPoolClientIds: [handMade.web.id],
    Adopt: { ApplicationId: handMade.applicationId },
    ...more,
    ...given,
  });
  const before = await handMade.look();
  const stack = around.stack();
  await stack.create(properties());
  return { handMade, properties, stack, before };
}

test('an adopted federation moves to another hand-made application, and the first is as it was found', async () => {
  const { handMade, properties, stack, before } = await adopted({ Access: 'Everyone', Notes: 'x' });
  const other = await createByHand(around.okta, { redirect_uris: redirectUri() });
  const found = await withoutTime(other.applicationId);
  const Adopt = { ApplicationId: other.applicationId };
  expect(await stack.update(properties({ Adopt }))).toMatchObject({
    status: 'UPDATE_COMPLETE',
    reason: undefined,
  });
  expect((await handMade.look()).application).toEqual(before.application);
  expect((await handMade.look()).groups).toEqual(before.groups);
  expect(handMade.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(provider()?.ProviderDetails.client_id).toBe(other.clientId);
  await expectSignIn();
  await stack.delete();
  expect(await withoutTime(other.applicationId)).toEqual(found);
  expect(provider()?.AttributeMapping).toEqual({ username: 'sub', email: 'email', name: 'name' });
});

test('such a move is rolled back if another resource fails, also if the template deletes what it adopts', async () => {
  const { handMade, properties, stack } = await adopted({ Access: 'Everyone' });
  const before = await handMade.look();
  const other = await createByHand(around.okta, { redirect_uris: redirectUri() });
  const found = await withoutTime(other.applicationId);
  const Adopt = { ApplicationId: other.applicationId, OnDelete: 'Delete' };
  expect((await stack.update(properties({ Adopt }), 'fail')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await handMade.look()).toEqual(before);
  expect(await withoutTime(other.applicationId)).toEqual(found);
});

test('a template that no longer says Adopt keeps what it adopted as it is, and gives it back in the end', async () => {
  const { handMade, properties, stack, before } = await adopted({ Notes: 'x' });
  expect((await stack.update(properties({ Adopt: undefined }))).status).toBe('UPDATE_COMPLETE');
  expect((await handMade.look()).groups).toEqual(before.groups);
  expect(stack.physicalResourceId).toContain(handMade.applicationId);
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(await handMade.look()).toEqual(before);
});
