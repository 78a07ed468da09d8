import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { makeAuthority } from '../../local/front/certificates.ts';

// What HttpsProxy and NoProxy set in the environment of the functions: template.yaml.

const folder = mkdtempSync(path.join(tmpdir(), 'proxy-'));
const authorityFile = path.join(folder, 'ca.pem');
/** Which services were called, each over the proxy or past it. */
let viaProxy: string[] = [];
let direct: string[] = [];
/** Local ports of the proxy's own connections to the server. */
const proxied = new Set<number>();

const proxy = createServer();
proxy.on('connect', ({ url = '' }, client: Socket) => {
  const server = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
    proxied.add(server.localPort ?? 0);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  server.on('error', () => client.destroy());
  client.on('error', () => server.destroy());
});

let target: ReturnType<typeof createTlsServer>;
let targetPort: number;

beforeAll(async () => {
  const authority = await makeAuthority();
  writeFileSync(authorityFile, authority.certificate);
  const SNICallback = (host: string, done: (error: Error | null, context?: SecureContext) => void) => {
    authority.contextFor(host).then((context) => done(null, context), done);
  };
  target = createTlsServer({ SNICallback }, ({ headers, socket, url = '' }, answer) => {
    const signed = /Credential=[^/]+\/\d+\/[\w-]+\/([\w-]+)\//.exec(headers.authorization ?? '')?.[1];
    (proxied.has(socket.remotePort ?? 0) ? viaProxy : direct).push(signed ?? url);
    answer.writeHead(400, { 'content-type': 'application/json' }).end('{}');
  });
  target.listen(0, '127.0.0.1');
  proxy.listen(0, '127.0.0.1');
  await Promise.all([once(target, 'listening'), once(proxy, 'listening')]);
  targetPort = portOf(target);
});

afterAll(() => {
  target.closeAllConnections();
  target.close();
  proxy.close();
  rmSync(folder, { recursive: true });
});

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return address.port;
}

/** Calls every service at `localhost`, over the proxy unless `noProxy` says otherwise. */
async function callAll(noProxy: string): Promise<void> {
  viaProxy = [];
  direct = [];
  await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'test/support/every-client.ts'],
    {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: `https://localhost:${targetPort}`,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        NODE_EXTRA_CA_CERTS: authorityFile,
        NODE_USE_ENV_PROXY: '1',
        HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
        ...(noProxy && { NO_PROXY: noProxy }),
      },
    },
  );
}

/** The names by which AWS signs, and the path of the request that is not for AWS. */
const all = ['/okta', 'cloudformation', 'cognito-idp', 'dynamodb', 'secretsmanager', 'sqs', 'ssm', 'sts'];

test('every call goes over HttpsProxy, those of the AWS SDK and those to Okta', async () => {
  await callAll('');
  expect(viaProxy.toSorted()).toEqual(all);
  expect(direct).toEqual([]);
});

test('a host in NoProxy is called past the proxy', async () => {
  await callAll('example.com,localhost');
  expect(direct.toSorted()).toEqual(all);
  expect(viaProxy).toEqual([]);
});

test('no client of the functions is made without the proxy', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('command'),
  );
  const made = sources.flatMap((name) => {
    const text = readFileSync(path.join('src', name), 'utf8');
    return [...text.matchAll(/new (\w+)Client\(/g)].map(([, client]) => ({ name, client, text }));
  });
  expect(made.length).toBeGreaterThan(6);
  expect(made.filter(({ text }) => !text.includes('...viaProxy'))).toEqual([]);
});
