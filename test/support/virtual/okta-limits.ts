import type { Reply } from './network.ts';

/** So many calls a minute are answered. */
interface Bucket {
  readonly method?: string;
  readonly path: RegExp;
  readonly perMinute: number;
}

/**
 * The Management API's limits as Okta publishes them for a production org, each path with a bucket of its own.
 * https://developer.okta.com/docs/reference/rl-global-mgmt/
 */
export const publishedLimits: readonly Bucket[] = [
  { path: /^\/api\/v1\/apps$/, perMinute: 100 },
  { path: /^\/api\/v1\/apps\/[^/]+$/, perMinute: 500 },
  { path: /^\/api\/v1\/groups$/, perMinute: 500 },
  { path: /^\/api\/v1\/groups\/[^/]+$/, perMinute: 1000 },
  { path: /^\/api\/v1\//, perMinute: 1200 },
];

/** Okta's rate limits: a bucket for each minute of the clock, and 429 with the time of the reset when it is empty. */
export class OktaLimits {
  /** None until a test sets some. */
  buckets: readonly Bucket[] = [];
  /** Calls that were refused. */
  refused = 0;
  readonly #used = new Map<Bucket, { minute: number; calls: number }>();

  /** Counts a call. @returns the refusal, where the bucket is empty */
  count(method: string, path: string): Reply | undefined {
    const bucket = this.buckets.find((each) => (each.method ?? method) === method && each.path.test(path));
    if (!bucket) return undefined;
    const minute = Math.floor(Date.now() / 60_000);
    const used = this.#used.get(bucket);
    const calls = (used?.minute === minute ? used.calls : 0) + 1;
    this.#used.set(bucket, { minute, calls });
    if (calls <= bucket.perMinute) return undefined;
    this.refused += 1;
    return tooMany((minute + 1) * 60, bucket.perMinute);
  }
}

/** @param reset epoch seconds */
export function tooMany(reset: number, limit = 0): Reply {
  return {
    status: 429,
    headers: {
      'content-type': 'application/json',
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(reset),
    },
    body: JSON.stringify({
      errorCode: 'E0000047',
      errorSummary: 'API call exceeded rate limit due to too many requests.',
      errorCauses: [],
    }),
  };
}
