import * as fc from 'fast-check';
import type { Command } from './commands.ts';
import { Deployments } from './deployments.ts';
import { setStage } from './stage.ts';

/**
 * How many sequences in all; ANY_ORDER_SEQUENCES asks for more, and ANY_ORDER_SEED draws others. Everybody's are the same
 * otherwise: where they fail, what was changed is why.
 */
const total = Number(process.env.ANY_ORDER_SEQUENCES ?? 2_000);
const seed = Number(process.env.ANY_ORDER_SEED ?? 31);
/** Where in a run a failing sequence is, as its message says. */
const { ANY_ORDER_PATH: path, ANY_ORDER_COMMANDS: replayPath } = process.env;

/** Half of all: the other half is of another kind, and runs beside it. */
export const share = Math.ceil(total / 2);

/**
 * Plays sequences of commands, each from the same beginning, and holds what is there against the model after each command.
 * @throws Error with the shortest sequence that fails, and how to play it again.
 */
export async function expectAnyOrder(commands: fc.Arbitrary<Command>[]): Promise<void> {
  const stage = setStage();
  const started = performance.now();
  let played = 0;
  let events = 0;
  const sequences = fc.commands(commands, {
    maxCommands: 15,
    size: 'max',
    ...(replayPath && { replayPath }),
  });
  const property = fc.asyncProperty(sequences, fc.nat(), async (sequence, chance) => {
    const model = { now: stage.begin(chance) };
    const real = new Deployments(stage);
    await stage.world.time.run(fc.asyncModelRun(() => ({ model, real }), sequence));
    played += real.commands;
    events += real.exchanges.length;
  });
  const result = await fc.check(property, { numRuns: share, seed, ...(path && { path }) });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${expect.getState().currentTestName}: ${result.numRuns} sequences, ${played} commands, ${events} events, seed ${seed}, ${seconds} s\n`,
  );
  if (!result.failed) return;
  const again = /replayPath="([^"]*)"/.exec(String(result.counterexample))?.[1];
  throw new Error(
    `${fc.defaultReportMessage(result)}\nPlay it again with ANY_ORDER_SEED=${seed} ANY_ORDER_PATH=${result.counterexamplePath} ANY_ORDER_COMMANDS=${again}`,
    { cause: result.errorInstance },
  );
}
