import { ManagementError } from './errors.ts';

/** What Okta allows per minute on a path unless told otherwise. */
const ORDINARY_LIMIT = 600;

interface Bucket {
  window: number;
  used: number;
}

/**
 * Okta's rate limits: a bucket per minute and path, its state in three headers of every answer.
 *
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export class RateLimit {
  #limit: { path: RegExp; perMinute: number; seconds: number } | undefined;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param path regular expression on the path; all that matches shares one bucket
   * @param perMinute how many calls a minute are answered
   * @param seconds that such a minute lasts: a test need not wait for a whole one
   */
  set(path: string, perMinute: number, seconds = 60): void {
    this.#limit = { path: new RegExp(path), perMinute, seconds };
    this.#buckets.clear();
  }

  lift(): void {
    this.#limit = undefined;
    this.#buckets.clear();
  }

  /**
   * Counts a call.
   *
   * @returns the headers for its answer
   * @throws ManagementError 429 E0000047 if the bucket is used up
   */
  count(path: string): Record<string, string> {
    const limited = this.#limit?.path.test(path) ? this.#limit : undefined;
    const name = limited ? 'limited' : path.split('/').slice(0, 4).join('/');
    const limit = limited?.perMinute ?? ORDINARY_LIMIT;
    const seconds = limited?.seconds ?? 60;
    const window = Math.floor(Date.now() / 1000 / seconds);
    const bucket = this.#buckets.get(name);
    const used = (bucket?.window === window ? bucket.used : 0) + 1;
    this.#buckets.set(name, { window, used });
    const headers = {
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': String(Math.max(0, limit - used)),
      'x-rate-limit-reset': String((window + 1) * seconds),
    };
    if (limited && used > limit) {
      const summary = 'API call exceeded rate limit due to too many requests.';
      throw new ManagementError(429, 'E0000047', summary, [], headers);
    }
    return headers;
  }
}
