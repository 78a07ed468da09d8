import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { atOnce } from '../at-most.ts';
import { passingKind } from '../aws/call-with-retries.ts';
import {
  extend,
  type Holding,
  isRefused,
  type LeaseItem,
  type LeaseTable,
  take,
  unusable,
  write,
} from './table.ts';

/** Another holder has the lease for longer than this one can wait. */
export class LeaseNotHadError extends Error {
  override readonly name = 'LeaseNotHadError';
}

export interface HeldLease extends Holding {
  /** The item as it was before the lease was taken. */
  readonly item: LeaseItem;
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

//      taken     renewed      fails       fails: the holder stops
//        ├──────────┼──────────╳──────────╳
//        0         10         20         30         40 expires   43 another may take it, by its own clock
//                   └────────────── 30 s ───────────┴──── 3 s ───┘
//
// A holder that can't renew stops (its signal aborts) well before another may take over. Times count from before the
// call that sets them: its answer may be late, and the table has what was sent.
const renewEveryMs = 10_000;
const giveUpAfterMs = 22_000;
/** One call to the table, with its repeats. */
const callMs = 8_000;
const mostBroken = 8;
const pollMs = { from: 50, to: 2_000 };

/** Items are forgotten by DynamoDB itself, long after any repeat of an event can come (Lambda keeps one six hours). */
const forgetAfterMs = 14 * 24 * 60 * 60 * 1000;

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
  // Most releases run in the background: a slow table must not get more and more of them at once.
  while (table.releases.size >= atOnce) await Promise.race(table.releases);
  const { item, takenAt } = await acquire(table, name, holder, signal);
  const lost = new AbortController();
  const ended = new AbortController();
  let holdsMore = hasMore(item);
  const lease: HeldLease = {
    name,
    holder,
    item,
    lost: lost.signal,
    ended: ended.signal,
    signal: AbortSignal.any([signal, lost.signal]),
    keep: async (attributes) => {
      // Also if the write seems to fail: it may have landed.
      holdsMore = true;
      try {
        // What a clean-up does is written down too, when the work's time is over.
        const until = signal.aborted ? AbortSignal.timeout(callMs) : signal;
        await write(table, { name, holder }, attributes, AbortSignal.any([until, lost.signal]));
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
    // An item that is only a lease leaves nothing to remember. If the work failed unexpectedly, all that the item holds stays.
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
      const taken = await take(table, { name, holder }, now, AbortSignal.any([signal, tooLong]));
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

/** Not bound to the caller's signal: the clean-up after that still needs the lease. */
function renew(table: LeaseTable, lease: HeldLease): Promise<void> {
  return extend(table, lease, AbortSignal.any([lease.ended, AbortSignal.timeout(callMs)]));
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
