import {
  type Candidate,
  type ColdStarts,
  type Load,
  measureColdStarts,
} from '../../../bench/cold-start/measure.ts';

/** Ratios on the same machine, loaded by turns. docs/performance.md has what a quiet machine measures. */
const budget = { load: 1.25, memory: 1.1, zippedKB: 175, unpacking: 1.25 };

let measured: ColdStarts;

beforeAll(async () => {
  measured = await measureColdStarts(['floor', 'shipped', 'released'], 15);
});

/** What else the machine does only adds to a load, so the least of all is nearest to what a load costs. */
function ratio(what: keyof Load, candidate: Candidate, to: Candidate): number {
  const least = (of: Candidate) => Math.min(...measured.rounds.map((round) => round[of][what]));
  return least(candidate) / least(to);
}

test('a cold start costs little more than loading the AWS clients alone', () => {
  expect(ratio('cpuMs', 'shipped', 'floor')).toBeLessThan(budget.load);
  expect(ratio('megabytes', 'shipped', 'floor')).toBeLessThan(budget.memory);
  expect(measured.zipped.get('shipped')).toBeLessThan(budget.zippedKB);
});

test('a cold start of the inline code of a release costs little more: what it needs is unpacked first', () => {
  expect(ratio('cpuMs', 'released', 'shipped')).toBeLessThan(budget.unpacking);
  expect(ratio('megabytes', 'released', 'floor')).toBeLessThan(budget.memory);
});
