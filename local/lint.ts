/** `make lint`: every linter, also after one has failed. */
import { linters } from './linters.ts';
import { command } from './narration.ts';
import { awsEnvironment, run } from './programs.ts';

await command('lint', async (settings) => {
  const environment = awsEnvironment(settings);
  let failed = 0;
  for (const { what, command: program, args } of linters()) {
    const { code, output } = await run(settings, program, args, environment);
    console.log(`${code === 0 ? '✓' : '✗'} ${what}`);
    if (code === 0) continue;
    failed += 1;
    console.log(output);
  }
  console.log(failed === 0 ? 'lint: nothing found' : `lint: ${failed} linters found something`);
  return failed === 0 ? 0 : 1;
});
