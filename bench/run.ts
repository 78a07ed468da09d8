/** `make bench`: measures, and writes bench/results.json, docs/performance.md and its plots. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleLambda } from '../build/lambda.ts';
import { command, narrate } from '../local/narration.ts';
import { awsEnvironment } from '../local/programs.ts';
import { readSideSettings, type Settings, stateFile } from '../local/settings.ts';
import { startStack, stopStack } from '../local/stack.ts';
import { plots, report } from './report.ts';
import { measure } from './results.ts';

await command('bench', bench, stopStack, (environment) => readSideSettings(environment, 'bench'));

async function bench(settings: Settings): Promise<number> {
  await stopStack(settings);
  const folder = stateFile(settings, 'bundle');
  await bundleLambda('src/provider.ts', folder);
  process.env.PROVIDER_BUNDLE = path.join(folder, 'provider.js');
  // How long Okta's reads lag is up to chance, and not the function's own time.
  process.env.OKTA_READ_LAG_MS = '0';
  await startStack(settings, narrate);
  const { PATH: _, ...environment } = awsEnvironment(settings);
  Object.assign(process.env, environment);
  const results = await measure(narrate);
  await stopStack(settings);
  await writeFile('bench/results.json', `${JSON.stringify(results, null, 2)}\n`);
  await writeFile('docs/performance.md', report(results));
  await mkdir('docs/images', { recursive: true });
  for (const [file, svg] of Object.entries(plots(results)))
    await writeFile(path.join('docs/images', file), svg);
  console.log('bench: docs/performance.md is written');
  return 0;
}
