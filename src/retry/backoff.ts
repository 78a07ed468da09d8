/** Bounds of the pauses between tries, in milliseconds. */
export interface Backoff {
  /** The longest first pause; each later one may be twice as long as the one before. */
  readonly from: number;
  /** No pause is longer. */
  readonly to: number;
}

/**
 * A pause with full jitter: callers that failed together do not come back together.
 * @param tries how many tries have failed, from 1.
 * @param random a number from 0 up to, but not including, 1.
 * @returns milliseconds.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(tries: number, { from, to }: Backoff, random: number): number {
  return random * Math.min(to, from * 2 ** (tries - 1));
}
