/** `make test`: every test, against a stack of its own; its last line is the sum. */
import { availableParallelism } from 'node:os';
import { findChromium } from './chromium.ts';
import { runJest } from './jest.ts';
import { command, narrate } from './narration.ts';
import { bringUp } from './provider-stack.ts';
import { readSideSettings, type Settings } from './settings.ts';
import { stopStack } from './stack.ts';

/** Tests with the stack wait much, so one more than the processors can run; the stack itself is one process. */
const stackWorkers = Math.min(6, availableParallelism() + 1);

/** Of the full number of random inputs. `make soak`, or RANDOM_PERCENT=100, tries all: that takes longer than a change may wait. */
process.env.RANDOM_PERCENT ??= '5';

await command('test', test, stopStack, (environment) => readSideSettings(environment, 'test'));

async function test(settings: Settings): Promise<number> {
  await stopStack(settings);
  const args = ['--passWithNoTests', ...process.argv.slice(2)];
  const isWhole = process.argv.length === 2;
  const together = isWhole ? { TOGETHER: '1' } : {};
  const tallies = [await runJest(settings, ['unit', 'virtual', 'loopback'], args, together)];
  const stack = await startOrExplain(settings);
  if (stack === undefined) {
    // Nothing is known of the rest; it counts as one failure.
    tallies.push({ passed: 0, failed: 1 });
  } else {
    const workers = `--maxWorkers=${stackWorkers}`;
    tallies.push(await runJest(settings, ['integration', 'e2e'], [workers, ...args], stack));
    await narrate('Stop the local stack', () => stopStack(settings));
  }
  const sum = (of: 'passed' | 'failed') => tallies.reduce((all, tally) => all + tally[of], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
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
