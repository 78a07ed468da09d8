import type { Limit } from '../../../local/okta/management/rate-limit.ts';
import type { Reply } from './network.ts';

/** So many calls a minute are answered: those of a path, or those that match otherwise. */
type Bucket = Limit | PathBucket;

interface PathBucket {
  readonly method?: string;
  readonly path: RegExp;
  readonly perMinute: number;
}

function counts(bucket: Bucket, method: string, path: string): boolean {
  if ('matches' in bucket) return bucket.matches(method, path);
  return (bucket.method ?? method) === method && bucket.path.test(path);
}

/**
 * The limits of the Management API and of the sign-in, as Okta publishes them for a production org, each path with a bucket
 * of its own.
 * https://developer.okta.com/docs/reference/rl-global-mgmt/
 * https://developer.okta.com/docs/reference/rl-global-enduser/
 */
export const publishedLimits: readonly PathBucket[] = [
  { path: /^\/api\/v1\/apps$/, perMinute: 100 },
  { path: /^\/api\/v1\/apps\/[^/]+$/, perMinute: 500 },
  { path: /^\/api\/v1\/groups$/, perMinute: 500 },
  { path: /^\/api\/v1\/groups\/[^/]+$/, perMinute: 1000 },
  { path: /^\/api\/v1\//, perMinute: 1200 },
  { path: /^\/oauth2\/v1\//, perMinute: 1200 },
  { path: /^\/oauth2\/[^/]+\/v1\//, perMinute: 1200 },
];

/** Okta's rate limits: a bucket for each minute of the clock, and 429 with the time of the reset when it is empty. */
export class OktaLimits {
  /** None until a test sets some. */
  buckets: readonly Bucket[] = [];
  /** How many of the next calls are refused as too many at once; they name a limit of 0. */
  concurrent = 0;
  /** Calls that were refused. */
  refused = 0;
  readonly #used = new Map<Bucket, { minute: number; calls: number }>();

  /** Counts a call. @returns the refusal, if the bucket is empty */
  count(method: string, path: string): Reply | undefined {
    if (this.concurrent > 0) {
      this.concurrent -= 1;
      this.refused += 1;
      // The reset is an estimate: the calls under way may end sooner.
      return tooMany(Math.ceil(Date.now() / 1000) + 60);
    }
    const bucket = this.buckets.find((each) => counts(each, method, path));
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
