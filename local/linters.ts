/** The linters: what they are and may not find is in their own files. */
import { readdirSync } from 'node:fs';

export interface Linter {
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whose packages it is from: npm's alone suffice for `make check`. */
  readonly needs: 'npm' | 'python';
}

const CODE = ['src', 'build', 'local', 'acceptance', 'test', 'examples', 'bench'];

export function linters(): Linter[] {
  const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
  const templates = ['template.yaml', ...examples.map((name) => `examples/${name}`)];
  const cdk = ['web-app', 'existing-pool'].map((name) => `cdk/examples/${name}.template.json`);
  const code = readdirSync('.').filter((name) => CODE.includes(name));
  return [
    {
      what: 'biome: format and lint',
      command: 'biome',
      args: ['check', '--error-on-warnings'],
      needs: 'npm',
    },
    {
      what: 'tsc: types',
      command: 'tsc',
      args: ['--project', '.', '--incremental', '--tsBuildInfoFile', '.local/types.tsbuildinfo'],
      needs: 'npm',
    },
    {
      what: 'dependency-cruiser: dependencies point one way',
      command: 'depcruise',
      args: code,
      needs: 'npm',
    },
    { what: 'knip: nothing unused', command: 'knip', args: [], needs: 'npm' },
    {
      what: 'what is made from the schema is up to date',
      command: 'node',
      args: ['build/reference.ts', '--check'],
      needs: 'npm',
    },
    {
      what: 'the lock files: whole on every platform, each package with its hash, no registry',
      command: 'node',
      args: ['local/complete-lock.ts', '--check'],
      needs: 'npm',
    },
    {
      what: 'sam validate',
      command: 'sam',
      args: ['validate', '--lint', '--template', 'template.yaml'],
      needs: 'python',
    },
    {
      what: 'cfn-lint: the templates',
      command: 'cfn-lint',
      args: ['--append-rules', 'schema/cfn-lint', '--', ...templates, ...cdk],
      needs: 'python',
    },
    {
      what: 'checkov: the templates',
      command: '.venv-lint/bin/checkov',
      args: ['--config-file', '.checkov.yaml', '--file', ...templates],
      needs: 'python',
    },
    {
      what: 'CloudFormation Guard: the rules of examples/policies refuse what they must',
      command: '.venv-lint/bin/python',
      args: ['local/guard.py'],
      needs: 'python',
    },
  ];
}
