import { backoff } from '../../../src/retry/backoff.ts';
import { type Attempt, type RetryPolicy, retry } from '../../../src/retry/retry.ts';
import { quickClock } from '../okta/scripted-org.ts';

const { signal } = new AbortController();

/** A call that fails so often, then gives its number. */
const failing = (times: number) => async (tries: number) => {
  if (tries <= times) throw new Error(`failure ${tries}`);
  return tries;
};

function policy(overrides: Partial<Omit<RetryPolicy<number>, 'clock'>> = {}, clock = quickClock()) {
  return {
    signal,
    clock,
    pauseAfter: (attempt: Attempt<number>, tries: number) => ('error' in attempt ? tries * 100 : undefined),
    ...overrides,
  } satisfies RetryPolicy<number>;
}

test('a call is repeated until its outcome stands, after the pauses of the policy', async () => {
  const ours = policy();
  expect(await retry(failing(3), ours)).toBe(4);
  expect(ours.clock.slept).toEqual([100, 200, 300]);
});

test('a value can be worth another try, too', async () => {
  const ours = policy({
    pauseAfter: (attempt) => ('value' in attempt && attempt.value < 3 ? 1 : undefined),
  });
  expect(await retry(async (tries) => tries, ours)).toBe(3);
});

test('the last error is thrown if no further try is worth it', async () => {
  const ours = policy({ pauseAfter: (_, tries) => (tries < 2 ? 1 : undefined) });
  await expect(retry(failing(9), ours)).rejects.toThrow('failure 2');
});

test('a call that throws before it returns a promise counts as a failed try', async () => {
  const throwing = () => {
    throw new Error('at once');
  };
  await expect(retry(throwing, policy({ pauseAfter: () => undefined }))).rejects.toThrow('at once');
});

test('a pause that would reach the deadline is not begun', async () => {
  const clock = quickClock();
  const deadline = clock.now() + 300;
  const ours = policy({ deadline: () => deadline }, clock);
  await expect(retry(failing(9), ours)).rejects.toThrow('failure 2');
  expect(clock.slept).toEqual([100]);
});

test('an abort in a pause ends the tries with the last outcome', async () => {
  const stop = new AbortController();
  const { clock } = policy();
  const sleep = async () => {
    stop.abort();
    stop.signal.throwIfAborted();
  };
  const ours = policy({ signal: stop.signal }, { ...clock, sleep });
  await expect(retry(failing(9), ours)).rejects.toThrow('failure 1');
});

test('after an abort there is no further try', async () => {
  const stop = new AbortController();
  const ours = policy({ signal: stop.signal });
  const call = async (tries: number) => {
    stop.abort();
    throw new Error(`failure ${tries}`);
  };
  await expect(retry(call, ours)).rejects.toThrow('failure 1');
  expect(ours.clock.slept).toEqual([]);
});

test('pauses double up to the longest, and chance takes any part of them', () => {
  const bounds = { from: 100, to: 500 };
  expect([1, 2, 3, 4, 9].map((tries) => backoff(tries, bounds, 1))).toEqual([100, 200, 400, 500, 500]);
  expect(backoff(3, bounds, 0.25)).toBe(100);
});
