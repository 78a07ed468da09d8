/**
 * The time for one event, divided so that CloudFormation always gets an answer:
 *
 *     start ─────────── work ─────────────┬───── clean-up ─────┬─ note ─┬── answer ──┐
 *                                    work.endsAt          cleanUp.endsAt            the function is killed, or
 *                                                                                   CloudFormation stops waiting
 */
export interface Allotment {
  /** Aborts when the time is up. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Its disposal ends all work that still runs: nothing outlives the event. */
export interface Deadline extends Disposable {
  readonly work: Allotment;
  readonly cleanUp: Allotment;
  /** For recording the answer, which matters less than the answer itself. */
  readonly note: Allotment;
  readonly answer: Allotment;
}

/** A late event gets an answer too: CloudFormation's clock may differ. */
const leastMs = 2_000;
const answerShare = { of: 0.15, atMostMs: 15_000 };
const cleanUpShare = { of: 0.25, atMostMs: 90_000 };

/** The time that an event has run out of. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/**
 * @param availableMs milliseconds until the function is killed or CloudFormation stops waiting, whichever is first.
 * @param now milliseconds since the epoch.
 */
export function startDeadline(availableMs: number, now: number = Date.now()): Deadline {
  const answerMs = Math.min(availableMs * answerShare.of, answerShare.atMostMs);
  const cleanUpMs = Math.min(availableMs * cleanUpShare.of, cleanUpShare.atMostMs);
  const ends: (() => void)[] = [];
  const allot = (ms: number): Allotment => {
    const controller = new AbortController();
    const outOfTime = () => controller.abort(new OutOfTimeError('There was no time left.'));
    const timer = setTimeout(outOfTime, Math.max(0, ms));
    ends.push(() => {
      clearTimeout(timer);
      outOfTime();
    });
    return { signal: controller.signal, endsAt: now + ms };
  };
  const work = allot(availableMs - answerMs - cleanUpMs);
  const cleanUp = allot(availableMs - answerMs);
  const note = allot(availableMs - answerMs * 0.6);
  // The answer's own end stays clear of the kill.
  const answer = allot(availableMs - answerMs * 0.1);
  return {
    work,
    cleanUp,
    note,
    answer,
    [Symbol.dispose]: () => {
      for (const end of ends) end();
    },
  };
}

/** CloudFormation's own limit, in seconds, if the template sets none. */
const defaultServiceTimeout = 3_600;

/**
 * CloudFormation stops waiting after `ServiceTimeout`, which it hands on among the properties.
 * @param remainingMs milliseconds until Lambda kills the function.
 * @param serviceTimeout the property as it came, in seconds, by default 3,600; anything else than a number above zero is ignored
 * here and reported by the properties' own validation.
 * @param waitedMs how long ago CloudFormation sent the event: what went by in Lambda's queue, or in a try that died, is gone
 * for CloudFormation too.
 * @returns milliseconds.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
export function availableTime(remainingMs: number, serviceTimeout: unknown, waitedMs: number): number {
  // Nothing but a string or a number: an object may throw when it is made a number.
  const told = typeof serviceTimeout === 'string' || typeof serviceTimeout === 'number';
  const seconds = told ? Number(serviceTimeout) : Number.NaN;
  const all = (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultServiceTimeout) * 1000;
  return Math.min(remainingMs, Math.max(all - Math.max(0, waitedMs), Math.min(all, leastMs)));
}
