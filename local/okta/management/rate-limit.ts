import { ManagementError } from './errors.ts';

/** What Okta allows per minute on a path, if nothing else limits it. */
const ORDINARY_LIMIT = 600;

/** Calls that share one bucket. */
export interface Limit {
  readonly matches: (method: string, path: string) => boolean;
  readonly perMinute: number;
}

const APPS = '/api/v1/apps';
const SCARCE = /^\/api\/v1\/apps\/[^/]+\/(credentials\/secrets|lifecycle)(\/|$)/;

/**
 * The limits of a free org: creates, client secrets and lifecycle calls share ten a minute, lists of applications have
 * ten of their own.
 *
 * @see https://developer.okta.com/docs/reference/rl-global-mgmt/
 * @see https://developer.okta.com/docs/reference/rl-global-enduser/
 */
export const FREE_LIMITS: readonly Limit[] = [
  { matches: (method, path) => (method === 'POST' && path === APPS) || SCARCE.test(path), perMinute: 10 },
  { matches: (method, path) => method === 'GET' && path === APPS, perMinute: 10 },
  { matches: (_method, path) => path.startsWith(`${APPS}/`), perMinute: 50 },
  { matches: (_method, path) => isLimitedSignIn(path), perMinute: 300 },
];

/**
 * Whether Okta limits the calls of a path that people sign in by: all but those of the public metadata.
 *
 * @see https://developer.okta.com/docs/reference/rl-global-enduser/
 */
export function isLimitedSignIn(path: string): boolean {
  return /^\/oauth2\/(?:[^/]+\/)?v1\/(?!keys$)/.test(path);
}

interface Bucket {
  window: number;
  used: number;
}

/**
 * Okta's rate limits: a bucket per minute and path, its state in three headers of every answer; and the limit on calls
 * at once, whose refusals name a limit of 0.
 *
 * @see https://developer.okta.com/docs/reference/rl-best-practices/
 */
export class RateLimit {
  #limits: readonly Limit[] = [];
  #seconds = 60;
  #concurrent: { path: RegExp; left: number } | undefined;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param path regular expression on the path; all that matches shares one bucket
   * @param perMinute how many calls a minute are answered
   * @param seconds that such a minute lasts: a test need not wait for a whole one
   */
  set(path: string, perMinute: number, seconds = 60): void {
    const pattern = new RegExp(path);
    this.setAll([{ matches: (_method, called) => pattern.test(called), perMinute }], seconds);
  }

  /**
   * @param limits the first one that matches a call counts it
   * @param seconds how long a minute lasts
   */
  setAll(limits: readonly Limit[], seconds = 60): void {
    this.#limits = limits;
    this.#seconds = seconds;
    this.#buckets.clear();
  }

  /**
   * Refuses the next calls as too many at once.
   *
   * @param times how many calls
   * @param path regular expression on their path
   */
  refuseConcurrent(times: number, path = ''): void {
    this.#concurrent = { path: new RegExp(path), left: times };
  }

  lift(): void {
    this.#limits = [];
    this.#concurrent = undefined;
    this.#buckets.clear();
  }

  /**
   * Counts a call.
   *
   * @returns the headers for its answer
   * @throws ManagementError 429 E0000047 if the bucket is used up, or too many calls are under way
   */
  count(method: string, path: string): Record<string, string> {
    if (this.#concurrent && this.#concurrent.left > 0 && this.#concurrent.path.test(path)) {
      this.#concurrent.left -= 1;
      // The reset is an estimate: the calls under way may end sooner.
      throw tooMany(stateOf(0, 0, Math.ceil(Date.now() / 1000) + 60));
    }
    const index = this.#limits.findIndex(({ matches }) => matches(method, path));
    const limited = this.#limits[index];
    const name = limited ? `limit ${index}` : path.split('/').slice(0, 4).join('/');
    const limit = limited?.perMinute ?? ORDINARY_LIMIT;
    const seconds = limited ? this.#seconds : 60;
    const window = Math.floor(Date.now() / 1000 / seconds);
    const bucket = this.#buckets.get(name);
    const used = (bucket?.window === window ? bucket.used : 0) + 1;
    this.#buckets.set(name, { window, used });
    const headers = stateOf(limit, Math.max(0, limit - used), (window + 1) * seconds);
    if (limited && used > limit) throw tooMany(headers);
    return headers;
  }
}

function stateOf(limit: number, remaining: number, reset: number): Record<string, string> {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(reset),
  };
}

function tooMany(headers: Record<string, string>): ManagementError {
  return new ManagementError(
    429,
    'E0000047',
    'API call exceeded rate limit due to too many requests.',
    [],
    headers,
  );
}
