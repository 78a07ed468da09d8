import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startProgram } from './child-process.ts';

/** The pools' own https domains, as in the local stack: see local/front. */
export interface PoolDomains extends AsyncDisposable {
  /** For a bundle, so that it finds them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param upstream the port on loopback that answers for the domains. */
export async function startPoolDomains(upstream: number): Promise<PoolDomains> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'pool-domains-'));
  started.defer(() => rm(folder, { recursive: true }));
  const authority = join(folder, 'tls', 'ca.pem');
  const [tlsPort = '', proxyPort = ''] = await freePorts(2);
  const settings = {
    LOCAL_DIR: folder,
    AWS_PORT: String(upstream),
    COGNITO_TLS_PORT: tlsPort,
    PROXY_PORT: proxyPort,
  };
  started.use(
    await startProgram('local/front/main.ts', settings, async () => {
      const listening = await Promise.all([tlsPort, proxyPort].map(listens));
      return listening.every(Boolean) && existsSync(authority);
    }),
  );
  const all = started.move();
  return {
    environment: {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      NO_PROXY: '127.0.0.1,localhost',
      NODE_EXTRA_CA_CERTS: authority,
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function listens(port: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => socket.destroy());
    socket.once('error', () => done(false));
    socket.once('close', (failed) => done(!failed));
  });
}
