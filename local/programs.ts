/** Programs that the stack calls to the end: sam, samlocal, the linters. None of them ever sees the user's own cloud. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { type Settings, stateFile } from './settings.ts';

/** The credentials of an account of the local AWS. */
export interface Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** MiniStack takes `test` for the administrator, also while it enforces IAM. Nothing else would know it. */
export const ADMINISTRATOR: Account = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The administrator of another account: MiniStack takes an access key of twelve digits for an account's ID. */
export const OTHER_ACCOUNT: Account = { accessKeyId: '222222222222', secretAccessKey: 'test' };

/**
 * An environment with nothing of the user's in it but the means to run programs.
 *
 * The user's AWS profile, Okta variables and proxies must reach no part of the stack: a stray `AWS_PROFILE` would deploy
 * to a real account.
 */
export function cleanEnvironment(settings: Settings): NodeJS.ProcessEnv {
  const { HOME, LANG, PATH = '', TERM } = process.env;
  const own = [join(settings.root, 'node_modules', '.bin'), join(settings.root, '.venv', 'bin')];
  return {
    ...(HOME !== undefined && { HOME }),
    ...(TERM !== undefined && { TERM }),
    LANG: LANG ?? 'C.UTF-8',
    PATH: [...own, PATH].join(delimiter),
    TMPDIR: stateFile(settings, 'tmp'),
  };
}

/** The environment of a client of the local AWS, with an account's credentials. */
export function awsEnvironment(settings: Settings, account = ADMINISTRATOR): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(settings),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${settings.ports.AWS_PORT}`,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: account.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    SAM_CLI_TELEMETRY: '0',
    // Seconds between two looks at a deployment's events.
    SAM_CLI_POLL_DELAY: '1',
    // samlocal's advertisement of its successor, fifteen lines of it, at every call.
    DISABLE_DEPRECATION_NOTICE: '1',
  };
}

// CloudFormation would wait an hour for a function that died without an answer.
const WITHIN_MS = 240_000;

/** What a program wrote and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program in the project's folder and collects what it writes. */
export async function run(
  settings: Settings,
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Outcome> {
  mkdirSync(stateFile(settings, 'tmp'), { recursive: true });
  const child = spawn(command, args, {
    cwd: settings.root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((done) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(error.message));
      done(127);
    });
    child.once('close', (status, signal) => {
      if (signal !== null)
        chunks.push(Buffer.from(`\nended by ${signal}; it may take ${WITHIN_MS / 1000} s`));
      done(status ?? 1);
    });
  });
  return { code, output: Buffer.concat(chunks).toString() };
}

/**
 * Runs a program that has to succeed.
 *
 * @returns what it wrote
 * @throws Error with the line that tells why, and the path of a file with all of what it wrote
 */
export async function runOrThrow(
  settings: Settings,
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const { code, output } = await run(settings, command, args, environment);
  if (code === 0) return output;
  mkdirSync(stateFile(settings, 'logs'), { recursive: true });
  const log = stateFile(settings, 'logs', `${basename(command)}-${args[0] ?? ''}.log`);
  writeFileSync(log, output);
  throw new Error(`${command} ${args[0] ?? ''} failed: ${tellingLine(output)} (all of it: ${log})`);
}

function tellingLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const written = lines.filter((line) => line !== '');
  return (
    written.find((line) => /^Error:|CREATE_FAILED|UPDATE_FAILED|ROLLBACK_IN_PROGRESS/.test(line)) ??
    written.at(-1) ??
    ''
  );
}
