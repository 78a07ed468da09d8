import { isWrite, Scene } from './scene.ts';

// Events that CloudFormation does not send, or not so. Only what a ResponseURL of AWS comes with is answered.

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

/** Invokes the function with an event, whatever it is, and expects that it does nothing. */
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

test.each<[string, object]>([
  ['no ResponseURL', { RequestType: 'Create' }],
  ['a ResponseURL that is none', { ResponseURL: 'somewhere' }],
  ['a ResponseURL elsewhere than at AWS', { ResponseURL: 'https://example.com/amazonaws.com' }],
  ['a ResponseURL that only looks like AWS', { ResponseURL: 'https://s3.amazonaws.com.example.com/x' }],
  ['a ResponseURL at AWS over plain http', { ResponseURL: 'http://bucket.s3.amazonaws.com/x' }],
  ['a ResponseURL with credentials in it', { ResponseURL: 'https://me:you@bucket.s3.amazonaws.com/x' }],
])('an event with %s is left alone', async (_, change) => {
  const { output, calls } = await sent({ ...scene.resource.create(scene.properties()), ...change });
  expect(output).toContain('An event was refused');
  expect(calls).toEqual([]);
});

test.each([null, 'Create', 7, []])('the event %j is left alone', async (event) => {
  expect((await sent(event)).calls).toEqual([]);
});
