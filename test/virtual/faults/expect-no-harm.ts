import type { World } from '../../support/virtual/world.ts';
import { type Scenario, strikeEverywhere } from './enumerate.ts';

/** Strikes every call of an event with every fault, prints how much was tried, and expects that nothing is lost or left. */
export async function expectNoHarm(world: World, scenario: Scenario): Promise<void> {
  const started = performance.now();
  const { problems, counts } = await world.time.run(strikeEverywhere(world, scenario));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const { calls, runs, branches, succeeded, failed, died } = counts;
  process.stdout.write(
    `${expect.getState().currentTestName}: seed ${process.env.SEED}, ${calls} calls, ${runs} faults (${succeeded} overcome, ${failed} answered FAILED, ${died} died), ${branches} ways on, ${problems.length} problems, ${seconds} s\n`,
  );
  expect(problems.slice(0, 40)).toEqual([]);
}
