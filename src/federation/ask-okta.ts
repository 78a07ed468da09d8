import type { Allotment } from '../cloudformation/deadline.ts';
import { rateLimitPause } from '../okta/rate-limit.ts';
import { countRepeat } from '../remote-calls.ts';
import { systemClock } from '../retry/clock.ts';
import { retry } from '../retry/retry.ts';
import { ask, type Reply } from './ask.ts';

/** Okta's rate limit did not end in time: whether its answer would have been good is not known. */
export class OktaRateLimitError extends Error {
  override readonly name = 'OktaRateLimitError';
}

/** Two of Okta's windows, which last a minute each: a server that always refuses must not hold an event to its end. */
const patienceMs = 150_000;

/**
 * Asks an endpoint of Okta's that needs no credentials of ours, as a browser would. Okta limits these too, by org and by
 * client; a request that it refuses so is sent again when the limit is lifted, if that is before the time ends.
 * @see https://developer.okta.com/docs/reference/rl-global-enduser/
 * @see https://developer.okta.com/docs/reference/rl-clientbased/
 * @throws UnreachableError, OktaRateLimitError
 */
export async function askOkta(url: URL, time: Allotment, form?: URLSearchParams): Promise<Reply> {
  const clock = systemClock;
  const endsAt = Math.min(clock.now() + patienceMs, time.endsAt);
  const reply = await retry(
    (tries) => {
      if (tries > 1) countRepeat();
      return ask(url, time.signal, form);
    },
    {
      signal: time.signal,
      deadline: () => endsAt,
      pauseAfter: (attempt) =>
        'value' in attempt && attempt.value.status === 429 ? rateLimitPause(attempt.value, clock) : undefined,
    },
  );
  if (reply.status !== 429) return reply;
  throw new OktaRateLimitError(
    `Okta at ${url.origin} has too many requests (HTTP 429 from ${url.pathname}), for longer than the provider can wait. Deploy again later, or raise the org's rate limit for this endpoint (Admin Console, Reports, Rate limits).`,
  );
}
