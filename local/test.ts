/** `make test`: every test, against a stack of its own; its last line is the sum. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { findChromium } from './chromium.ts';
import { command, narrate } from './narration.ts';
import { awsEnvironment } from './programs.ts';
import { bringUp } from './provider-stack.ts';
import { readSideSettings, type Settings, stateFile } from './settings.ts';
import { stopStack } from './stack.ts';

/** What jest's --json says: https://jestjs.io/docs/cli#--json */
const results = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  // Files that did not load, of whose tests nothing is known.
  numRuntimeErrorTestSuites: z.number(),
});

await command('test', test, stopStack, (environment) => readSideSettings(environment, 'test'));

async function test(settings: Settings): Promise<number> {
  await stopStack(settings);
  const stack = await startOrExplain(settings);
  // Without a stack the unit tests still have their say; the rest is one failure.
  const kinds = stack === undefined ? ['--selectProjects', 'unit'] : [];
  const { passed, failed } = await runJest(settings, kinds, stack ?? {});
  if (stack !== undefined) await narrate('Stop the local stack', () => stopStack(settings));
  const failures = failed + (stack === undefined ? 1 : 0);
  console.log(`${passed} passed, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

async function startOrExplain(settings: Settings): Promise<Record<string, string> | undefined> {
  try {
    await findChromium(settings, narrate);
    return await bringUp(settings, narrate);
  } catch (error) {
    console.error(`test: no local stack: ${error instanceof Error ? error.message : String(error)}`);
    await stopStack(settings);
    return undefined;
  }
}

async function runJest(
  settings: Settings,
  extra: readonly string[],
  stack: Record<string, string>,
): Promise<{ passed: number; failed: number }> {
  const report = stateFile(settings, 'results.json');
  rmSync(report, { force: true });
  const jest = join(settings.root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [
    jest,
    '--maxWorkers=2',
    '--json',
    `--outputFile=${report}`,
    ...extra,
    ...process.argv.slice(2),
  ];
  const { TMPDIR: _ofTheStack, ...environment } = awsEnvironment(settings);
  const { CI, CHROMIUM, FORCE_COLOR, NO_COLOR } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: settings.root,
    env: { ...environment, ...stack, CI, CHROMIUM, FORCE_COLOR, NO_COLOR },
    // jest writes its account to stderr and the report to the file.
    stdio: ['ignore', 'inherit', 'inherit'],
  });
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
