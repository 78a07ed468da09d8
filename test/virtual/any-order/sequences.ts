import * as fc from 'fast-check';
import { replayed, tryAtRandom } from '../../support/random-runs.ts';
import type { Command } from './commands.ts';
import { Deployments } from './deployments.ts';
import { setStage } from './stage.ts';

/**
 * Plays sequences of commands, each from the same beginning, and holds what is there against the model after each command.
 *
 * @param full - the full number of sequences. The two kinds have 40,000. `make test` plays 2,000 of them. Both kinds take about the same time
 * @throws Error with the shortest sequence that fails, and how to play it again
 */
export async function expectAnyOrder(full: number, commands: fc.Arbitrary<Command>[]): Promise<void> {
  const stage = setStage();
  let played = 0;
  let events = 0;
  const sequences = fc.commands(commands, { maxCommands: 15, size: 'max', ...replayed });
  const property = fc.asyncProperty(sequences, fc.nat(), async (sequence, chance) => {
    const model = { now: stage.begin(chance) };
    const real = new Deployments(stage);
    await stage.world.time.run(fc.asyncModelRun(() => ({ model, real }), sequence));
    played += real.commands;
    events += real.exchanges.length;
  });
  await tryAtRandom({ what: 'sequences', full, property });
  process.stdout.write(`${expect.getState().currentTestName}: ${played} commands, ${events} events\n`);
}
