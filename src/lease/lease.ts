import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../aws/client-settings.ts';
import { passingKind, persist } from '../aws/persist.ts';
import { counted } from '../remote-calls.ts';

/** The table that leases are kept in. Its key is `name`, a string; `forgetAt` is its time-to-live attribute. */
export interface LeaseTable {
  readonly client: DynamoDBClient;
  /** Renewals have connections of their own: hundreds of other writes must not delay them. */
  readonly renewals: DynamoDBClient;
  readonly tableName: string;
  /** Releases under way: the answer does not wait for them. */
  readonly releases: Set<Promise<void>>;
  /** Ends the write that releases a lease, if its time is known. */
  readonly releaseBy?: AbortSignal;
}

/** Another holder has the lease for longer than this one can wait. */
export class LeaseNotHadError extends Error {
  override readonly name = 'LeaseNotHadError';
}

/** The table cannot be used. The message is for the person who deployed. */
export class LeaseTableError extends Error {
  override readonly name = 'LeaseTableError';
}

/** What is known under a lease's name: the item, as DynamoDB has it. */
export type LeaseItem = NonNullable<UpdateItemCommandInput['ExpressionAttributeValues']>;

export interface HeldLease {
  readonly name: string;
  readonly holder: string;
  /** The item as it was before the lease was taken. */
  readonly item: LeaseItem;
  /** The holder before this one never released the lease: it died, and its work is incomplete. */
  readonly takenOver: boolean;
  /** Aborts when the lease can no longer be known to be held. */
  readonly lost: AbortSignal;
  /** Aborts when the work is over: it then needs no renewal. */
  readonly ended: AbortSignal;
  /** Aborts when the lease is lost, or the caller's own signal aborts. */
  readonly signal: AbortSignal;
  /**
   * Writes attributes into the item. An item that holds any is kept until its holder says that it is finished.
   * @throws if the lease is lost, or the table cannot be used.
   */
  keep(attributes: LeaseItem): Promise<void>;
}

/** What the item holds from now on, and whether it may be forgotten. */
export interface LastWrite {
  readonly item: LeaseItem;
  /** Then DynamoDB forgets the item, long after any repeat of an event can come. */
  readonly isFinished: boolean;
}

//      taken     renewed     refused     refused: the holder stops
//        ├──────────┼──────────╳──────────╳
//        0         10         20         30         40 expires   43 another may take it, by its own clock
//                   └────────────── 30 s ───────────┴──── 3 s ───┘
//
// A holder that can't renew stops (its signal aborts) well before another may take over. Times count from before the
// call that sets them: its answer may be late, and the table has what was sent.
const durationMs = 30_000;
const renewEveryMs = 10_000;
const giveUpAfterMs = 22_000;
const clockSkewMs = 3_000;
/** One call to the table, with its repeats. */
const callMs = 8_000;
const mostBroken = 8;
const pollMs = { from: 50, to: 2_000 };

/** Items are forgotten by DynamoDB itself, long after any repeat of an event can come (Lambda keeps one six hours). */
const forgetAfterMs = 14 * 24 * 60 * 60 * 1000;

/** @param tableName in this function's own region. */
export function connectLeaseTable(tableName: string): LeaseTable {
  const connect = () => counted(new DynamoDBClient(clientSettings));
  return { client: connect(), renewals: connect(), tableName, releases: new Set() };
}

/** Waits until all leases are released: a Lambda function that has returned does nothing more. */
export async function allReleased(table: LeaseTable): Promise<void> {
  await Promise.all(table.releases);
}

/**
 * Runs work under a lease: only one holder at a time has this name.
 * @param signal ends the wait and the work.
 * @param work gets the lease and stops when the lease's `signal` aborts.
 * @param lastWrite the content of the item after the release, from the work's result. The same write releases the lease, and
 * this function waits for it. Without `lastWrite` the release runs on; `allReleased` waits for it.
 * @throws LeaseNotHadError if the signal aborts before the lease is acquired; LeaseTableError; what `work` throws.
 */
export async function withLease<T>(
  table: LeaseTable,
  name: string,
  signal: AbortSignal,
  work: (lease: HeldLease) => Promise<T>,
  lastWrite?: (result: T) => LastWrite,
): Promise<T> {
  const holder = randomUUID();
  const { item, takenAt } = await acquire(table, name, holder, signal);
  const lost = new AbortController();
  const ended = new AbortController();
  let holdsMore = hasMore(item);
  const lease: HeldLease = {
    name,
    holder,
    item,
    // Our own holder is there if the answer to a first try was lost: the holder before it is then unknown.
    takenOver: item.holder !== undefined,
    lost: lost.signal,
    ended: ended.signal,
    signal: AbortSignal.any([signal, lost.signal]),
    keep: async (attributes) => {
      // Also if the write seems to fail: it may have landed.
      holdsMore = true;
      try {
        await write(table, { name, holder }, attributes, AbortSignal.any([signal, lost.signal]));
      } catch (error) {
        if (isRefused(error)) lost.abort(new LeaseNotHadError(`The lease on ${name} was lost.`));
        lost.signal.throwIfAborted();
        throw signal.aborted ? error : unusable(table, error);
      }
    },
  };
  let renewedAt = takenAt;
  const heartbeat = setInterval(() => {
    const startedAt = Date.now();
    renew(table, lease).then(
      () => {
        renewedAt = startedAt;
      },
      (error: unknown) => {
        // If the next try would come too late, or if another holder already has the lease.
        if (isRefused(error) || Date.now() - renewedAt > giveUpAfterMs - renewEveryMs) {
          lost.abort(new LeaseNotHadError(`The lease on ${name} could not be renewed.`));
        }
      },
    );
  }, renewEveryMs);
  let last: LastWrite | undefined;
  try {
    const result = await work(lease);
    last = lastWrite?.(result);
    return result;
  } finally {
    clearInterval(heartbeat);
    ended.abort();
    // A lease that guards nothing but a moment leaves nothing to remember. One whose work failed unexpectedly keeps all.
    const kept = last ?? { item: {}, isFinished: !holdsMore };
    // A release that fails costs the next holder a wait for the expiry, and nothing else.
    const released = release(table, lease, kept)
      .catch(() => undefined)
      .finally(() => table.releases.delete(released));
    table.releases.add(released);
    if (lastWrite) await released;
  }
}

async function acquire(
  table: LeaseTable,
  name: string,
  holder: string,
  signal: AbortSignal,
): Promise<{ item: LeaseItem; takenAt: number }> {
  let broken = 0;
  // The signal aborts as a rule between two tries; the last answer of the table says why.
  let refusal: unknown;
  for (let wait = pollMs.from; ; wait = Math.min(wait * 2, pollMs.to)) {
    const now = Date.now();
    // Each try sets the time again: otherwise a lease that took long to acquire would be old at once.
    const tooLong = AbortSignal.timeout(callMs);
    try {
      const taken = await tryToTake(table, name, holder, now, AbortSignal.any([signal, tooLong]));
      return { item: taken.Attributes ?? {}, takenAt: now };
    } catch (error) {
      const passing = tooLong.aborted ? 'broken' : passingKind(error);
      if (isRefused(error)) refusal = error;
      if (signal.aborted) {
        const why = refusal ? `Another deployment holds ${name}` : `The lease on ${name} was not had`;
        throw new LeaseNotHadError(`${why}, and there was no time left to wait.`, {
          cause: refusal ?? error,
        });
      }
      if (passing === 'broken') broken += 1;
      if (broken > mostBroken || !(passing || isRefused(error))) throw unusable(table, error);
    }
    // Jitter: holders that wait for the same lease must not come back all at once.
    await pause(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
}

function tryToTake(
  table: LeaseTable,
  name: string,
  holder: string,
  now: number,
  abortSignal: AbortSignal,
): Promise<UpdateItemCommandOutput> {
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    // One's own holder: an earlier try may have taken the lease and its answer have been lost.
    ConditionExpression: 'attribute_not_exists(holder) OR expiresAt < :expired OR holder = :holder',
    // Until it is released it is not forgotten: its holder may have something to remember.
    UpdateExpression: 'SET holder = :holder, expiresAt = :expiresAt REMOVE forgetAt',
    ExpressionAttributeValues: {
      ':holder': { S: holder },
      ':expired': { N: String(now - clockSkewMs) },
      ':expiresAt': expiry(now),
    },
    ReturnValues: 'ALL_OLD',
  });
  return table.client.send(command, { abortSignal });
}

function unusable({ tableName }: LeaseTable, cause: unknown): LeaseTableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LeaseTableError(
    `The provider's lease table ${tableName} cannot be used (${why}); update the provider's stack, which makes it, and deploy again.`,
    { cause },
  );
}

/** Another holder has the lease. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** Not bound to the caller's signal: the clean-up after that still needs the lease. */
async function renew(table: LeaseTable, lease: HeldLease): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: lease.name } },
    ConditionExpression: 'holder = :holder',
    UpdateExpression: 'SET expiresAt = :expiresAt',
    ExpressionAttributeValues: { ':holder': { S: lease.holder }, ':expiresAt': expiry(Date.now()) },
  });
  await persist(
    (abortSignal) => table.renewals.send(command, { abortSignal }),
    AbortSignal.any([lease.ended, AbortSignal.timeout(callMs)]),
  );
}

/** Not bound to the caller's signal: what was done is written down even when the work's time is over. */
async function release(table: LeaseTable, lease: HeldLease, { item, isFinished }: LastWrite): Promise<void> {
  const forgetAt = String(Math.floor((Date.now() + forgetAfterMs) / 1000));
  const attributes = { ...item, ...(isFinished ? { forgetAt: { N: forgetAt } } : {}) };
  const tooLong = AbortSignal.timeout(callMs);
  const signal = table.releaseBy ? AbortSignal.any([tooLong, table.releaseBy]) : tooLong;
  await write(table, lease, attributes, signal, 'REMOVE holder, expiresAt');
}

function hasMore(item: LeaseItem): boolean {
  const own = ['name', 'holder', 'expiresAt', 'forgetAt'];
  return Object.keys(item).some((name) => !own.includes(name));
}

/**
 * Sets attributes of an item without the lease. A missing item is not created.
 * @throws what DynamoDB throws.
 */
export async function mark(
  table: Pick<LeaseTable, 'client' | 'tableName'>,
  name: string,
  attributes: LeaseItem,
  signal: AbortSignal,
): Promise<void> {
  const names = Object.keys(attributes);
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    ConditionExpression: 'attribute_exists(#name)',
    UpdateExpression: `SET ${names.map((_, index) => `#a${index} = :a${index}`).join(', ')}`,
    ExpressionAttributeNames: {
      '#name': 'name',
      ...Object.fromEntries(names.map((each, index) => [`#a${index}`, each])),
    },
    ExpressionAttributeValues: Object.fromEntries(
      Object.values(attributes).map((value, index) => [`:a${index}`, value]),
    ),
  });
  try {
    await persist((abortSignal) => table.client.send(command, { abortSignal }), signal);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

/** Sets attributes of an item that is still held. */
async function write(
  table: LeaseTable,
  { name, holder }: Pick<HeldLease, 'name' | 'holder'>,
  attributes: LeaseItem,
  signal: AbortSignal,
  also = '',
): Promise<void> {
  const names = Object.keys(attributes);
  const set =
    names.length > 0 ? [`SET ${names.map((_, index) => `#a${index} = :a${index}`).join(', ')}`] : [];
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    ConditionExpression: 'holder = :holder',
    UpdateExpression: [...set, ...(also ? [also] : [])].join(' '),
    ...(names.length > 0
      ? { ExpressionAttributeNames: Object.fromEntries(names.map((each, index) => [`#a${index}`, each])) }
      : {}),
    ExpressionAttributeValues: {
      ':holder': { S: holder },
      ...Object.fromEntries(Object.values(attributes).map((value, index) => [`:a${index}`, value])),
    },
  });
  await persist((abortSignal) => table.client.send(command, { abortSignal }), signal);
}

function expiry(now: number) {
  return { N: String(now + durationMs) };
}
