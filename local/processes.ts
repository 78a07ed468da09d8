/** The stack's background processes: started in groups of their own, remembered by process ID, stopped whole. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type Settings, stateFile } from './settings.ts';

/** One background process, and how to know that it is ready. */
export interface Service {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly isReady: () => Promise<boolean>;
}

const record = z.object({ pid: z.number(), birth: z.string() });

// A bound for what does not start: a busy machine may take a minute.
const READY_WITHIN_MS = 240_000;
const POLL_MS = 100;
const GRACE_MS = 15_000;

/**
 * Starts a process that outlives this one, and returns when it is ready.
 *
 * @throws Error if it ends or is not ready within four minutes, with its last words and its log's path
 */
export async function startService(settings: Settings, service: Service): Promise<void> {
  mkdirSync(stateFile(settings, 'logs'), { recursive: true });
  mkdirSync(stateFile(settings, 'pids'), { recursive: true });
  const log = stateFile(settings, 'logs', `${service.name}.log`);
  rmSync(log, { force: true });
  const output = openSync(log, 'a');
  // A group of its own: the Lambda processes that MiniStack starts are stopped with it.
  const child = spawn(service.command, service.args, {
    cwd: settings.root,
    env: service.environment,
    detached: true,
    stdio: ['ignore', output, output],
  });
  let ended = false;
  child.once('error', () => {
    ended = true;
  });
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  if (child.pid !== undefined) {
    const remembered = { pid: child.pid, birth: birthOf(child.pid) ?? '' };
    writeFileSync(pidFile(settings, service.name), JSON.stringify(remembered));
  }
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await service.isReady().catch(() => false))) {
    if (ended) throw new Error(`${service.name} ended at once: ${tellingLine(log)} (all of it: ${log})`);
    if (Date.now() > deadline)
      throw new Error(`${service.name} was not ready within ${READY_WITHIN_MS / 60_000} minutes; see ${log}`);
    await pause(POLL_MS);
  }
}

/** The names of the stack's processes that are alive. */
export function runningServices(settings: Settings): string[] {
  return remembered(settings).filter((name) => aliveId(settings, name) !== undefined);
}

/** Stops every process of the stack, children included; none running is fine. */
export async function stopServices(settings: Settings): Promise<string[]> {
  const names = remembered(settings);
  const stopped = await Promise.all(
    names.map(async (name) => ((await stopService(settings, name)) ? name : '')),
  );
  return stopped.filter((name) => name !== '');
}

/** Stops one process of the stack, children included. */
export async function stopService(settings: Settings, name: string): Promise<boolean> {
  const id = aliveId(settings, name);
  if (id !== undefined) {
    signalGroup(id, 'SIGTERM');
    const deadline = Date.now() + GRACE_MS;
    while (groupIsAlive(id) && Date.now() < deadline) await pause(POLL_MS);
    if (groupIsAlive(id)) signalGroup(id, 'SIGKILL');
  }
  rmSync(pidFile(settings, name), { force: true });
  return id !== undefined;
}

function remembered(settings: Settings): string[] {
  const folder = stateFile(settings, 'pids');
  return existsSync(folder) ? readdirSync(folder).map((file) => basename(file, '.json')) : [];
}

/** The process ID, if that process is still the one that was started: the system gives IDs again. */
function aliveId(settings: Settings, name: string): number | undefined {
  const file = pidFile(settings, name);
  if (!existsSync(file)) return undefined;
  const { pid, birth } = record.parse(JSON.parse(readFileSync(file, 'utf8')));
  return birthOf(pid) === birth ? pid : undefined;
}

/** When a process began: field 22 of /proc/<pid>/stat (proc_pid_stat(5)), or what ps says if there is no /proc. */
function birthOf(pid: number): string | undefined {
  if (existsSync('/proc/self/stat')) {
    try {
      const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
      return afterName.startsWith('Z') ? undefined : afterName.split(' ')[19];
    } catch {
      return undefined;
    }
  }
  return (
    spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || undefined
  );
}

function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

function groupIsAlive(leader: number): boolean {
  return signalGroup(leader, 0);
}

function pidFile(settings: Settings, name: string): string {
  return stateFile(settings, 'pids', `${name}.json`);
}

/** The line of a log that tells most, for an error that fits one line: the error, or else the last. */
function tellingLine(log: string): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.findLast((line) => /\w*Error:/.test(line))?.trim() ?? lines.at(-1) ?? '';
}
