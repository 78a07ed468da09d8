import { type Clock, systemClock } from './clock.ts';

/** The outcome of one try. */
export type Attempt<T> = { readonly value: T } | { readonly error: unknown };

/** When to try again, and until when. */
export interface RetryPolicy<T> {
  /**
   * Judges a try.
   * @param tries how many there have been, from 1.
   * @returns the milliseconds to wait before the next one; `undefined` if this outcome stands.
   */
  readonly pauseAfter: (attempt: Attempt<T>, tries: number) => number | undefined;
  /** Ends the waiting; the last outcome stands then. It does not end a try: that is up to `call`. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds: a pause that would reach it is not begun. */
  readonly deadline?: () => number;
  readonly clock?: Clock;
}

/**
 * Repeats a call until its outcome stands.
 * @param call makes one try; it is given its number, from 1.
 * @returns what the last try returned.
 * @throws what the last try threw.
 */
export async function retry<T>(call: (tries: number) => Promise<T>, policy: RetryPolicy<T>): Promise<T> {
  const { pauseAfter, signal, deadline = () => Number.POSITIVE_INFINITY, clock = systemClock } = policy;
  for (let tries = 1; ; tries += 1) {
    const attempt = await outcomeOf(call, tries);
    const pause = pauseAfter(attempt, tries);
    const stands = pause === undefined || signal.aborted || clock.now() + pause >= deadline();
    if (stands || !(await slept(clock, pause, signal))) {
      if ('error' in attempt) throw attempt.error;
      return attempt.value;
    }
  }
}

async function outcomeOf<T>(call: (tries: number) => Promise<T>, tries: number): Promise<Attempt<T>> {
  try {
    return { value: await call(tries) };
  } catch (error) {
    return { error };
  }
}

/** Whether the pause was over before the signal aborted. */
function slept(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(milliseconds, signal).then(
    () => true,
    () => false,
  );
}
