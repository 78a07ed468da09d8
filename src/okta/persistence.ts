import { countRemoteCall } from '../remote-calls.ts';
import type { Clock } from '../retry/clock.ts';
import { exchange, NoAnswer, type OktaAnswer, type OktaRequest } from './exchange.ts';

/** How long to go on, and against which time. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which nothing may still wait. */
  readonly deadline: () => number;
  readonly clock: Clock;
}

/** The last thing that came of a request, and whether any of its tries may have changed something without saying so. */
export type Outcome = { answer: OktaAnswer } | { failure: NoAnswer; mayHaveTakenEffect: boolean };

/** A try that hangs is given up after this long, so that a repeat still has a chance before the deadline. */
const TRY_TIMEOUT_MS = 20_000;
const MOST_REPEATS = 5;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 4_000;

/**
 * Sends a request until an answer stands.
 *
 * 429: Okta did nothing, so every request waits until the limit is lifted, if that is before the deadline.
 * 5xx, broken connection: repeated with growing, fully random pauses, but only where a repeat is harmless: a second
 * POST would make a second application.
 *
 * @param prepare makes the request for one try; called anew for each, since proofs of possession are good only once
 * @param harmlessToRepeat whether the request, sent twice, ends where one does
 */
export async function persist(
  prepare: () => Promise<OktaRequest>,
  harmlessToRepeat: boolean,
  patience: Patience,
): Promise<Outcome> {
  const { signal, deadline, clock } = patience;
  let mayHaveTakenEffect = false;
  let tries = 0;
  for (let repeats = 0; ; ) {
    const request = await prepare();
    countRemoteCall(tries > 0);
    tries += 1;
    const outcome = await attempt(request, patience);
    const reads = request.method === 'GET';
    let pause: number | undefined;
    if ('answer' in outcome) {
      const { status } = outcome.answer;
      if (status === 429) pause = rateLimitPause(outcome.answer, clock) ?? backoff(repeats++, clock);
      else if (status >= 500) {
        mayHaveTakenEffect ||= !reads;
        if (harmlessToRepeat && repeats < MOST_REPEATS) pause = backoff(repeats++, clock);
      }
    } else {
      const { mayHaveArrived, passing } = outcome.failure;
      mayHaveTakenEffect ||= mayHaveArrived && !reads;
      if (passing && (harmlessToRepeat || !mayHaveArrived) && repeats < MOST_REPEATS) {
        pause = backoff(repeats++, clock);
      }
    }
    const over = pause === undefined || signal.aborted || clock.now() + pause >= deadline();
    if (over) return 'answer' in outcome ? outcome : { ...outcome, mayHaveTakenEffect };
    try {
      await clock.sleep(pause ?? 0, signal);
    } catch {
      const failure = new NoAnswer('the time was up', {
        mayHaveArrived: false,
        passing: false,
        cause: signal.reason,
      });
      return { failure, mayHaveTakenEffect };
    }
  }
}

async function attempt(
  request: OktaRequest,
  { signal, deadline, clock }: Patience,
): Promise<{ answer: OktaAnswer } | { failure: NoAnswer }> {
  const left = deadline() - clock.now();
  if (left <= 0) {
    const cause = new Error('the deadline has passed');
    return { failure: new NoAnswer('the time was up', { mayHaveArrived: false, passing: false, cause }) };
  }
  try {
    return { answer: await exchange(request, { signal, timeoutMs: Math.min(left, TRY_TIMEOUT_MS) }) };
  } catch (error) {
    if (error instanceof NoAnswer) return { failure: error };
    throw error;
  }
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function backoff(repeats: number, clock: Clock): number {
  return clock.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** repeats);
}

/**
 * The milliseconds until Okta's rate limit is lifted, or undefined when the answer does not say.
 * `X-Rate-Limit-Reset` is in epoch seconds of Okta's clock, so it is held against the answer's own `Date`, not ours.
 * Up to a second of chance on top keeps a crowd that waited together from coming back together.
 * https://developer.okta.com/docs/reference/rl-best-practices/
 */
function rateLimitPause(answer: OktaAnswer, clock: Clock): number | undefined {
  const reset = Number(answer.headers['x-rate-limit-reset'] ?? Number.NaN) * 1000;
  if (Number.isNaN(reset)) return undefined;
  const date = Date.parse(answer.headers.date ?? '');
  const now = Number.isNaN(date) ? clock.now() : date;
  return Math.max(0, reset - now) + clock.random() * 1000;
}
