import { countRepeat } from '../remote-calls.ts';
import { backoff } from '../retry/backoff.ts';
import { systemClock } from '../retry/clock.ts';
import { retry } from '../retry/retry.ts';

/** A try that hangs ends after this long, so that a repeat still has a chance before the deadline. */
const usualTryMs = 15_000;
const mostRepeats = 6;
const backoffMs = { from: 200, to: 8_000 };

/** What an AWS API throws if a repeat helps: it throttles, or it or the way to it has failed. */
export type Passing = 'throttled' | 'broken';

/**
 * Calls an AWS API until an answer stands. The SDK's own retries are off (`maxAttempts: 1`): they give up on throttling
 * long before a deployment of many federations ends, wait after the time is up, and wait for ever for an answer.
 *
 * A repeat must be harmless: if a first try took effect and its answer was lost, the second must have the same result.
 * @param call makes one try, and ends it when its signal aborts.
 * @param signal ends the tries.
 * @param tryMs how long one try may take, in milliseconds.
 * @throws what the last try threw.
 */
export async function callWithRetries<T>(
  call: (abortSignal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  tryMs = usualTryMs,
): Promise<T> {
  let tooLong: AbortSignal;
  let broken = 0;
  return retry(
    (tries) => {
      if (tries > 1) countRepeat();
      tooLong = AbortSignal.timeout(tryMs);
      return call(AbortSignal.any([signal, tooLong]));
    },
    {
      signal,
      pauseAfter(attempt, tries) {
        if (!('error' in attempt)) return undefined;
        const passing = tooLong.aborted ? 'broken' : passingKind(attempt.error);
        if (passing === 'broken') broken += 1;
        if (!passing || broken > mostRepeats) return undefined;
        return backoff(tries, backoffMs, systemClock.random());
      },
    },
  );
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

/** Says whether a failure of an AWS API may pass, and its kind. */
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
