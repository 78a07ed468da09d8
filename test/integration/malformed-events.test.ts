import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

/** A whole Create, to take something away from. */
function goodEvent() {
  const pool = createUserPool(around.cognito.state);
  return { ...around.stack().event('Create', { UserPoolId: pool.id }) };
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
  const good = goodEvent();
  const url = around.bucket.open(good);
  const event = { ...good, ResponseURL: url.href, ...change };
  const calls = around.cognito.calls.length;
  const changes = await around.okta.changes();
  const invocation = await around.invoke(event);
  expect(invocation.ended).toBe('returned');
  expect(url.stored).toHaveLength(1);
  const answer: unknown = JSON.parse(url.stored[0] ?? '');
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/\w/),
    PhysicalResourceId: expect.stringMatching(/\w/),
    StackId: expect.any(String),
    RequestId: expect.any(String),
    LogicalResourceId: expect.any(String),
  });
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) expect(answer).toMatchObject({ Reason: expect.stringContaining(name) });
  }
  expect(around.cognito.calls).toHaveLength(calls);
  expect(await around.okta.changes()).toEqual(changes);
});

test.each<[string, unknown]>([
  ['no ResponseURL', { RequestType: 'Create' }],
  ['a ResponseURL that is none', { ResponseURL: 'somewhere' }],
  ['a ResponseURL elsewhere than at AWS', { ResponseURL: 'https://example.com/amazonaws.com' }],
  ['a ResponseURL that only looks like AWS', { ResponseURL: 'https://s3.amazonaws.com.example.com/x' }],
  ['a ResponseURL at AWS over plain http', { ResponseURL: 'http://bucket.s3.amazonaws.com/x' }],
  ['a ResponseURL with credentials in it', { ResponseURL: 'https://me:you@bucket.s3.amazonaws.com/x' }],
])('an event with %s is left alone', async (_, change) => {
  const calls = around.cognito.calls.length;
  const invocation = await around.invoke({ ...goodEvent(), ...(change ?? {}) });
  expect(invocation).toMatchObject({
    ended: 'returned',
    output: expect.stringContaining('An event was refused'),
  });
  expect(around.cognito.calls).toHaveLength(calls);
});

test.each([null, 'Create', 7, []])('the event %j is left alone', async (event) => {
  expect(await around.invoke(event)).toMatchObject({ ended: 'returned' });
});
