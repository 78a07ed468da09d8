import { type Load, measureColdStarts } from '../../../bench/cold-start/measure.ts';

/** Ratios to the AWS clients alone, loaded by turns on the same machine. Docs/performance.md has what a quiet machine measures. */
const budget = { load: 1.5, memory: 1.25, zippedKB: 200 };

test('a cold start costs little more than loading the AWS clients alone', async () => {
  const { rounds, zipped } = await measureColdStarts(['floor', 'shipped'], 15);
  // What else the machine does only adds to a load, so the least of all is nearest to what a load costs.
  const least = (what: keyof Load) =>
    Math.min(...rounds.map(({ shipped }) => shipped[what])) /
    Math.min(...rounds.map(({ floor }) => floor[what]));
  expect(least('cpuMs')).toBeLessThan(budget.load);
  expect(least('megabytes')).toBeLessThan(budget.memory);
  expect(zipped.get('shipped')).toBeLessThan(budget.zippedKB);
});
