import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Invocation, Invoke } from './invocation.ts';

export interface BundleSettings {
  /** The bundle's path, such as `bundleOf('provider')`. */
  readonly file: string;
  /** Its environment, beside what Lambda sets. Nothing of the test's own is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's timeout in milliseconds; default: 60,000. */
  readonly timeout?: number;
  readonly region?: string;
  /** In a process group of its own: Ctrl-C does not reach it. */
  readonly detached?: boolean;
}

/** Milliseconds that a process may take to end after its handler has returned. */
const lingerLimit = 15_000;

const report = z.discriminatedUnion('at', [
  z.object({ at: z.literal('start') }),
  z.object({ at: z.literal('return'), took: z.number(), result: z.unknown().optional() }),
  z.object({ at: z.literal('throw'), took: z.number(), result: z.string() }),
]);

/**
 * Runs a bundle as Lambda does, in a process of its own for each invocation: always a cold start.
 *
 * @returns a function that runs it; its Invocation says `lingered` if the bundle left a timer or a socket open.
 */
export function bundle(settings: BundleSettings): Invoke {
  const { file, environment, timeout = 60_000, region = 'us-east-1', detached = false } = settings;
  return (event, signal) =>
    new Promise<Invocation>((done, fail) => {
      const child = spawn(
        process.execPath,
        ['--enable-source-maps', resolve('test/support/lambda-runner.ts')],
        {
          stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
          detached,
          env: { ...lambdaEnvironment(region), ...environment },
        },
      );
      const chunks: Buffer[] = [];
      let invocation: Omit<Invocation, 'output'> = { ended: 'crashed', result: undefined, took: 0 };
      let started = 0;
      let timer: NodeJS.Timeout | undefined;
      const endAs = (ended: Invocation['ended']) => {
        invocation = { ...invocation, ended, ...(ended !== 'lingered' && { took: Date.now() - started }) };
        child.kill('SIGKILL');
      };
      const kill = () => endAs('killed');
      const [, stdout, stderr, reports] = child.stdio;
      for (const stream of [stdout, stderr])
        stream?.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (process.env.FUNCTION_LOG === '1') process.stderr.write(chunk);
        });
      if (reports === null || reports === undefined || !('read' in reports))
        throw new Error('No report pipe.');
      createInterface({ input: reports }).on('line', (line) => {
        const message = report.parse(JSON.parse(line));
        clearTimeout(timer);
        if (message.at === 'start') {
          started = Date.now();
          timer = setTimeout(() => endAs('timed out'), timeout);
        } else {
          const ended = message.at === 'return' ? 'returned' : 'threw';
          invocation = { ended, result: message.result, took: message.took };
          timer = setTimeout(() => endAs('lingered'), lingerLimit);
        }
      });
      signal?.addEventListener('abort', kill, { once: true });
      if (signal?.aborted) kill();
      child.on('error', fail);
      child.on('close', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', kill);
        done({ ...invocation, output: Buffer.concat(chunks).toString() });
      });
      child.stdin?.on('error', () => {}); // a process that is killed early does not read its event
      child.stdin?.end(JSON.stringify({ file: resolve(file), timeout, event }));
    });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaEnvironment(region: string): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'okta-cognito-idp',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    LAMBDA_TASK_ROOT: '/var/task',
    TZ: ':UTC',
    ...(process.env.PATH !== undefined && { PATH: process.env.PATH }),
  };
}
