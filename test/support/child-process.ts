import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A program that runs beside the test until it is disposed of. */
export interface Running extends AsyncDisposable {
  /** What it has printed so far. */
  output(): string;
}

/**
 * Starts one of the project's programs with Node, and returns when it is ready.
 *
 * @throws Error with what it printed, if it ends or is not ready within two minutes.
 */
export function startProgram(
  file: string,
  environment: Readonly<Record<string, string>>,
  isReady: () => Promise<boolean>,
): Promise<Running> {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', file];
  return startCommand(command, environment, isReady);
}

/**
 * Starts a program, and returns when it is ready. Its standard input ends when this process does.
 *
 * @throws Error with what it printed, if it ends or is not ready within two minutes.
 */
export async function startCommand(
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  isReady: () => Promise<boolean>,
): Promise<Running> {
  const child = spawn(command, args, {
    // The channel tells a program of Node when this process has ended, in any way.
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  const running: Running = {
    output,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await once(child, 'close');
      clearTimeout(patience);
    },
  };
  const deadline = Date.now() + 120_000;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await running[Symbol.asyncDispose]();
      throw new Error(`${[command, ...args].join(' ')} is not ready: ${output()}`);
    }
    await pause(50);
  }
  return running;
}

/** Free ports on loopback, all different. */
export async function freePorts(count: number): Promise<string[]> {
  // All are held until all are found, or the system may give one twice.
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('A server listens on no port.');
      return String(address.port);
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
