/**
 * A proxy on loopback through which the product's bundle reaches Okta: it opens the TLS of the org's host alone, with an
 * authority that lives as long as the run, and passes every other host on unread.
 */
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { makeAuthority } from '../local/front/certificates.ts';
import { type ExchangeLog, readBody } from './exchange.ts';

/** A running recorder. */
export interface Recorder extends AsyncDisposable {
  /** For `HTTPS_PROXY` and `HTTP_PROXY`. */
  readonly url: string;
  /** For `NODE_EXTRA_CA_CERTS`: the recorder's authority, and others that the bundle needs. */
  readonly certificates: string;
}

/**
 * Starts the recorder.
 *
 * @param options - the org, a folder for the certificates, other authorities (PEM), and a proxy on the way out
 */
export async function startRecorder(
  log: ExchangeLog,
  options: {
    readonly orgUrl: string;
    readonly folder: string;
    readonly otherAuthorities: string;
    readonly upstreamProxy: string | undefined;
  },
): Promise<Recorder> {
  const { folder, otherAuthorities, upstreamProxy } = options;
  const org = new URL(options.orgUrl);
  const isTls = org.protocol === 'https:';
  const orgAuthority = `${org.hostname}:${org.port || (isTls ? '443' : '80')}`;
  const authority = await makeAuthority('okta-cognito-idp acceptance run');

  const passOn = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const sent = await text(incoming);
    const { method = 'GET', url = '/' } = incoming;
    // Of plain HTTP, a proxy is asked for a whole URL.
    const target = new URL(url, org);
    const { pathname, search } = target;
    const { 'accept-encoding': _, ...headers } = incoming.headers;
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(target, { method, headers });
    outgoing.end(sent);
    const [response]: [IncomingMessage] = await answerOf(outgoing);
    const body = await text(response);
    const { statusCode: status = 502 } = response;
    const { 'transfer-encoding': _chunked, connection: _connection, ...answered } = response.headers;
    answer.writeHead(status, answered).end(body);
    if (target.host !== org.host) return;
    log.add({
      method,
      path: pathname,
      query: search.slice(1) || null,
      sent: readBody(sent, headers['content-type']),
      status,
      headers: headersOf(response),
      body: readBody(body, response.headers['content-type']),
      by: 'product',
    });
  };
  const handle = (incoming: IncomingMessage, answer: ServerResponse) => {
    passOn(incoming, answer).catch(() => answer.destroy());
  };

  const opened = createTlsServer(
    {
      SNICallback: (host, done) => {
        authority.contextFor(host).then(
          (context) => done(null, context),
          (error: Error) => done(error),
        );
      },
    },
    handle,
  );
  const server = createServer(handle);
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    const target = incoming.url ?? '';
    client.on('error', () => client.destroy());
    if (target !== orgAuthority) return tunnel(target, client, upstreamProxy);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    (isTls ? opened : server).emit('connection', client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The recorder listens on no port.');
  mkdirSync(folder, { recursive: true });
  const certificates = resolve(join(folder, 'authorities.pem'));
  writeFileSync(certificates, `${authority.certificate}\n${otherAuthorities}`);
  return {
    url: `http://127.0.0.1:${address.port}`,
    certificates,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      opened.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(certificates, { force: true });
    },
  };
}

async function answerOf(outgoing: ReturnType<typeof httpRequest>): Promise<[IncomingMessage]> {
  return new Promise((done, fail) => {
    outgoing.once('response', (response) => done([response]));
    outgoing.once('error', fail);
  });
}

/** Header fields by their names in lower case; one that came several times is a list. */
function headersOf({ headersDistinct }: IncomingMessage): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => {
      const [only] = values;
      return [name, values.length === 1 && only !== undefined ? only : values];
    }),
  );
}

/** Connects a client to a host, unread; through another proxy if there is one. */
function tunnel(target: string, client: Socket, upstreamProxy: string | undefined): void {
  const [, host = '', port = '443'] = /^(.*?)(?::(\d+))?$/.exec(target) ?? [];
  const isHere = host === '127.0.0.1' || host === 'localhost';
  const proxy = upstreamProxy === undefined || isHere ? undefined : new URL(upstreamProxy);
  const server = proxy ? connect(Number(proxy.port || 80), proxy.hostname) : connect(Number(port), host);
  const join = () => {
    server.pipe(client).pipe(server);
  };
  server.once('connect', () => {
    // The other proxy's own answer is the client's.
    if (proxy) server.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    else client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    join();
  });
  server.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  client.on('close', () => server.destroy());
}
