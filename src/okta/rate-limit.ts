import type { Clock } from '../retry/clock.ts';
import type { OktaAnswer } from './exchange.ts';

/** A limit of Okta's lasts a minute; what is further off than this is not a time that Okta means. */
const farthestResetMs = 60 * 60_000;

/**
 * Whether too many requests ran at the same moment: Okta then says that the limit is 0, and the reset is a guess.
 * https://developer.okta.com/docs/reference/rl2-monitor/
 */
export function isConcurrencyLimit(answer: OktaAnswer): boolean {
  return answer.headers['x-rate-limit-limit'] === '0';
}

/**
 * When Okta lifts its rate limit; `undefined` if the answer does not say, or says what cannot be.
 * `X-Rate-Limit-Reset` is in epoch seconds of Okta's clock, so it is compared with the answer's own `Date`, not with ours.
 * https://developer.okta.com/docs/reference/rl-best-practices/
 *
 * @param now epoch milliseconds by our clock, for an answer without a date
 * @returns epoch milliseconds by Okta's clock, and how many of them are left
 */
export function rateLimitReset(
  answer: OktaAnswer,
  now: number,
): { readonly at: number; readonly leftMs: number } | undefined {
  const header = answer.headers['x-rate-limit-reset'];
  if (header === undefined || !/^\d{1,12}$/.test(header)) return undefined;
  const at = Number(header) * 1000;
  const date = Date.parse(answer.headers.date ?? '');
  const leftMs = at - (Number.isNaN(date) ? now : date);
  return Math.abs(leftMs) > farthestResetMs ? undefined : { at, leftMs: Math.max(0, leftMs) };
}

/**
 * How long to wait after a 429. Up to a second of jitter keeps callers that waited together from coming back together.
 * @returns milliseconds, also if Okta does not say when it lifts its limit: the caller's own deadline ends the waiting.
 */
export function rateLimitPause(answer: OktaAnswer, clock: Clock): number {
  const chance = clock.random() * 1000;
  if (isConcurrencyLimit(answer)) return 1000 + chance;
  const reset = rateLimitReset(answer, clock.now());
  return reset === undefined ? 2000 + 2 * chance : reset.leftMs + chance;
}
