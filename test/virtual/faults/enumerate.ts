import { isDeepStrictEqual } from 'node:util';
import type { Answer, CustomResourceEvent } from '../../support/custom-resource.ts';
import { drawnCases } from '../../support/random-runs.ts';
import { type FaultKind, faultKinds } from '../../support/virtual/fault-kinds.ts';
import { answerTo, type Delivery, hand, retry, run, settle } from '../../support/virtual/lambda.ts';
import type { RemoteCall } from '../../support/virtual/network.ts';
import { type View, view } from '../../support/virtual/view.ts';
import type { Snapshot, World } from '../../support/virtual/world.ts';

/** An event, and what CloudFormation sends after it. */
export interface Scenario {
  readonly event: CustomResourceEvent;
  /** After a SUCCESS: what completes the operation, such as the Delete of what was replaced. */
  readonly complete: (answer: Answer) => readonly CustomResourceEvent[];
  /** What undoes the operation, whether it failed itself or another resource of the stack did. Each sees the answer before. */
  readonly rollBack: (answer: Answer) => readonly ((before: Answer) => CustomResourceEvent | undefined)[];
  /** Whether a rollback restores the state before; after a Delete, the state is that of a Delete, because it is sent again. */
  readonly undone: 'before' | 'after';
}

/** The call that went wrong, and how. */
interface Strike {
  readonly call: RemoteCall;
  /** Which of the calls of this operation it is; calls that are made together come in no certain order. */
  readonly occurrence: number;
  readonly kind: FaultKind;
}

export interface Counts {
  calls: number;
  runs: number;
  branches: number;
  /** Answers of the struck event: how it coped. */
  succeeded: number;
  failed: number;
  died: number;
}

/**
 * Strikes every remote call of an event with every fault, one after the other; with a smaller budget, some of them. After each, two ways on are played from the
 * same state: the event comes again, as Lambda repeats it, and the operation goes on or is rolled back by how it was
 * answered; or it does not come again, and the operation is rolled back in any case.
 * @returns what went wrong, in sentences, and how much was tried.
 */
export async function strikeEverywhere(
  world: World,
  scenario: Scenario,
): Promise<{ problems: string[]; counts: Counts; calls: string[] }> {
  const before = world.snapshot();
  const clean = await cleanRun(world, scenario, before);
  const problems: string[] = [];
  const counts: Counts = {
    calls: clean.calls.length,
    runs: 0,
    branches: 0,
    succeeded: 0,
    failed: 0,
    died: 0,
  };
  const occurrences = new Map<string, number>();
  const isTried = drawnCases();
  for (const call of clean.calls) {
    const name = `${call.service} ${call.operation}`;
    const occurrence = (occurrences.get(name) ?? 0) + 1;
    occurrences.set(name, occurrence);
    for (const kind of faultKinds(call.service)) {
      if (!isTried()) continue;
      counts.runs += 1;
      const strike = { call, occurrence, kind };
      for (const problem of await strikeOnce(world, scenario, strike, before, clean, counts)) {
        problems.push(`${name} (${occurrence}), ${kind.name} ${kind.lasts}: ${problem}`);
      }
    }
  }
  return { problems, counts, calls: clean.calls.map((call) => `${call.service} ${call.operation}`) };
}

interface Clean {
  readonly calls: RemoteCall[];
  readonly before: View;
  readonly after: View;
}

async function cleanRun(world: World, scenario: Scenario, before: Snapshot): Promise<Clean> {
  world.restore(before);
  const start = view(world);
  world.network.calls.length = 0;
  const answer = await settle(world, scenario.event);
  if (answer.Status !== 'SUCCESS') throw new Error(`It fails without a fault: ${answer.Reason}`);
  const calls = [...world.network.calls];
  await sendAll(world, scenario.complete(answer));
  return { calls, before: start, after: view(world) };
}

async function strikeOnce(
  world: World,
  scenario: Scenario,
  strike: Strike,
  before: Snapshot,
  clean: Clean,
  counts: Counts,
): Promise<string[]> {
  world.restore(before);
  world.bucket.clear();
  // The SDK's clients for these live as long as the process, with what they have met.
  world.troubled = strike.call.service === 'DynamoDB' || strike.call.service === 'Secrets Manager';
  const delivery = hand(world, scenario.event);
  try {
    await struck(world, delivery, strike);
  } catch (error) {
    return [`the struck run: ${String(error)}`];
  } finally {
    world.troubled = false;
  }
  const [first] = delivery.invocations;
  counts[first?.ended !== 'returned' ? 'died' : statusOf(delivery) === 'SUCCESS' ? 'succeeded' : 'failed'] +=
    1;
  if (first?.ended === 'timed out') return ["it ran into the function's timeout"];
  // What was under way at AWS when the process died comes to its end.
  await world.time.pause(100);
  const then = world.snapshot();
  const stored = [...delivery.url.stored];
  const problems: string[] = [];
  for (const [name, way] of [
    ['repeated', repeated],
    ['rolled back', rolledBack],
  ] as const) {
    counts.branches += 1;
    world.restore(then);
    const copy = { ...delivery, url: delivery.url, invocations: [...delivery.invocations] };
    delivery.url.stored.splice(0, Number.POSITIVE_INFINITY, ...stored);
    try {
      const expected = (await way(world, scenario, copy)) === 'done' ? clean.after : clean[scenario.undone];
      const unlike = difference(plain(view(world)), plain(expected));
      if (unlike) problems.push(`${name}: ${unlike}`);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/** The first run, in which the call goes wrong. */
async function struck(world: World, delivery: Delivery, { call, occurrence, kind }: Strike): Promise<void> {
  let seen = 0;
  world.network.fault = (current) => {
    if (current.service !== call.service || current.operation !== call.operation) return undefined;
    seen += 1;
    return seen === occurrence || (seen > occurrence && kind.lasts === 'from then on')
      ? kind.fault()
      : undefined;
  };
  try {
    await run(world, delivery);
  } finally {
    world.network.fault = () => undefined;
  }
  if (seen < occurrence) throw new Error('The call was never made.');
}

/** The event comes again, and its answer decides how the operation goes on. */
async function repeated(world: World, scenario: Scenario, delivery: Delivery): Promise<'done' | 'undone'> {
  await retry(world, delivery);
  const answer = await answerTo(world, delivery);
  if (answer.Status === 'SUCCESS') {
    await sendAll(world, scenario.complete(answer));
    return 'done';
  }
  await undo(world, scenario, answer);
  return 'undone';
}

/** The event does not come again; with any answer, the stack is rolled back. */
async function rolledBack(world: World, scenario: Scenario, delivery: Delivery): Promise<'undone'> {
  await undo(world, scenario, await answerTo(world, delivery));
  return 'undone';
}

async function undo(world: World, scenario: Scenario, answer: Answer): Promise<void> {
  let before = answer;
  for (const next of scenario.rollBack(answer)) {
    const event = next(before);
    if (event) before = await mustSucceed(world, event);
  }
}

async function sendAll(world: World, events: readonly CustomResourceEvent[]): Promise<void> {
  for (const event of events) await mustSucceed(world, event);
}

async function mustSucceed(world: World, event: CustomResourceEvent): Promise<Answer> {
  const answer = await settle(world, event);
  if (answer.Status !== 'SUCCESS')
    throw new Error(`the ${event.RequestType} that follows fails: ${answer.Reason}`);
  return answer;
}

function statusOf({ url }: Delivery): string | undefined {
  const [body] = url.stored;
  return body && /"Status":"(\w+)"/.exec(body)?.[1];
}

/** Out of one realm: a copy of a test's own state comes from another. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Paths of what differs, each with what is there and what should be. */
function difference(found: unknown, expected: unknown, path = ''): string {
  if (isDeepStrictEqual(found, expected)) return '';
  if (!isObject(found) || !isObject(expected)) {
    return `${path} is ${JSON.stringify(found)} and should be ${JSON.stringify(expected)}`;
  }
  const [a, b] = [new Map(Object.entries(found)), new Map(Object.entries(expected))];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((name) => difference(a.get(name), b.get(name), `${path}/${name}`))
    .filter((part) => part !== '')
    .join('; ');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
