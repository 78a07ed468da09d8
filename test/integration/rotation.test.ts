import { z } from 'zod';
import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { keepSigningIn, seededUser, signIn } from '../support/sign-ins.ts';
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

afterEach(async () => {
  around.cognito.faults.clear();
  await around.okta.clearFaults();
});

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  SecretVersion: 1,
  ...more,
});

const provider = () => around.cognito.state.providers.get(providerKey(pool.id, 'Okta'));
const cognitosSecret = () => provider()?.ProviderDetails.client_secret ?? '';

/** A federation to rotate the secret of. */
async function deployed() {
  const stack = around.stack();
  await stack.create(properties());
  const applicationId = String(stack.attributes.ApplicationId);
  const secrets = `/api/v1/apps/${applicationId}/credentials/secrets`;
  return { stack, applicationId, secrets, first: cognitosSecret() };
}

const shownSecrets = z.array(z.object({ id: z.string(), status: z.string(), client_secret: z.string() }));
const secretsAt = async (path: string) => shownSecrets.parse(await around.okta.call('GET', path));

/** Cognito has the one secret that Okta has, nothing of a rotation is left, and people can sign in. */
async function expectSettled(secrets: string) {
  expect(await secretsAt(secrets)).toEqual([
    { id: expect.any(String), status: 'ACTIVE', client_secret: cognitosSecret() },
  ]);
  await signIn(around, { userPoolId: pool.id }, await seededUser(around));
}

test('a new SecretVersion makes a second secret, gives it to Cognito, and takes the first one away', async () => {
  const { stack, applicationId, secrets, first } = await deployed();
  const before = {
    provider: provider(),
    application: await around.okta.call('GET', `/api/v1/apps/${applicationId}`),
  };
  const changes = (await around.okta.changes()).length;
  const updated = await stack.update(properties({ SecretVersion: 2 }));
  expect(updated).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
  await expectSettled(secrets);
  expect(cognitosSecret()).not.toBe(first);
  expect((await around.okta.changes()).slice(changes)).toEqual([
    `POST ${secrets}`,
    expect.stringMatching(/^POST .*\/lifecycle\/deactivate$/),
    expect.stringMatching(/^DELETE /),
  ]);
  expect(provider()).toEqual({
    ...before.provider,
    ProviderDetails: { ...before.provider?.ProviderDetails, client_secret: cognitosSecret() },
    LastModifiedDate: expect.any(Number),
  });
  const after = await around.okta.call('GET', `/api/v1/apps/${applicationId}`);
  expect(after).toEqual({
    ...z.looseObject({}).parse(before.application),
    lastUpdated: expect.any(String),
  });
});

test('a SecretVersion that stays, or goes, or is new with the resource, rotates nothing', async () => {
  const { stack, first } = await deployed();
  await stack.update(properties({ ApplicationLabel: 'Another' }));
  await stack.update(properties({ SecretVersion: undefined }));
  expect(cognitosSecret()).toBe(first);
});

test('no sign-in fails while the secret is rotated twice', async () => {
  const { stack, first } = await deployed();
  const stop = await keepSigningIn(around, { userPoolId: pool.id });
  await stack.update(properties({ SecretVersion: 2 }));
  const second = cognitosSecret();
  await stack.update(properties({ SecretVersion: 3 }));
  expect(new Set([first, second, cognitosSecret()]).size).toBe(3);
  const { count, failures } = await stop();
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(10);
});

/** What the token endpoint says to a secret that it does not take. */
const invalidClient = { type: 'answer', status: 401, body: { error: 'invalid_client' } } as const;

test('a new secret that does not work is never given to Cognito, and is discarded', async () => {
  const { stack, secrets, first } = await deployed();
  const updates = () =>
    around.cognito.calls.filter(({ operation }) => operation === 'UpdateIdentityProvider');
  const before = updates().length;
  await around.okta.fault({ path: '^/oauth2/v1/token$', times: 6, action: invalidClient });
  const failed = await stack.update(properties({ SecretVersion: 2 }));
  expect(failed).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: expect.stringMatching(/rotation failed.*old client secret is in use again.*client secret/),
  });
  expect(cognitosSecret()).toBe(first);
  await expectSettled(secrets);
  expect(
    updates()
      .slice(before)
      .every(({ input }) => JSON.stringify(input).includes(first)),
  ).toBe(true);
});

test('a failing probe puts the old secret back and discards the new one, and no sign-in fails meanwhile', async () => {
  const { stack, secrets, first } = await deployed();
  const stop = await keepSigningIn(around, { userPoolId: pool.id });
  // Cognito's own page fails, once the new secret is in use; the sign-ins do not pass by it.
  const broken = web.settings.CallbackURLs;
  around.cognito.beforeCall = (call) => {
    if (call.operation === 'UpdateIdentityProvider')
      web.settings.CallbackURLs = ['https://elsewhere.example.com/'];
  };
  const event = stack.event('Update', properties({ SecretVersion: 2 }), {
    PhysicalResourceId: stack.physicalResourceId ?? '',
    OldResourceProperties: properties(),
  });
  const { answer } = await stack.send(event);
  around.cognito.beforeCall = () => {};
  web.settings.CallbackURLs = broken;
  const { failures } = await stop();
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: stack.physicalResourceId,
    Reason: expect.stringMatching(/old client secret is in use again: .*does not send people of app client/),
  });
  expect(failures).toEqual([]);
  expect(cognitosSecret()).toBe(first);
  await expectSettled(secrets);
});

test('a second secret whose answer was lost is found, and no third one asked for', async () => {
  const { stack, secrets, first } = await deployed();
  await around.okta.fault({ method: 'POST', path: `^${secrets}$`, action: { type: 'reset-after' } });
  expect((await stack.update(properties({ SecretVersion: 2 }))).status).toBe('UPDATE_COMPLETE');
  await expectSettled(secrets);
  expect(cognitosSecret()).not.toBe(first);
});

test('a second secret of an administrator stays: the Update says which one is in the way', async () => {
  const { stack, secrets, first } = await deployed();
  await around.okta.call('POST', secrets, {});
  const before = await secretsAt(secrets);
  const failed = await stack.update(properties({ SecretVersion: 2 }));
  expect(failed).toMatchObject({
    status: 'UPDATE_ROLLBACK_COMPLETE',
    reason: expect.stringMatching(/^SecretVersion: .*two active client secrets.*Deactivate/),
  });
  expect(failed.reason).toContain(before[1]?.id);
  expect(await secretsAt(secrets)).toEqual(before);
  expect(cognitosSecret()).toBe(first);
});

test('a second secret of an administrator that is inactive makes way', async () => {
  const { stack, secrets } = await deployed();
  await around.okta.call('POST', secrets, { status: 'INACTIVE' });
  expect((await stack.update(properties({ SecretVersion: 2 }))).status).toBe('UPDATE_COMPLETE');
  await expectSettled(secrets);
});

test('a new SecretVersion repairs a secret that was changed in Cognito by hand', async () => {
  const { stack, secrets } = await deployed();
  const before = provider();
  if (!before) throw new Error('There is no provider.');
  around.cognito.state.providers.set(providerKey(pool.id, 'Okta'), {
    ...before,
    ProviderDetails: { ...before.ProviderDetails, client_secret: 'not-the-right-one' },
  });
  expect((await stack.update(properties({ SecretVersion: 2 }))).status).toBe('UPDATE_COMPLETE');
  await expectSettled(secrets);
});

test('a rotation that runs out of time puts the old secret back in the time that is kept for that', async () => {
  await using short = await startSurroundings(24_000);
  pool = createUserPool(short.cognito.state);
  const entry = { UserPoolId: pool.id };
  const secretOf = () =>
    short.cognito.state.providers.get(providerKey(pool.id, 'Okta'))?.ProviderDetails.client_secret;
  const stack = short.stack();
  await stack.create({ ...entry, SecretVersion: 1 });
  const first = secretOf();
  const given: unknown[] = [];
  short.cognito.beforeCall = ({ operation, input }) => {
    if (operation === 'UpdateIdentityProvider') given.push(Object(input).ProviderDetails.client_secret);
  };
  // The first probe goes well; when Cognito has the new secret, Okta gives no answer any more.
  await short.okta.fault({ path: '^/oauth2/v1/token$', nth: 2, times: 99, action: { type: 'hang' } });
  const event = stack.event(
    'Update',
    { ...entry, SecretVersion: 2 },
    {
      PhysicalResourceId: stack.physicalResourceId ?? '',
      OldResourceProperties: { ...entry, SecretVersion: 1 },
    },
  );
  const { answer } = await stack.send(event);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/ran out of time.*rotating/),
  });
  expect(given).toEqual([expect.not.stringMatching(`^${first}$`), first]);
  await short.okta.clearFaults();
  await stack.update({ ...entry, SecretVersion: 1, Notes: 'x' });
  expect(await short.okta.secretsOf(String(stack.attributes.ApplicationId))).toEqual([secretOf()]);
  expect(secretOf()).toBe(first);
});
