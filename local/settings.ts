/** The folder and the ports of the local stack: environment variables in, checked values out. */
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import * as z from 'zod';

const port = (byDefault: number) => z.coerce.number().int().min(0).max(65535).default(byDefault);

const ports = z.object({
  AWS_PORT: port(4566),
  OKTA_PORT: port(8480),
  OKTA_ADMIN_PORT: port(8481),
  COGNITO_TLS_PORT: port(8443),
  PROXY_PORT: port(8444),
  APP_PORT: port(3000),
});

/** The ports by the name of the variable that sets each: an error can name the variable. */
export type Ports = z.infer<typeof ports>;

/** The settings of one local stack. */
export interface Settings {
  /** The project's folder. */
  readonly root: string;
  /** The folder for this stack's state, logs, process IDs and pictures. */
  readonly directory: string;
  readonly region: string;
  readonly ports: Ports;
}

const root = resolve(import.meta.dirname, '..');

/**
 * Reads the settings. A port given as 0 becomes a free one, so that a second stack can run beside the first.
 *
 * @param environment - usually `process.env`: the ports by their names, `LOCAL_DIR`, `LOCAL_REGION`
 * @returns the settings, with every port decided
 * @throws Error naming the variable that is not a port
 */
export async function readSettings(environment: NodeJS.ProcessEnv): Promise<Settings> {
  const parsed = ports.safeParse(environment);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`${wrong} must be a port number from 0 (any free one) to 65535.`);
  }
  return {
    root,
    directory: resolve(root, environment.LOCAL_DIR ?? '.local'),
    region: environment.LOCAL_REGION ?? 'us-east-1',
    ports: await decidePorts(parsed.data),
  };
}

/**
 * Settings for a stack of its own beside the usual one: state in a folder below, and free ports.
 *
 * @param name - the folder's name
 */
export async function readSideSettings(environment: NodeJS.ProcessEnv, name: string): Promise<Settings> {
  const free = Object.fromEntries(ports.keyof().options.map((port) => [port, '0']));
  const directory = join(environment.LOCAL_DIR ?? '.local', name);
  return readSettings({ ...environment, ...free, LOCAL_DIR: directory });
}

/** A path below the stack's own folder. */
export function stateFile(settings: Settings, ...parts: string[]): string {
  return join(settings.directory, ...parts);
}

/**
 * Refuses ports that something else listens on, before anything is started.
 *
 * @throws Error naming each taken port and the variable to set
 */
export async function refuseTakenPorts(settings: Settings, names: readonly (keyof Ports)[]): Promise<void> {
  const taken: string[] = [];
  for (const name of names) {
    const listening = await listen(settings.ports[name]);
    if (listening === undefined)
      taken.push(`Port ${settings.ports[name]} is taken: set ${name} to a free one.`);
    else await listening.close();
  }
  if (taken.length > 0) throw new Error(taken.join(' '));
}

async function decidePorts(wanted: Ports): Promise<Ports> {
  const decided = { ...wanted };
  // All are held until all are chosen, or the system may give the same one twice.
  const held: { close(): Promise<void> }[] = [];
  for (const name of ports.keyof().options) {
    if (decided[name] !== 0) continue;
    const listening = await listen(0);
    if (listening === undefined) throw new Error('This machine has no free port on 127.0.0.1.');
    decided[name] = listening.port;
    held.push(listening);
  }
  for (const listening of held) await listening.close();
  return decided;
}

async function listen(wanted: number): Promise<{ port: number; close(): Promise<void> } | undefined> {
  const server = createServer();
  const listening = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => done(true));
  });
  const address = server.address();
  if (!listening || address === null || typeof address === 'string') return undefined;
  return { port: address.port, close: () => new Promise((done) => server.close(() => done())) };
}
