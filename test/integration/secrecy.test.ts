import { generateKeyPairSync } from 'node:crypto';
import type { Exchange } from '../support/cloudformation.ts';
import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool, type UserPool } from '../support/cognito-fake/user-pools.ts';
import type { Invocation } from '../support/invocation.ts';
import { leaks } from '../support/leaks.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

// What real processes write. What a failing Okta could make them write, in each of its ways: test/virtual/at-the-doors/secrecy.test.ts.

let around: Surroundings;
let pool: UserPool;
let web: AppClient;
/** Every secret of the test so far, by what it is. */
let secrets: Map<string, string>;
/** All that the function wrote or answered, by its place. */
let places: Map<string, string>;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(async () => {
  pool = createUserPool(around.cognito.state);
  web = createAppClient(around.cognito.state, pool);
  secrets = new Map([['the API token', around.okta.apiToken]]);
  places = new Map();
  await around.restoreOktaSecret();
});

afterEach(async () => {
  around.cognito.beforeCall = () => {};
  around.cognito.faults.clear();
  await around.okta.clearFaults();
});

const properties = (more: Record<string, unknown> = {}) => ({
  UserPoolId: pool.id,
  UserPoolClientIds: [web.id],
  ...more,
});

function see(where: string, invocation: Invocation): void {
  places.set(`${places.size + 1} the log of ${where}`, invocation.output);
  places.set(`${places.size + 1} the result of ${where}`, JSON.stringify(invocation.result) ?? '');
}

function seeExchanges(exchanges: readonly Exchange[]): void {
  for (const { event, url, invocation } of exchanges) {
    see(event.RequestType, invocation);
    places.set(`${places.size + 1} the answer to ${event.RequestType}`, url.stored.join('\n'));
    secrets.set(`the signature of ResponseURL ${secrets.size}`, url.signature);
  }
}

/** Notes down each client secret on its way into Cognito, those that do not stay among them. */
function noteClientSecrets(): void {
  around.cognito.beforeCall = ({ input }) => {
    for (const [, secret = ''] of JSON.stringify(input).matchAll(/"client_secret":"([^"]+)"/g)) {
      secrets.set(`client secret ${secret.length}-${secrets.size}`, secret);
    }
  };
}

async function expectNoLeaks(): Promise<void> {
  places.set('the lease table', JSON.stringify(await around.tableItems()));
  const clientSecrets = [...secrets.keys()].filter((what) => what.startsWith('client secret'));
  expect(clientSecrets.length).toBeGreaterThan(0);
  expect(places.get('the lease table')).toContain('answered');
  expect(leaks(secrets, places)).toEqual([]);
}

test('the search itself finds a secret in every form', () => {
  const hidden = new Map([['it', 'a+b/c=d "e"\nf']]);
  const text = [...hidden.values()].flatMap((secret) => [
    secret,
    JSON.stringify({ secret }),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
    `${new URLSearchParams({ secret })}`,
  ]);
  expect(text.map((place) => leaks(hidden, new Map([['x', place]])).length > 0)).not.toContain(false);
});

test('no secret is seen in a whole life: Create, Update, rotation, Delete', async () => {
  noteClientSecrets();
  const stack = around.stack();
  await stack.create(properties({ SecretVersion: '1' }));
  await stack.update(properties({ SecretVersion: '1', ApplicationLabel: 'Shop' }));
  await stack.update(properties({ SecretVersion: '2' }));
  await stack.update(properties({ SecretVersion: '2', ProviderName: 'Other' }));
  await stack.delete();
  seeExchanges(stack.exchanges);
  await expectNoLeaks();
});

test('no secret is seen if the credentials are a private key', async () => {
  noteClientSecrets();
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const clientId = await around.okta.addServiceApp(
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  );
  await around.setOktaSecret(JSON.stringify({ orgUrl: around.okta.url, clientId, privateKey: pem }));
  secrets.set('the private key', pem);
  const lines = pem.split('\n').filter((line) => !line.startsWith('---') && line.length > 32);
  for (const [n, line] of lines.entries()) secrets.set(`line ${n} of the private key`, line);
  const stack = around.stack();
  const created = await stack.create(properties());
  expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  await around.okta.fault({ path: '/oauth2/v1/token', times: 20, action: { type: 'answer', status: 500 } });
  await stack.update(properties({ ApplicationLabel: 'Shop' }));
  await around.okta.clearFaults();
  await stack.delete();
  seeExchanges(stack.exchanges);
  await expectNoLeaks();
});

test.each(['CreateIdentityProvider', 'UpdateIdentityProvider'])(
  'no secret is seen if Cognito refuses %s and quotes its value',
  async (operation) => {
    const stack = around.stack();
    if (operation === 'UpdateIdentityProvider') await stack.create(properties());
    noteClientSecrets();
    const note = around.cognito.beforeCall;
    // As AWS does: 1 validation error detected: Value '{…}' at 'providerDetails' failed to satisfy constraint: …
    around.cognito.beforeCall = (call) => {
      note(call);
      if (call.operation !== operation) return;
      const message = `1 validation error detected: Value '${JSON.stringify(call.input)}' at 'providerDetails'`;
      around.cognito.faults.add({
        operation,
        action: { type: 'error', code: 'InvalidParameterException', message },
      });
    };
    const change = properties({ Scopes: 'openid email profile phone' });
    const failed = await (stack.physicalResourceId ? stack.update(change) : stack.create(change));
    expect(failed.reason).toContain('providerDetails');
    expect(failed.reason).toContain('[redacted]');
    seeExchanges(stack.exchanges);
    await expectNoLeaks();
  },
);

test('no secret is seen if Okta quotes the token, or breaks off in the middle of it', async () => {
  noteClientSecrets();
  const stack = around.stack();
  await stack.create(properties());
  const { apiToken } = around.okta;
  const quoting = { errorCode: 'E0000001', errorSummary: `Api validation failed: SSWS ${apiToken}` };
  for (const action of [
    { type: 'answer', status: 401, body: quoting },
    { type: 'answer', status: 200, body: `{"token":"${apiToken}"x` },
  ] as const) {
    await around.okta.fault({ path: '/api/v1/', times: 30, action });
    const target = {
      PhysicalResourceId: stack.physicalResourceId ?? '',
      OldResourceProperties: properties(),
    };
    const { answer } = await stack.send(
      stack.event('Update', properties({ ApplicationLabel: 'Shop' }), target),
    );
    expect(answer?.Status).toBe('FAILED');
    await around.okta.clearFaults();
  }
  seeExchanges(stack.exchanges);
  await expectNoLeaks();
});
