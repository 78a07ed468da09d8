/**
 * Plays the hosts of Cognito's user pool domains on this machine, so that redirect URIs are the real ones.
 *
 * Two ports: a TLS front that passes every request on to MiniStack with its Host header, and an HTTP CONNECT proxy that
 * leads those hosts to that front. The browser maps the hosts by itself; the Lambda function and the example app use the
 * proxy. The hosts are the pools' domains, a custom one among them, and the issuers of
 * their tokens.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { readSettings, stateFile } from '../settings.ts';
import { makeAuthority } from './certificates.ts';

const LOOPBACK = '127.0.0.1';
const PLAYED = /\.amazoncognito\.com$|^login\.example\.com$|^cognito-idp\.[\w-]+\.amazonaws\.com$/;

const settings = await readSettings(process.env);
const { AWS_PORT, COGNITO_TLS_PORT, PROXY_PORT } = settings.ports;
const authority = await makeAuthority();

function passOn(incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, url, headers } = incoming;
  const outgoing = request({ host: LOOPBACK, port: AWS_PORT, method, path: url, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.on('error', (error) => {
    console.error(`${headers.host ?? 'no host'}: MiniStack does not answer: ${error.message}`);
    if (!answer.headersSent) answer.writeHead(502, { 'content-type': 'text/plain' });
    answer.end('The local stack does not answer.');
  });
  incoming.pipe(outgoing);
}

const front = createTlsServer(
  {
    SNICallback: (host, done) => {
      authority.contextFor(host).then(
        (context) => done(null, context),
        (error: Error) => done(error),
      );
    },
  },
  passOn,
);

const proxy = createServer((_request, answer) => {
  answer.writeHead(405, { 'content-type': 'text/plain' }).end('This proxy knows CONNECT only.');
});

proxy.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
  const [host = '', port = '443'] = (incoming.url ?? '').split(':');
  const played = PLAYED.test(host) && port === '443';
  const server = played ? connect(COGNITO_TLS_PORT, LOOPBACK) : connect(Number(port), host);
  server.once('connect', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    server.write(head);
    server.pipe(client).pipe(server);
  });
  server.on('error', (error) => {
    console.error(`CONNECT ${host}:${port}: ${error.message}`);
    client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  client.on('error', () => server.destroy());
});

mkdirSync(stateFile(settings, 'tls'), { recursive: true });
writeFileSync(stateFile(settings, 'tls', 'ca.pem'), authority.certificate);
writeFileSync(stateFile(settings, 'tls', 'spki-sha256'), authority.publicKeyHash);
front.listen(COGNITO_TLS_PORT, LOOPBACK);
proxy.listen(PROXY_PORT, LOOPBACK);
// The test that started this process was killed.
process.once('disconnect', () => process.exit(0));
