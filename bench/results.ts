import { cpus } from 'node:os';
import type { Narrate } from '../local/stack.ts';
import { type Relayed, startRelayed } from '../test/support/relayed.ts';
import { type Surroundings, startSurroundings } from '../test/support/surroundings.ts';
import { type AtOnce, makeAtOnce } from './at-once.ts';
import type { Operation } from './calls-on-path.ts';
import { type Candidate, measureColdStarts } from './cold-start/measure.ts';
import { type AtMemory, atMemorySettings } from './memory.ts';
import { addedMs, type OperationRun, timeOperations } from './operations.ts';
import { type Spread, spread } from './statistics.ts';

/** How often each thing is measured. */
const rounds = 10;

export const crowds = [1, 10, 50, 200] as const;

interface Load {
  /** Ratios to the floor, in the same round. */
  readonly time: Spread;
  readonly memory: Spread;
  /** Kilobytes. */
  readonly zipped: number;
  readonly zippedFloor: number;
}

interface Timed {
  /** Ratios to the critical path's bound. */
  readonly bound: Spread;
  /** Ratios to what the calls on the path took as their servers' side saw it. */
  readonly remote: Spread;
}

interface Crowd {
  readonly federations: number;
  /** Ratios to the bound that the rate limit, or else the critical path, sets. */
  readonly bound: Spread;
  readonly boundMs: number;
  readonly callsEach: Spread;
  /** Ratio to what one alone takes, of the same process. */
  readonly memory: Spread;
}

/** All that is measured. */
export interface Results {
  readonly node: string;
  readonly machine: string;
  readonly coldStart: Readonly<Record<Exclude<Candidate, 'floor'>, Load>>;
  readonly operations: Readonly<Record<'cold' | 'warm', Readonly<Record<Operation, Timed>>>>;
  readonly atOnce: readonly Crowd[];
  readonly memory: readonly AtMemory[];
}

/** Measures all. The local AWS is in the environment. */
export async function measure(narrate: Narrate): Promise<Results> {
  const coldStart = await narrate('Load the function, by turns with the floor and the whole SDK', coldStarts);
  await using around = await startSurroundings();
  await using relayed = await startRelayed(around);
  const runs = await narrate(`Run each operation with ${addedMs} ms added to every call`, () =>
    repeat(() => timeOperations(around, relayed)),
  );
  const atOnce = await narrate('Make 1, 10, 50 and 200 federations at once', () => crowdsOf(around, relayed));
  return {
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    coldStart,
    operations: { cold: timed(runs.map(([cold]) => cold)), warm: timed(runs.map(([, warm]) => warm)) },
    atOnce,
    memory: atMemorySettings(spread(runs.map(([{ coldCpuMs }]) => coldCpuMs)).median, addedMs),
  };
}

/** Measures the loading alone. */
export async function coldStarts(): Promise<Results['coldStart']> {
  const { rounds: loads, zipped } = await measureColdStarts(
    ['floor', 'shipped', 'released', 'whole-sdk'],
    rounds,
  );
  const of = (candidate: Exclude<Candidate, 'floor'>): Load => ({
    time: spread(loads.map((load) => load[candidate].ms / load.floor.ms)),
    memory: spread(loads.map((load) => load[candidate].megabytes / load.floor.megabytes)),
    zipped: Math.round(zipped.get(candidate) ?? 0),
    zippedFloor: Math.round(zipped.get('floor') ?? 0),
  });
  return { shipped: of('shipped'), released: of('released'), 'whole-sdk': of('whole-sdk') };
}

function timed(runs: readonly OperationRun[]): Readonly<Record<Operation, Timed>> {
  const of = (operation: Operation): Timed => {
    const timings = runs.flatMap((run) => run.timings.filter((timing) => timing.operation === operation));
    return {
      bound: spread(timings.map(({ took, bound }) => took / bound)),
      remote: spread(timings.map(({ took, remote }) => took / remote)),
    };
  };
  return { create: of('create'), unchanged: of('unchanged'), update: of('update'), delete: of('delete') };
}

async function crowdsOf(around: Surroundings, relayed: Relayed): Promise<Crowd[]> {
  const runs = await repeat(async () => {
    const run: AtOnce[] = [];
    for (const federations of crowds) run.push(await makeAtOnce(federations, around, relayed));
    return run;
  });
  return crowds.map((federations, index) => {
    const ofThis = runs.flatMap((run) => run[index] ?? []);
    return {
      federations,
      bound: spread(ofThis.map(({ took, bound }) => took / bound)),
      boundMs: ofThis[0]?.bound ?? Number.NaN,
      callsEach: spread(ofThis.map(({ callsEach }) => callsEach)),
      memory: spread(runs.map((run) => (run[index]?.megabytes ?? 0) / (run[0]?.megabytes ?? 1))),
    };
  });
}

async function repeat<T>(act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  while (results.length < rounds) results.push(await act());
  return results;
}
