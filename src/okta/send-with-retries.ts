import { countRemoteCall } from '../remote-calls.ts';
import { backoff } from '../retry/backoff.ts';
import type { Clock } from '../retry/clock.ts';
import { retry } from '../retry/retry.ts';
import { exchange, NoAnswerError, type OktaAnswer, type OktaRequest } from './exchange.ts';
import type { Headroom } from './headroom.ts';
import { rateLimitPause } from './rate-limit.ts';

/** How long to go on, and against which time. */
export interface RetryLimits {
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which nothing may still wait. */
  readonly deadline: () => number;
  readonly clock: Clock;
  /** Set for work that can wait: it leaves half of Okta's rate limits to others. */
  readonly headroom?: Headroom | undefined;
}

/** The last thing that came of a request, and whether any of its tries may have changed something without saying so. */
export type Outcome = { answer: OktaAnswer } | { failure: NoAnswerError; mayHaveTakenEffect: boolean };
type Try = { readonly answer: OktaAnswer } | { readonly failure: NoAnswerError };

/** A try that hangs ends after this long, so that a repeat still has a chance before the deadline. */
const readTimeoutMs = 20_000;
/** Okta has taken 30 seconds for a PUT that then succeeded (OKTA-852488), and a POST that is given up too soon makes two. */
const writeTimeoutMs = 40_000;
const mostRepeats = 5;
const backoffMs = { from: 250, to: 4_000 };
/** Okta answers 500 to the DELETE of an application for some seconds, and 204 after that. */
const deletePatienceMs = 30_000;

/**
 * Sends a request until an answer stands.
 *
 * 429: Okta did nothing, so every request waits until the limit is lifted, if that is before the deadline.
 * 5xx, broken connection: repeated with growing, fully random pauses, but only if a repeat is harmless: a second
 * POST would make a second application.
 *
 * @param prepare makes the request for one try; called for each, since proofs of possession are good only once
 * @param harmlessToRepeat whether the request, sent twice, has the result of one
 */
export async function sendWithRetries(
  prepare: () => Promise<OktaRequest>,
  harmlessToRepeat: boolean,
  limits: RetryLimits,
): Promise<Outcome> {
  const { clock } = limits;
  const beganAt = clock.now();
  let mayHaveTakenEffect = false;
  let repeats = 0;
  let method = '';

  const pauseUnless = (enough: boolean): number | undefined => {
    if (enough) return undefined;
    repeats += 1;
    return backoff(repeats, backoffMs, clock.random());
  };
  const pauseAfterAnswer = (answer: OktaAnswer): number | undefined => {
    if (answer.status === 429) return rateLimitPause(answer, clock);
    if (answer.status < 500) return undefined;
    mayHaveTakenEffect ||= method !== 'GET';
    if (!harmlessToRepeat) return undefined;
    return pauseUnless(
      method === 'DELETE' ? clock.now() - beganAt >= deletePatienceMs : repeats >= mostRepeats,
    );
  };
  const pauseAfterFailure = ({ mayHaveArrived, passing }: NoAnswerError): number | undefined => {
    mayHaveTakenEffect ||= mayHaveArrived && method !== 'GET';
    const isHarmless = harmlessToRepeat || !mayHaveArrived;
    return passing && isHarmless ? pauseUnless(repeats >= mostRepeats) : undefined;
  };

  const last = await retry<Try>(
    async (tries) => {
      const request = await prepare();
      method = request.method;
      countRemoteCall(tries > 1);
      return attempt(request, limits);
    },
    {
      ...limits,
      pauseAfter(attempted) {
        if ('error' in attempted) return undefined;
        const { value } = attempted;
        return 'answer' in value ? pauseAfterAnswer(value.answer) : pauseAfterFailure(value.failure);
      },
    },
  );
  return 'answer' in last ? last : { ...last, mayHaveTakenEffect };
}

async function attempt(request: OktaRequest, limits: RetryLimits): Promise<Try> {
  const { signal, deadline, clock, headroom } = limits;
  await roomFor(request, limits);
  const left = deadline() - clock.now();
  if (left <= 0) {
    const cause = new Error('the deadline has passed');
    return {
      failure: new NoAnswerError('the time was up', { mayHaveArrived: false, passing: false, cause }),
    };
  }
  const most = request.method === 'GET' ? readTimeoutMs : writeTimeoutMs;
  try {
    const answer = await exchange(request, { signal, timeoutMs: Math.min(left, most) });
    headroom?.note(request.url, answer, clock.now());
    return { answer };
  } catch (error) {
    if (error instanceof NoAnswerError) return { failure: error };
    throw error;
  }
}

/** Waits until the call leaves half of Okta's limit to others. If the time ends first, the attempt says so. */
async function roomFor(
  { url }: OktaRequest,
  { headroom, clock, deadline, signal }: RetryLimits,
): Promise<void> {
  let pause = headroom?.pauseBefore(url, clock.now()) ?? 0;
  while (pause > 0 && !signal.aborted && clock.now() < deadline()) {
    const chance = clock.random() * 1000;
    await clock.sleep(Math.min(pause + chance, deadline() - clock.now()), signal).catch(() => undefined);
    pause = headroom?.pauseBefore(url, clock.now()) ?? 0;
  }
}
