import { setTimeout as pause } from 'node:timers/promises';
import { countRepeat } from '../remote-calls.ts';

/** A try that hangs is given up after this long, so that a repeat still has a chance before the deadline. */
const tryMs = 15_000;
const mostRepeats = 6;
const backoffMs = { from: 100, to: 8_000 };

/** What an AWS API throws where a repeat helps: it throttles, or it or the way to it has failed. */
export type Passing = 'throttled' | 'broken';

/**
 * Calls an AWS API until an answer stands. The SDK's own retries are off (`maxAttempts: 1`): they give up on throttling
 * long before a deployment of many federations is through, wait on when the time is up, and wait for ever for an answer.
 *
 * A repeat must be harmless: where a first try took effect and its answer was lost, the second must end where one does.
 * @param call makes one try, and ends it when its signal aborts.
 * @param signal ends the tries.
 * @throws what the last try threw.
 */
export async function persist<T>(
  call: (abortSignal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 1, broken = 0; ; tries += 1) {
    if (tries > 1) countRepeat();
    const tooLong = AbortSignal.timeout(tryMs);
    try {
      return await call(AbortSignal.any([signal, tooLong]));
    } catch (error) {
      const passing = tooLong.aborted ? 'broken' : passingKind(error);
      if (passing === 'broken') broken += 1;
      if (signal.aborted || !passing || broken > mostRepeats) throw error;
    }
    // An abort in the pause is seen by the next try, which throws it.
    await pause(backoff(tries), undefined, { signal }).catch(() => undefined);
  }
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function backoff(tries: number): number {
  return Math.random() * Math.min(backoffMs.to, backoffMs.from * 2 ** tries);
}

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottledException',
  // CloudFormation's and STS's, which have no "Exception" in it.
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** Says whether a failure of an AWS API may pass, and of which kind it is. */
export function passingKind(error: unknown): Passing | undefined {
  if (!(error instanceof Error) || error.name === 'AbortError') return undefined;
  const status = statusOf(error);
  if (status === 429 || throttles.has(error.name)) return 'throttled';
  // Without a status there was no answer: Node's code says how the connection broke.
  const unanswered = status === undefined && ('code' in error || error.name === 'TimeoutError');
  return unanswered || (status !== undefined && status >= 500) ? 'broken' : undefined;
}

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
