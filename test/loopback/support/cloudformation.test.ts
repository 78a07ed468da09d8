import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from '../../support/cloudformation.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { bundle } from '../../support/lambda-process.ts';
import { type ResponseBucket, startResponseBucket } from '../../support/response-url.ts';

// Its stacks are played here, and shown to no local AWS.
beforeAll(() => {
  delete process.env.AWS_ENDPOINT_URL;
});

let folder: string;
let bucket: ResponseBucket;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lambda-'));
  bucket = await startResponseBucket();
});

afterAll(async () => {
  await bucket[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A stack whose resource does what its properties say: `Fail`, `Id`, or any JavaScript in `Run`. */
async function stack(timeout = 60_000): Promise<Stack> {
  const file = join(folder, 'function.js');
  await writeFile(
    file,
    `exports.handler = async (event, context) => {
      const { Fail, Id = 'one', Run } = event.ResourceProperties;
      const answer = {
        Status: Fail === event.RequestType ? 'FAILED' : 'SUCCESS', Reason: 'because',
        PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : Id,
        StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
      };
      const headers = { 'content-type': '' };
      if (Run) eval(Run);
      if (answer.Status === 'SUCCESS') delete answer.Reason;
      const put = () => fetch(event.ResponseURL, { method: 'PUT', headers, body: JSON.stringify(answer) });
      if (Run === 'hang') await new Promise((resolve) => setTimeout(resolve, 60000));
      const { status } = await put();
      if (status !== 200) await put();
      return context.getRemainingTimeInMillis();
    };`.replace('if (Run)', "if (Run && Run !== 'hang')"),
  );
  return new Stack({ invoke: bundle({ file, environment: {}, timeout }), bucket });
}

/** What CloudFormation sent: the request type, the physical ID, and the `Id` of the properties. */
const played = ({ exchanges }: { exchanges: Stack['exchanges'] | readonly Stack['exchanges'][number][] }) =>
  exchanges.map(({ event }) => [event.RequestType, event.PhysicalResourceId, event.ResourceProperties.Id]);

describe('sequences', () => {
  test('a Create, an Update in place and a Delete', async () => {
    const it = await stack();
    expect((await it.create({ Id: 'one' })).status).toBe('CREATE_COMPLETE');
    expect((await it.update({ Id: 'one', Size: 2, On: true })).status).toBe('UPDATE_COMPLETE');
    expect((await it.delete()).status).toBe('DELETE_COMPLETE');
    expect(played(it)).toEqual([
      ['Create', undefined, 'one'],
      ['Update', 'one', 'one'],
      ['Delete', 'one', 'one'],
    ]);
    const [, update, gone] = it.exchanges;
    expect(update?.event.ResourceProperties).toMatchObject({ Size: '2', On: 'true' });
    expect(update?.event.OldResourceProperties).not.toHaveProperty('Size');
    expect(gone?.event).not.toHaveProperty('OldResourceProperties');
    expect(update?.invocation.ended).toBe('returned');
  });

  test('after a failed Create, the Delete of what it answered with', async () => {
    const failed = await (await stack()).create({ Fail: 'Create', Id: 'half' });
    expect(failed).toMatchObject({ status: 'ROLLBACK_COMPLETE', reason: 'because' });
    expect(played(failed)[1]).toEqual(['Delete', 'half', 'half']);
  });

  test('after a Create without an answer, the Delete of an ID that CloudFormation makes up', async () => {
    const failed = await (await stack(200)).create({ Run: 'hang' });
    expect(failed.exchanges[0]?.invocation.ended).toBe('timed out');
    expect(failed.exchanges[1]?.event.PhysicalResourceId).toMatch(/^stack-\w+-Federation-[0-9A-F]{12}$/);
    expect(failed.status).toBe('ROLLBACK_FAILED');
  });

  test('after a replacement, the Delete of the old resource with the old properties', async () => {
    const it = await stack();
    await it.create({ Id: 'old' });
    expect(played(await it.update({ Id: 'new' }))).toEqual([
      ['Update', 'old', 'new'],
      ['Delete', 'old', 'old'],
    ]);
    expect(it.physicalResourceId).toBe('new');
  });

  test('after a replacement that is rolled back, an Update back and the Delete of the new resource', async () => {
    const it = await stack();
    await it.create({ Id: 'old' });
    const rolledBack = await it.update({ Id: 'new' }, 'fail');
    expect(rolledBack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(played(rolledBack)).toEqual([
      ['Update', 'old', 'new'],
      ['Update', 'new', 'old'],
      ['Delete', 'new', 'new'],
    ]);
    expect(it.physicalResourceId).toBe('old');
  });

  test('after a failed Update, an Update back', async () => {
    const it = await stack();
    await it.create({ Id: 'one' });
    const failed = await it.update({ Id: 'one', Fail: 'Update' });
    expect(failed).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'because' });
    expect(played(failed)).toEqual([
      ['Update', 'one', 'one'],
      ['Update', 'one', 'one'],
    ]);
    expect(failed.exchanges[1]?.event.OldResourceProperties).toMatchObject({ Fail: 'Update' });
  });

  test('after a failed Update that changed the physical ID, the Delete of the new one', async () => {
    const it = await stack();
    await it.create({ Id: 'old' });
    expect(played(await it.update({ Id: 'new', Fail: 'Update' }))).toEqual([
      ['Update', 'old', 'new'],
      ['Update', 'old', 'old'],
      ['Delete', 'new', 'new'],
    ]);
  });
});

describe('the protocol', () => {
  const create = async (properties: Properties) => (await stack()).create(properties);

  test.each([
    ['another RequestId', 'answer.RequestId = "x"'],
    ['FAILED without a Reason', 'answer.Status = "FAILED"; answer.Reason = ""'],
    ['bytes of 4096', 'answer.Data = { x: "x".repeat(4096) }'],
    ['Unrecognized key', 'answer.Extra = 1'],
    ['no answer came', 'event.ResponseURL = "data:text/plain,nowhere"'],
    ['no answer came', 'headers["content-type"] = "application/json"'],
    ['outlived the handler', 'setInterval(() => {}, 1000)'],
  ])('%s is a breach', async (breach, Run) => {
    await expect(create({ Run })).rejects.toThrow(breach);
  });

  test('an answer that is repeated because it was refused is one answer', async () => {
    bucket.fail(503);
    const created = await create({});
    expect(created.status).toBe('CREATE_COMPLETE');
    expect(created.exchanges[0]?.url.attempts).toEqual([503, 200]);
  });

  test('a function can be killed at any moment', async () => {
    const it = await stack();
    const killed = await it.send(it.event('Create', { Run: 'hang' }), AbortSignal.timeout(300));
    expect(killed).toMatchObject({ answer: undefined, invocation: { ended: 'killed' } });
  });
});
