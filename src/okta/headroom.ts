import type { OktaAnswer } from './exchange.ts';
import { isConcurrencyLimit, rateLimitReset } from './rate-limit.ts';

interface Bucket {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly resetsAt: number;
}

/** Applications, groups and policies: Okta counts the calls about all of them together, by path. */
const identifiers = /\/(?=[^/]*\d)[0-9A-Za-z]{10,}(?=\/|$)/g;

/**
 * Leaves half of an org's rate limits to others. For work that can wait: a call waits for the next window if it would leave
 * less than half of its limit. What others use counts too, so the calls through here are never more than half of what is left.
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export class Headroom {
  readonly #buckets = new Map<string, Bucket>();

  /** @returns how many milliseconds a call must wait; 0 if it may leave now. */
  pauseBefore(url: URL, now: number): number {
    const bucket = this.#buckets.get(bucketOf(url));
    if (!bucket || now >= bucket.resetsAt) return 0;
    const after = bucket.remaining - 1;
    if (after * 2 >= bucket.limit) {
      // Counted at once: calls that run side by side must not all take the last one.
      this.#buckets.set(bucketOf(url), { ...bucket, remaining: after });
      return 0;
    }
    return bucket.resetsAt - now;
  }

  /** Takes note of what Okta says of its limit. */
  note(url: URL, answer: OktaAnswer, now: number): void {
    const [limit, remaining] = [
      answer.headers['x-rate-limit-limit'],
      answer.headers['x-rate-limit-remaining'],
    ].map((header) => (header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined));
    const reset = rateLimitReset(answer, now);
    if (limit === undefined || remaining === undefined || !reset || isConcurrencyLimit(answer)) return;
    this.#buckets.set(bucketOf(url), { limit, remaining, resetsAt: now + reset.leftMs });
  }
}

function bucketOf({ origin, pathname }: URL): string {
  return `${origin}${pathname.replaceAll(identifiers, '/*')}`;
}
