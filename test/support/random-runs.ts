/**
 * How much random tests try, from which seed, and how a failure is played again. These variables set it:
 *
 * | variable | by default | |
 * |---|---|---|
 * | `SEED` | a new one each run (jest.config.mjs) | the same seed draws the same input |
 * | `RANDOM_PERCENT` | 100 | how many of a test's full number of inputs are tried; more than 100 tries more |
 * | `RANDOM_SECONDS` | 600; 2 in `make check` | a test ends after this time, however many it has tried |
 * | `SOAK_MINUTES` | – | a test goes on for this time, however many it has tried |
 * | `RANDOM_PATH`, `RANDOM_COMMANDS` | – | one failing input, as its message gives them |
 */
import * as fc from 'fast-check';
import { seededRandom } from './virtual/chance.ts';

const { SEED, RANDOM_PERCENT, RANDOM_SECONDS, SOAK_MINUTES, RANDOM_PATH, RANDOM_COMMANDS } = process.env;

/** Inputs that are drawn from one seed; the next ones are drawn from the next seed. The time is looked at after each batch. */
const batch = 10;

const seconds = SOAK_MINUTES === undefined ? Number(RANDOM_SECONDS ?? 600) : Number(SOAK_MINUTES) * 60;

const percent = Math.min(100, SOAK_MINUTES === undefined ? Number(RANDOM_PERCENT ?? 100) : 100);

/** `RANDOM_PERCENT` of a number, at least `least`: for cases whose cost grows with their number. */
export function budgeted(full: number, least: number): number {
  return Math.max(least, Math.ceil((full * percent) / 100));
}

/**
 * Says for each case of a test whether to try it. With less than 100 %, the test tries a share, drawn again in each run.
 *
 * @returns a function to ask once for each case, in order
 */
export function drawnCases(): () => boolean {
  const random = seededRandom(Number(SEED));
  return () => random() * 100 < percent;
}

/** What `make test` tries of at least: less is for a quick check. */
const wholePercent = 5;

/**
 * For cases that `make test` tries all and `make check` only some of.
 *
 * @param all - all cases
 * @param least - how many are tried if `RANDOM_PERCENT` is less than 5
 * @returns those to try: all, or some drawn again in each run, in their order
 */
export function someInCheck<T>(all: readonly T[], least: number): readonly T[] {
  if (percent >= wholePercent || all.length <= least) return all;
  const random = seededRandom(Number(SEED));
  const places = all.map((_, place) => ({ place, rank: random() }));
  const drawn = new Set(
    places
      .toSorted((one, other) => one.rank - other.rank)
      .slice(0, least)
      .map(({ place }) => place),
  );
  return all.filter((_, place) => drawn.has(place));
}

/** A soak says now and then how far it is. */
const secondsBetweenReports = 60;

/** Milliseconds for jest: time to try, and to find the shortest input that fails. */
export const randomTimeout = (seconds + 900) * 1000;

/** For `fc.commands`, in a test of commands. */
export const replayed: fc.CommandsContraints = RANDOM_COMMANDS ? { replayPath: RANDOM_COMMANDS } : {};

/** What to try. */
export interface RandomRuns<T> {
  /** What an input is, in the plural: "sequences". */
  readonly what: string;
  /** The full number of inputs. */
  readonly full: number;
  readonly property: fc.IAsyncProperty<T>;
  /** Which part of the time this test has, if others of its file share it; default: all. */
  readonly part?: number;
}

/**
 * Tries a property at random, and prints the seed at the start and how much was tried at the end.
 *
 * @returns how many inputs were tried
 * @throws Error with the shortest input that fails, and how to play it again
 */
export async function tryAtRandom<T>({ what, full, property, part = 1 }: RandomRuns<T>): Promise<number> {
  const name = expect.getState().currentTestName;
  const first = seedOfRun();
  const wanted =
    SOAK_MINUTES === undefined ? Math.ceil((full * Number(RANDOM_PERCENT ?? 100)) / 100) : Infinity;
  // Not Date.now: virtual time takes its place.
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  print(`${name}: seed ${first}`);
  let tried = 0;
  let shown = 0;
  for (let seed = first; tried < wanted && (tried === 0 || elapsed() < seconds * part); seed += 1) {
    const numRuns = Math.min(batch, wanted - tried);
    const result = await fc.check(property, { numRuns, seed, ...(RANDOM_PATH && { path: RANDOM_PATH }) });
    tried += result.numRuns;
    if (result.failed) throw failure(result);
    if (elapsed() - shown > secondsBetweenReports) {
      shown = elapsed();
      print(`${name}: ${tried} ${what} so far, in ${shown.toFixed(0)} s, up to seed ${seed}`);
    }
    if (RANDOM_PATH) break;
  }
  print(`${name}: ${tried} ${what} in ${elapsed().toFixed(0)} s, from seed ${first}`);
  return tried;
}

/**
 * Tries a property of pure code at random, a hundred times unless told otherwise, from the seed of the run.
 *
 * @throws Error with the smallest input that fails and its seed
 */
export function assertAtRandom<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
  fc.assert(property, { seed: seedOfRun(), ...parameters });
}

function seedOfRun(): number {
  const seed = Number(SEED);
  if (!Number.isInteger(seed)) throw new Error(`SEED is ${SEED}; set it to a whole number.`);
  return seed;
}

function failure<T>(result: fc.RunDetails<T>): Error {
  const { seed, counterexamplePath, counterexample, errorInstance } = result;
  const commands = /replayPath="([^"]*)"/.exec(String(counterexample))?.[1];
  const one = [
    `SEED=${seed}`,
    `RANDOM_PATH=${counterexamplePath}`,
    ...(commands === undefined ? [] : [`RANDOM_COMMANDS=${commands}`]),
  ].join(' ');
  return new Error(
    `${fc.defaultReportMessage(result)}\nPlay it again: SEED=${seed} RANDOM_PERCENT=${wholePercent} make check\nor this test alone, with just this input: ${one} npx jest --testPathPatterns ${fileOfTest()}`,
    { cause: errorInstance },
  );
}

function fileOfTest(): string {
  return expect.getState().testPath?.replace(/^.*\/test\//, 'test/') ?? '';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
