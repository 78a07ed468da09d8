import { LeaseNotHadError, withLease } from '../../../src/lease/lease.ts';
import { type FakeTable, fakeTable, refused } from './table.ts';

const never = new AbortController().signal;

beforeEach(() => jest.useFakeTimers({ now: 1_000_000, doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** Work that goes on until it is told to end. */
function endless() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, work: () => ended };
}

async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

function heldByADeadOne(table: FakeTable, expiresAt: number): void {
  table.items.set('x', { name: { S: 'x' }, holder: { S: 'dead' }, expiresAt: { N: String(expiresAt) } });
}

test('work is done under the lease, which is given up after', async () => {
  const table = fakeTable();
  const result = await withLease(table, 'x', never, async (lease) => {
    expect(table.items.get('x')?.holder?.S).toBe(lease.holder);
    return 'done';
  });
  expect(result).toBe('done');
  expect(table.items.get('x')?.holder).toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
});

test('work that fails gives the lease up, too', async () => {
  const table = fakeTable();
  await expect(withLease(table, 'x', never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(table.items.get('x')?.holder).toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
});

test('what is to be kept is written as the lease is given up, and is there for the next', async () => {
  const table = fakeTable();
  await withLease(
    table,
    'x',
    never,
    async () => 'done',
    (result) => ({ answers: { S: result } }),
  );
  await withLease(table, 'x', never, async (lease) => {
    expect(lease.item.answers).toEqual({ S: 'done' });
    expect(lease.takenOver).toBe(false);
  });
});

test('two never work at the same time under one name', async () => {
  const table = fakeTable();
  const first = endless();
  const order: string[] = [];
  const one = withLease(table, 'x', never, first.work).then(() => order.push('first'));
  await pass(0);
  const two = withLease(table, 'x', never, async () => {
    order.push('second');
  });
  await pass(120_000);
  expect(order).toEqual([]);
  first.end();
  await pass(5_000);
  await Promise.all([one, two]);
  expect(order).toEqual(['first', 'second']);
});

test('other names do not wait', async () => {
  const table = fakeTable();
  const first = endless();
  const one = withLease(table, 'x', never, first.work);
  await pass(0);
  await withLease(table, 'y', never, async () => undefined);
  first.end();
  await one;
});

test('the lease of a holder that died is taken over once it has expired, and not before', async () => {
  const table = fakeTable();
  heldByADeadOne(table, Date.now() + 10_000);
  let takenOver: boolean | undefined;
  const waiting = withLease(table, 'x', never, async (lease) => {
    takenOver = lease.takenOver;
  });
  // Its clock may be three seconds behind.
  await pass(12_500);
  expect(takenOver).toBeUndefined();
  await pass(3_000);
  await waiting;
  expect(takenOver).toBe(true);
});

test('a lease is kept for as long as the work takes', async () => {
  const table = fakeTable();
  const long = endless();
  const work = withLease(table, 'x', never, long.work);
  await pass(95_000);
  expect(Number(table.items.get('x')?.expiresAt?.N)).toBeGreaterThan(Date.now() + 15_000);
  long.end();
  await work;
});

test.each([
  ['is refused because somebody else has it', [refused()], 11_000],
  ['fails again and again', [new Error('throttled'), new Error('throttled'), new Error('throttled')], 31_000],
])('work is told to stop where the renewal %s', async (_how, failures, within) => {
  const table = fakeTable();
  const work = withLease(table, 'x', never, (lease) => {
    table.failures.push(...failures);
    return new Promise((_resolve, reject) => {
      lease.signal.addEventListener('abort', () => reject(lease.signal.reason));
    });
  });
  const ended = expect(work).rejects.toThrow(LeaseNotHadError);
  await pass(within);
  await ended;
  expect(jest.getTimerCount()).toBe(0);
});

test('one renewal that fails is made up for by the next', async () => {
  const table = fakeTable();
  const long = endless();
  let stopped = false;
  const work = withLease(table, 'x', never, (lease) => {
    lease.signal.addEventListener('abort', () => {
      stopped = true;
    });
    table.failures.push(new Error('throttled'));
    return long.work();
  });
  await pass(35_000);
  expect(stopped).toBe(false);
  long.end();
  await work;
});

test('who cannot have the lease in time is told so', async () => {
  const table = fakeTable();
  heldByADeadOne(table, Date.now() + 3_600_000);
  const time = new AbortController();
  const waiting = withLease(table, 'x', time.signal, async () => undefined);
  const ended = expect(waiting).rejects.toThrow(
    'Another deployment holds x, and there was no time left to wait.',
  );
  await pass(10_000);
  time.abort();
  await ended;
});

test('a table that is not there is told as it is', async () => {
  const table = fakeTable();
  table.failures.push(
    Object.assign(new Error('Requested resource not found'), { name: 'ResourceNotFoundException' }),
  );
  await expect(withLease(table, 'x', never, async () => undefined)).rejects.toThrow(
    'Requested resource not found',
  );
});

test('a release that fails does not fail the work', async () => {
  const table = fakeTable();
  const result = await withLease(table, 'x', never, async () => {
    table.failures.push(new Error('throttled'));
    return 'done';
  });
  expect(result).toBe('done');
});

test('an item is forgotten in the end', async () => {
  const table = fakeTable();
  await withLease(table, 'x', never, async () => undefined);
  const days = (Number(table.items.get('x')?.forgetAt?.N) - Date.now() / 1000) / 86_400;
  expect(days).toBeCloseTo(14, 1);
});
