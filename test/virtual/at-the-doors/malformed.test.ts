import { isWrite, Scene } from './scene.ts';

// Events that CloudFormation does not send, or not so. Only what a ResponseURL of AWS comes with is answered.

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

/** Invokes the function with any value as its event, and expects that it does nothing. */
async function sent(event: unknown) {
  const before = scene.view;
  let invocation: Awaited<ReturnType<typeof scene.world.invoke>> | undefined;
  const calls = await scene.callsOf(async () => {
    invocation = await scene.world.time.run(scene.world.invoke('provider', event));
  });
  expect(calls.filter(isWrite)).toEqual([]);
  expect(calls.filter((call) => /^(Okta|Cognito|Sign-in|Secrets)/.test(call))).toEqual([]);
  expect(scene.view).toEqual(before);
  expect(invocation?.ended).toBe('returned');
  return { calls, output: invocation?.output ?? '' };
}

test.each<[string, Record<string, unknown>]>([
  ['without a RequestType', { RequestType: undefined }],
  ['with a RequestType that is none', { RequestType: 'Upsert' }],
  ['without properties', { ResourceProperties: undefined }],
  ['with properties that are a list', { ResourceProperties: ['UserPoolId'] }],
  ['that updates nothing', { RequestType: 'Update' }],
  ['that deletes nothing', { RequestType: 'Delete' }],
  ['with a physical ID that is a number', { RequestType: 'Delete', PhysicalResourceId: 7 }],
])('an event %s is answered, and does nothing', async (_, change) => {
  const good = scene.resource.create(scene.properties());
  const url = scene.world.bucket.open(good);
  await sent({ ...good, ResponseURL: url.href, ...change });
  expect(url.stored).toHaveLength(1);
  const answer: unknown = JSON.parse(url.stored[0] ?? '');
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/\w/),
    PhysicalResourceId: expect.stringMatching(/\w/),
    StackId: good.StackId,
    RequestId: good.RequestId,
    LogicalResourceId: good.LogicalResourceId,
  });
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) expect(answer).toMatchObject({ Reason: expect.stringContaining(name) });
  }
});

test.each<[string, (url: URL) => string | undefined]>([
  ['no ResponseURL', () => undefined],
  ['a ResponseURL that is none', () => 'somewhere'],
  ['a ResponseURL elsewhere than at AWS', (url) => changed(url, { host: 'example.com' })],
  ['a ResponseURL that only looks like AWS', (url) => changed(url, { host: `${url.host}.example.com` })],
  ['a ResponseURL at AWS over plain http', (url) => changed(url, { protocol: 'http:' })],
  ['a ResponseURL with credentials in it', (url) => changed(url, { username: 'me', password: 'you' })],
])('an event with %s is left alone', async (_, changedUrl) => {
  const event = scene.resource.create(scene.properties());
  const url = scene.world.bucket.open(event);
  const { output, calls } = await sent({ ...event, ResponseURL: changedUrl(new URL(url.href)) });
  expect(output).toContain('An event was refused');
  expect(calls).toEqual([]);
  expect(url.stored).toEqual([]);
});

/** CloudFormation's own address for the event, except a part of it. */
function changed(url: URL, parts: Partial<Record<'host' | 'protocol' | 'username' | 'password', string>>) {
  return Object.assign(new URL(url), parts).href;
}

test.each([null, 'Create', 7, []])('the event %j is left alone', async (event) => {
  expect((await sent(event)).calls).toEqual([]);
});
