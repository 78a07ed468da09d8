/** `make acceptance`: the product against a real Okta org and a real AWS account. docs/acceptance.md says what it does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { narrate } from '../local/narration.ts';
import { NOT_DEPLOYED } from './examples-story.ts';
import { differencesText, explain } from './expectations.ts';
import { writeRecordings } from './recordings.ts';
import { runAcceptance } from './run.ts';
import { readAcceptanceSettings } from './settings.ts';
import { differencesOf, readSeen } from './shapes.ts';

const LOCAL_STACK = join(import.meta.dirname, 'local-stack.json');
const FOLDER = join('.local', 'acceptance');

const interrupt = new AbortController();
const stop = () => {
  if (interrupt.signal.aborted) console.error('Still removing what the run created; this takes minutes.');
  else console.error('Interrupted: the run removes what it created.');
  interrupt.abort(new Error('interrupted'));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

try {
  const settings = readAcceptanceSettings(process.env);
  console.log(`Everything that this run creates has a name that starts with ${settings.prefix}.`);
  const result = await runAcceptance(settings, join(FOLDER, 'run'), narrate, interrupt.signal);
  if (result.failure) console.error(`acceptance: ${result.failure.message}`);
  for (const each of result.left) console.error(`NOT REMOVED: ${each}`);
  const folder = join(FOLDER, 'recordings');
  const recordings = result.recordings();
  writeRecordings(folder, recordings);
  console.log(`${recordings.length} exchanges with Okta: ${relative(process.cwd(), folder)}/`);
  for (const [example, reason] of Object.entries(NOT_DEPLOYED)) {
    console.log(`  not deployed: examples/${example}.yaml, for ${reason}`);
  }
  const seen = `${JSON.stringify(result.seen, null, 1)}\n`;
  writeFileSync(join(FOLDER, 'seen.json'), seen);
  if (!result.failure) {
    const local = readSeen(readFileSync(LOCAL_STACK, 'utf8'));
    console.log(differencesText(explain(differencesOf(result.seen, local))));
    // A run with the local stack is what later runs are compared with.
    if (settings.local) writeFileSync(LOCAL_STACK, seen);
  }
  const isGood = !result.failure && result.left.length === 0;
  console.log(isGood ? 'acceptance: passed; everything is removed' : 'acceptance: failed');
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(`acceptance: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
