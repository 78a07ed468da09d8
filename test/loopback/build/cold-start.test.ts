import { measureColdStarts } from '../../../bench/cold-start/measure.ts';
import { spread } from '../../../bench/statistics.ts';

/**
 * Ratios to the AWS clients alone, loaded by turns on the same machine. Time is a processor's: a busy machine takes no more. The
 * size counts files that are loaded only when needed too: the SSM, STS and jose modules.
 */
const budget = { load: 1.5, memory: 1.25, zippedKB: 310 };

test('a cold start costs little more than loading the AWS clients alone', async () => {
  const { rounds, zipped } = await measureColdStarts(['floor', 'shipped'], 15);
  const load = spread(rounds.map(({ shipped, floor }) => shipped.cpuMs / floor.cpuMs));
  const memory = spread(rounds.map(({ shipped, floor }) => shipped.megabytes / floor.megabytes));
  expect(load.median).toBeLessThan(budget.load);
  expect(memory.median).toBeLessThan(budget.memory);
  expect(zipped.get('shipped')).toBeLessThan(budget.zippedKB);
});
