import { itemOf } from '../../../src/federation/journal/item.ts';
import type { Journal } from '../../../src/federation/journal/journal.ts';
import { Ledger } from '../../../src/federation/journal/ledger.ts';
import type { LeaseItem } from '../../../src/lease/table.ts';
import { createRequest, federation } from './requests.ts';

const empty: Journal = { open: [], standing: [], answered: [] };

/** A lease whose writes end when the test says so. */
function slowLease() {
  const writes: { item: LeaseItem; land: () => void; fail: (error: Error) => void }[] = [];
  const keep = (item: LeaseItem) =>
    new Promise<void>((land, fail) => {
      writes.push({ item, land, fail });
    });
  const write = (index: number) => {
    const found = writes[index];
    if (!found) throw new Error(`There is no write ${index}.`);
    return found;
  };
  return { keep, writes, write };
}

const turnOver = () => new Promise((resolve) => setImmediate(resolve));

function opened() {
  const lease = slowLease();
  return { ...lease, ledger: new Ledger(lease, createRequest('create'), empty) };
}

test('writes land one at a time and in their order, each with all that is known by then', async () => {
  const { ledger, writes, write } = opened();
  const begun = ledger.begin();
  const recorded = ledger.record(federation('0oa1'));
  await turnOver();
  expect(writes).toHaveLength(1);
  expect(write(0).item.open?.S).not.toContain('0oa1');
  write(0).land();
  await begun;
  await turnOver();
  expect(writes).toHaveLength(2);
  expect(write(1).item).toEqual(itemOf(ledger.journal));
  write(1).land();
  await recorded;
});

test('what is recorded is known at once, and counts as written only when it is', async () => {
  const { ledger, write } = opened();
  void ledger.begin();
  let isWritten = false;
  void ledger.record(federation('0oa1')).then(() => {
    isWritten = true;
  });
  expect(ledger.federation).toEqual(federation('0oa1'));
  await turnOver();
  write(0).land();
  await turnOver();
  expect(isWritten).toBe(false);
  write(1).land();
  await turnOver();
  expect(isWritten).toBe(true);
});

test('a write that fails fails those who wait for it, and the next write has all of it', async () => {
  const { ledger, write } = opened();
  const begun = ledger.begin();
  const recorded = ledger.record(federation('0oa1'));
  await turnOver();
  write(0).fail(new Error('The table is gone.'));
  await expect(begun).rejects.toThrow('The table is gone.');
  await turnOver();
  write(1).land();
  await expect(recorded).resolves.toBeUndefined();
  expect(write(1).item.open?.S).toContain('"requestId":"create"');
});

test('an attempt that is begun again is not written again', async () => {
  const { ledger, writes, write } = opened();
  const first = ledger.begin();
  await turnOver();
  const second = ledger.begin();
  write(0).land();
  await Promise.all([first, second]);
  expect(writes).toHaveLength(1);
});

test('an attempt that an earlier delivery began costs no write', async () => {
  const lease = slowLease();
  const open = [
    { requestId: 'create', requestType: 'Create' as const, properties: {}, federation: federation('0oa1') },
  ];
  const ledger = new Ledger(lease, createRequest('create'), { ...empty, open });
  await ledger.begin();
  expect(lease.writes).toHaveLength(0);
  expect(ledger.federation).toEqual(federation('0oa1'));
});

test('it is settled when no write is under way, also if the last one failed', async () => {
  const { ledger, write } = opened();
  void ledger.begin();
  let isSettled = false;
  const settled = ledger.settled().then(() => {
    isSettled = true;
  });
  await turnOver();
  expect(isSettled).toBe(false);
  write(0).fail(new Error('The table is gone.'));
  await settled;
});

test('nothing is known of an attempt that has recorded nothing', () => {
  expect(opened().ledger.federation).toBeUndefined();
});
