/** `make lint`: every linter, also after one has failed; what they are and may not find is in their own files. */
import { readdirSync } from 'node:fs';
import { command } from './narration.ts';
import { awsEnvironment, run } from './programs.ts';

interface Linter {
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
}

const CODE = ['src', 'build', 'local', 'test', 'examples', 'bench'];

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

function linters(): Linter[] {
  const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
  const templates = ['template.yaml', ...examples.map((name) => `examples/${name}`)];
  const code = readdirSync('.').filter((name) => CODE.includes(name));
  return [
    { what: 'biome: format and lint', command: 'biome', args: ['check', '--error-on-warnings'] },
    { what: 'tsc: types', command: 'tsc', args: ['--project', '.'] },
    { what: 'dependency-cruiser: dependencies point one way', command: 'depcruise', args: code },
    { what: 'knip: nothing unused', command: 'knip', args: [] },
    {
      what: 'what is made from the schema is up to date',
      command: 'node',
      args: ['build/reference.ts', '--check'],
    },
    {
      what: 'package-lock.json: whole on every platform',
      command: 'node',
      args: ['local/complete-lock.ts', '--check'],
    },
    { what: 'sam validate', command: 'sam', args: ['validate', '--lint', '--template', 'template.yaml'] },
    {
      what: 'cfn-lint: the templates',
      command: 'cfn-lint',
      args: ['--append-rules', 'schema/cfn-lint', '--', ...templates],
    },
    {
      what: 'checkov: the templates',
      command: '.venv-lint/bin/checkov',
      args: ['--config-file', '.checkov.yaml', '--file', ...templates],
    },
  ];
}
