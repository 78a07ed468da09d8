/** The parts of the local stack, and starting and stopping all of them. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { type Service, startService, stopServices } from './processes.ts';
import { ADMINISTRATOR, cleanEnvironment } from './programs.ts';
import { refuseTakenPorts, type Settings, stateFile } from './settings.ts';

/** Tells what happens now, and how long it took. */
export type Narrate = <Result>(what: string, act: () => Promise<Result>) => Promise<Result>;

/** A started stack, before anything is deployed to it. */
export interface RunningStack {
  /** The token of the local org, made up for this start. */
  readonly oktaApiToken: string;
}

/**
 * Starts the local AWS, the local Okta org and the front for Cognito's domains; returns when each answers.
 *
 * @throws Error naming the variable to set if a port is taken, or the log of a part that does not start
 */
export async function startStack(settings: Settings, narrate: Narrate): Promise<RunningStack> {
  await refuseTakenPorts(settings, [
    'AWS_PORT',
    'OKTA_PORT',
    'OKTA_ADMIN_PORT',
    'COGNITO_TLS_PORT',
    'PROXY_PORT',
  ]);
  const oktaApiToken = `local-${randomBytes(24).toString('base64url')}`;
  rmSync(stateFile(settings, 'tls'), { recursive: true, force: true });
  for (const folder of ['tmp', 's3', 'ministack']) {
    rmSync(stateFile(settings, folder), { recursive: true, force: true });
    mkdirSync(stateFile(settings, folder), { recursive: true });
  }
  // MiniStack unpacks functions below TMPDIR. Node would read the project's own package.json there and take them for ES
  // modules; on Lambda there is none.
  writeFileSync(stateFile(settings, 'tmp', 'package.json'), '{}\n');
  await narrate('Start the local AWS, the local Okta org and the front for Cognito domains', () =>
    Promise.all(
      [aws(settings), okta(settings, oktaApiToken), front(settings)].map((part) =>
        startService(settings, part),
      ),
    ),
  );
  return { oktaApiToken };
}

/** Stops all of the stack and forgets its environment file; the logs and pictures stay. */
export async function stopStack(settings: Settings): Promise<string[]> {
  const stopped = await stopServices(settings);
  for (const gone of ['env', 'tmp', 's3', 'ministack', 'tls']) {
    rmSync(stateFile(settings, gone), { recursive: true, force: true });
  }
  return stopped;
}

function aws(settings: Settings): Service {
  const { AWS_PORT, PROXY_PORT } = settings.ports;
  return {
    name: 'aws',
    command: `${settings.root}/.venv/bin/python`,
    args: ['local/aws/start.py'],
    environment: {
      ...cleanEnvironment(settings),
      // Enforce IAM: what the provider's role lacks is refused, as on AWS.
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(AWS_PORT),
      MINISTACK_REGION: settings.region,
      STATE_DIR: stateFile(settings, 'ministack'),
      S3_DATA_DIR: stateFile(settings, 's3'),
      // Listeners on ports of their own that nothing here uses.
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      // Even if the machine has Docker, its containers are not ours.
      DOCKER_HOST: 'unix:///nonexistent/docker.sock',
      PYTHONUNBUFFERED: '1',
      // Handed on to the Lambda functions, for their calls to a pool's domain. Node 24's fetch honours these:
      // https://nodejs.org/docs/latest-v24.x/api/cli.html#node_use_env_proxy1
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${PROXY_PORT}`,
      NO_PROXY: '127.0.0.1,localhost',
      NODE_EXTRA_CA_CERTS: stateFile(settings, 'tls', 'ca.pem'),
    },
    isReady: () => answers(`http://127.0.0.1:${AWS_PORT}/_ministack/ready`),
  };
}

function okta(settings: Settings, apiToken: string): Service {
  const { OKTA_PORT, OKTA_ADMIN_PORT } = settings.ports;
  const { OKTA_READ_LAG_MS } = process.env;
  return {
    name: 'okta',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', 'local/okta/main.ts'],
    environment: {
      ...cleanEnvironment(settings),
      OKTA_PORT: String(OKTA_PORT),
      OKTA_ADMIN_PORT: String(OKTA_ADMIN_PORT),
      OKTA_API_TOKEN: apiToken,
      // MiniStack maps claims of the ID token only, and asks no userinfo endpoint.
      OKTA_ID_TOKENS: 'full',
      ...(OKTA_READ_LAG_MS !== undefined && { OKTA_READ_LAG_MS }),
    },
    isReady: () => answers(`http://127.0.0.1:${OKTA_ADMIN_PORT}/health`),
  };
}

function front(settings: Settings): Service {
  const { AWS_PORT, COGNITO_TLS_PORT, PROXY_PORT } = settings.ports;
  const certificate = stateFile(settings, 'tls', 'ca.pem');
  return {
    name: 'front',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', 'local/front/main.ts'],
    environment: {
      ...cleanEnvironment(settings),
      LOCAL_DIR: settings.directory,
      AWS_PORT: String(AWS_PORT),
      COGNITO_TLS_PORT: String(COGNITO_TLS_PORT),
      PROXY_PORT: String(PROXY_PORT),
    },
    isReady: async () =>
      existsSync(certificate) && (await listens(COGNITO_TLS_PORT)) && (await listens(PROXY_PORT)),
  };
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  await response.body?.cancel();
  return response.ok;
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
