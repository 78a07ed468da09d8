/** Runs jest in an environment with nothing of the user's in it, and counts. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { awsEnvironment } from './programs.ts';
import { type Settings, stateFile } from './settings.ts';

/** What jest's --json says: https://jestjs.io/docs/cli#--json */
const results = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  // Files that did not load. Their tests are not counted.
  numRuntimeErrorTestSuites: z.number(),
});

/** Variables of jest and of random tests, without those that a stack adds: test/support/random-runs.ts. */
const passedOn = [
  'CI',
  'CHROMIUM',
  'FORCE_COLOR',
  'NO_COLOR',
  'FUNCTION_LOG',
  'SEED',
  'RANDOM_PERCENT',
  'RANDOM_SECONDS',
  'RANDOM_PATH',
  'RANDOM_COMMANDS',
  'SOAK_MINUTES',
];

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the tests of some kinds to their end.
 *
 * @param kinds - projects of jest.config.mjs
 * @param args - more arguments for jest
 * @param environment - variables beside those of the local AWS
 */
export async function runJest(
  settings: Settings,
  kinds: readonly string[],
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Tally> {
  const report = stateFile(settings, `results-${kinds.join('-')}.json`);
  rmSync(report, { force: true });
  // On a fresh clone the folder is not there yet, and jest does not make it.
  mkdirSync(dirname(report), { recursive: true });
  const jest = join(settings.root, 'node_modules', 'jest', 'bin', 'jest.js');
  const { TMPDIR: _ofTheStack, ...clean } = awsEnvironment(settings);
  const child = spawn(
    process.execPath,
    [jest, '--json', `--outputFile=${report}`, ...args, '--selectProjects', ...kinds],
    {
      cwd: settings.root,
      env: {
        ...clean,
        ...Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
        ...environment,
      },
      // jest writes its account to stderr and the report to the file.
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = results.parse(
      JSON.parse(readFileSync(report, 'utf8')),
    );
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    // jest can fail with no failed test, for instance in its own set-up.
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
