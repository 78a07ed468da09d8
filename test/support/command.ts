import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bundleCommand } from '../../build/command.ts';

/** How a run of the command ended. */
export interface CommandRun {
  readonly code: number | null;
  /** What it printed to its standard output. */
  readonly out: string;
  /** What it printed to its standard error. */
  readonly errors: string;
}

/** The command as `make build` makes it, in a folder of its own. */
export interface BuiltCommand extends AsyncDisposable {
  readonly file: string;
  /** @param environment beside that of this process; `undefined` removes a variable. */
  run(
    args: readonly string[],
    environment?: Readonly<Record<string, string | undefined>>,
    interruptWhen?: () => Promise<boolean>,
  ): Promise<CommandRun>;
}

export async function buildCommand(): Promise<BuiltCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'command-'));
  await bundleCommand('src/command/okta-cognito-idp.ts', folder);
  const file = join(folder, 'okta-cognito-idp.js');
  return {
    file,
    async run(args, environment = {}, interruptWhen) {
      const child = spawn(process.execPath, [file, ...args], {
        env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((done) => child.once('close', done)),
      ]);
      if (interruptWhen) {
        while (child.exitCode === null && !(await interruptWhen()));
        child.kill('SIGINT');
      }
      const [out, errors, code] = await ended;
      return { code, out, errors };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
