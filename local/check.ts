/**
 * `make check`: what an engineer runs after each change. Types, linters, unit tests and tests in virtual time, all at the
 * same time; it needs the npm packages only. `make soak` is this with `soak`: sequences in any order and hostile events, for
 * SOAK_MINUTES.
 */
import { runJest } from './jest.ts';
import { linters } from './linters.ts';
import { command } from './narration.ts';
import { awsEnvironment, run } from './programs.ts';
import type { Settings } from './settings.ts';

/** Of the full number of random inputs; `RANDOM_PERCENT` or `make test` tries more. */
process.env.RANDOM_PERCENT ??= '0.5';
/** And each random test ends after this time. */
process.env.RANDOM_SECONDS ??= '2';

const isSoak = process.argv[2] === 'soak';

await command(isSoak ? 'soak' : 'check', isSoak ? soak : check);

async function check(settings: Settings): Promise<number> {
  const [lint, { passed, failed }] = await Promise.all([
    lintAll(settings),
    runJest(settings, ['unit', 'virtual'], [], { TOGETHER: '1' }),
  ]);
  for (const { what, code, output } of lint) {
    console.log(`${code === 0 ? '✓' : '✗'} ${what}`);
    if (code !== 0) console.log(output);
  }
  const found = lint.filter(({ code }) => code !== 0).length;
  console.log(`check: ${passed} tests passed, ${failed} failed; ${found} linters found something`);
  return failed + found === 0 ? 0 : 1;
}

async function lintAll(settings: Settings) {
  const outcomes = [];
  for (const { what, command: program, args, needs } of linters()) {
    if (needs !== 'npm') continue;
    outcomes.push({ what, ...(await run(settings, program, args, awsEnvironment(settings))) });
  }
  return outcomes;
}

async function soak(settings: Settings): Promise<number> {
  process.env.SOAK_MINUTES ??= '60';
  const { failed } = await runJest(
    settings,
    ['unit', 'virtual'],
    ['--testPathPatterns', 'any-order/(at-once|one-after-another|promises)', 'hostile-events'],
  );
  return failed === 0 ? 0 : 1;
}
