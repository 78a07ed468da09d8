import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A call that left the function. */
export interface RemoteCall {
  /** Whom it was for and what it was, without what differs from run to run. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

/** Stands between the function and everything that it calls. */
export interface Relay extends AsyncDisposable {
  /** To be its `AWS_ENDPOINT_URL`, also for Cognito, and its `HTTP_PROXY`. */
  readonly url: string;
  readonly port: number;
  /** The calls that are over, in the order of their ends. */
  readonly calls: RemoteCall[];
  /** What each call takes longer. */
  delayMs: number;
}

/** The endpoint that receives calls of the AWS APIs. */
export interface RelayTargets {
  readonly aws: string;
  readonly cognito: string;
}

/** Starts a relay on loopback. */
export async function startRelay(targets: RelayTargets): Promise<Relay> {
  const agent = new Agent({ keepAlive: true });

  async function passOn(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const from = Date.now();
    const url = destination(incoming);
    await pause(relay.delayMs);
    const { method, headers } = incoming;
    const outgoing = request(url, { method, headers, agent });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.on('end', () => relay.calls.push({ name: nameOf(incoming, url), from, until: Date.now() }));
    });
  }

  function destination(incoming: IncomingMessage): URL {
    const { host = '', 'x-amz-target': target } = incoming.headers;
    const forCognito = String(target).startsWith('AWSCognito') || host.endsWith('.amazoncognito.com');
    const own = forCognito ? targets.cognito : targets.aws;
    // A proxy is asked for a whole URL.
    return new URL(
      incoming.url ?? '/',
      forCognito || host === `127.0.0.1:${relay.port}` ? own : `http://${host}`,
    );
  }

  const server = createServer((incoming, answer) => {
    passOn(incoming, answer).catch(() => answer.destroy());
  });
  // Node asks a proxy for a tunnel also for plain http: its other end is this server.
  server.on('connect', (_, socket: Socket) => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    server.emit('connection', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The relay listens on no port.');
  const relay: Relay = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    calls: [],
    delayMs: 0,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return relay;
}

const services: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  secretsmanager: 'Secrets Manager',
  AWSCognitoIdentityProviderService: 'Cognito',
};

function nameOf({ method, headers }: IncomingMessage, { pathname, searchParams }: URL): string {
  const [service = '', operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation !== undefined) return `${services[service] ?? service} ${operation}`;
  if (String(headers.host).endsWith('.amazoncognito.com')) return `Cognito ${method} ${pathname}`;
  if (searchParams.has('X-Amz-Signature')) return 'CloudFormation PUT';
  const path = pathname.replaceAll(/\/(?:0oa|00g|ocs)[0-9A-Za-z]{17}/g, '/{id}');
  return `Okta ${method} ${path}`;
}

/** The calls that came one after another, the most there are: those on the critical path. */
export function criticalPath(calls: readonly RemoteCall[]): RemoteCall[] {
  const path: RemoteCall[] = [];
  for (const call of calls.toSorted((a, b) => a.until - b.until)) {
    if (call.from >= (path.at(-1)?.until ?? 0)) path.push(call);
  }
  return path;
}
