import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { LeaseNotHadError, withLease } from '../../../src/lease/lease.ts';
import { LeaseTableError } from '../../../src/lease/table.ts';
import { type FakeTable, fakeTable, refused } from './table.ts';

const never = new AbortController().signal;

beforeEach(() => jest.useFakeTimers({ now: 1_000_000, doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** Work that goes on until the test ends it. */
function endless() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, work: () => ended };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

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

test('a table that is slow gets at most eight releases at once', async () => {
  const table = fakeTable();
  let most = 0;
  const { client } = table;
  const slow = Object.assign(Object.create(null), {
    async send(command: UpdateItemCommand) {
      if (command.input.UpdateExpression?.includes('REMOVE holder')) await pause(100);
      return client.send(command);
    },
  });
  const work = Array.from({ length: 30 }, (_, n) => `x${n}`).reduce(
    (before, name) =>
      before.then(() =>
        withLease({ ...table, client: slow }, name, never, async () => {
          most = Math.max(most, table.releases.size);
        }),
      ),
    Promise.resolve(),
  );
  await pass(10_000);
  await work;
  await Promise.all(table.releases);
  expect(most).toBe(7);
  expect([...table.items.values()].filter(({ holder }) => holder)).toEqual([]);
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
    (result) => ({ item: { answered: { S: result } }, isFinished: false }),
  );
  await withLease(table, 'x', never, async (lease) => {
    expect(lease.item.answered).toEqual({ S: 'done' });
    expect(lease.item.holder).toBeUndefined();
  });
});

describe('what is kept while the work goes on', () => {
  test('is in the item at once, beside what was there', async () => {
    const table = fakeTable();
    table.items.set('x', { name: { S: 'x' }, standing: { S: 'before' } });
    await withLease(table, 'x', never, async (lease) => {
      await lease.keep({ open: { S: 'begun' } });
      expect(table.items.get('x')).toMatchObject({
        holder: { S: lease.holder },
        open: { S: 'begun' },
        standing: { S: 'before' },
      });
    });
    expect(table.items.get('x')).toMatchObject({ open: { S: 'begun' } });
  });

  test('is there for the next holder, if this one dies', async () => {
    const table = fakeTable();
    const dead = endless();
    void withLease(table, 'x', never, async (lease) => {
      await lease.keep({ open: { S: 'begun' } });
      return dead.work();
    });
    await pass(0);
    jest.clearAllTimers();
    const next = withLease(table, 'x', never, async ({ item }) => item.open);
    await pass(35_000);
    expect(await next).toEqual({ S: 'begun' });
  });

  test('is not written once another has the lease, and the work is aborted', async () => {
    const table = fakeTable();
    const work = withLease(table, 'x', never, async (lease) => {
      table.items.set('x', { name: { S: 'x' }, holder: { S: 'another' }, expiresAt: { N: '9e12' } });
      const kept = lease.keep({ open: { S: 'late' } });
      await expect(kept).rejects.toThrow(LeaseNotHadError);
      expect(lease.lost.aborted).toBe(true);
      expect(lease.signal.aborted).toBe(true);
      await expect(lease.keep({ open: { S: 'later' } })).rejects.toThrow(LeaseNotHadError);
    });
    await work;
    expect(table.items.get('x')).toMatchObject({ holder: { S: 'another' } });
    expect(table.items.get('x')).not.toHaveProperty('open');
  });

  test('is written again if the connection breaks', async () => {
    const table = fakeTable();
    const work = withLease(table, 'x', never, async (lease) => {
      table.failures.push(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
      await lease.keep({ open: { S: 'begun' } });
    });
    await pass(10_000);
    await work;
    expect(table.items.get('x')).toMatchObject({ open: { S: 'begun' } });
  });

  test('fails with what the table says, if it cannot be used', async () => {
    const table = fakeTable();
    const gone = Object.assign(new Error('Requested resource not found'), {
      name: 'ResourceNotFoundException',
    });
    const work = withLease(table, 'x', never, async (lease) => {
      table.failures.push(gone);
      await lease.keep({ open: { S: 'begun' } });
    });
    await expect(work).rejects.toThrow(LeaseTableError);
  });

  test('fails with the caller’s reason if the caller’s time ends during the write', async () => {
    const table = fakeTable();
    const time = new AbortController();
    const work = withLease(table, 'x', time.signal, async (lease) => {
      const kept = lease.keep({ open: { S: 'begun' } });
      time.abort(new Error('The time is over.'));
      await kept;
    });
    await expect(work).rejects.not.toThrow(LeaseTableError);
    expect(table.items.get('x')?.holder).toBeUndefined();
  });

  test('is written for a clean-up too, after the caller’s time is over', async () => {
    const table = fakeTable();
    const time = new AbortController();
    await withLease(table, 'x', time.signal, async (lease) => {
      time.abort(new Error('The time is over.'));
      await lease.keep({ open: { S: 'removed' } });
    });
    expect(table.items.get('x')?.open).toEqual({ S: 'removed' });
  });
});

test('renewals have a client of their own', async () => {
  const table = fakeTable();
  const long = endless();
  const work = withLease(table, 'x', never, long.work);
  await pass(25_000);
  expect(table.renewed).toHaveLength(2);
  expect(table.renewed[0]).toMatchObject({ ConditionExpression: 'holder = :holder' });
  long.end();
  await work;
  expect(table.renewed).toHaveLength(2);
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
  let isHad = false;
  const waiting = withLease(table, 'x', never, async () => {
    isHad = true;
  });
  // Its clock may be three seconds behind.
  await pass(12_500);
  expect(isHad).toBe(false);
  await pass(3_000);
  await waiting;
  expect(isHad).toBe(true);
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
  ['is refused because another holder has it', [refused()], 11_000],
  ['fails again and again', [new Error('throttled'), new Error('throttled'), new Error('throttled')], 31_000],
])('work has to stop if the renewal %s', async (_how, failures, within) => {
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

test('if one renewal fails, the next one is in time', async () => {
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

test('a lease that cannot be had in time is reported so', async () => {
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

test('a table that is not there is reported as it is', async () => {
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

describe('an item is forgotten by DynamoDB', () => {
  const days = (table: FakeTable) => {
    const at = table.items.get('x')?.forgetAt?.N;
    return at === undefined ? undefined : (Number(at) - Date.now() / 1000) / 86_400;
  };
  const leave = (table: FakeTable, isFinished: boolean) =>
    withLease(
      table,
      'x',
      never,
      async () => expect(days(table)).toBeUndefined(),
      () => ({ item: { standing: { S: '[]' } }, isFinished }),
    );

  test('after fourteen days, if its holder says that it is finished', async () => {
    const table = fakeTable();
    await leave(table, true);
    expect(days(table)).toBeCloseTo(14, 1);
  });

  test('never, if its holder says that it is not', async () => {
    const table = fakeTable();
    await leave(table, false);
    expect(days(table)).toBeUndefined();
  });

  test('not while it is held again, and from then on only if it is finished again', async () => {
    const table = fakeTable();
    await leave(table, true);
    await leave(table, false);
    expect(days(table)).toBeUndefined();
  });

  test('if it holds nothing but a lease', async () => {
    const table = fakeTable();
    await withLease(table, 'x', never, async () => expect(days(table)).toBeUndefined());
    expect(days(table)).toBeCloseTo(14, 1);
    await withLease(table, 'x', never, async () => expect(days(table)).toBeUndefined());
    expect(days(table)).toBeCloseTo(14, 1);
  });

  test('never, if the work of a holder failed that had something to remember', async () => {
    const table = fakeTable();
    table.items.set('x', { name: { S: 'x' }, standing: { S: 'before' } });
    await expect(withLease(table, 'x', never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(table.items.get('x')).toEqual({ name: { S: 'x' }, standing: { S: 'before' } });
  });

  test('never, if the work failed after it had kept something', async () => {
    const table = fakeTable();
    const work = withLease(table, 'x', never, async (lease) => {
      await lease.keep({ open: { S: 'begun' } });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(days(table)).toBeUndefined();
  });
});
