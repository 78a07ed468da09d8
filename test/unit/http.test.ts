import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { NoHttpAnswerError, send } from '../../src/http.ts';

/** Starts a server on loopback; gives its address. */
async function listen(server: Server): Promise<URL & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return Object.assign(new URL(`http://127.0.0.1:${address.port}/`), {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

const answering = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  listen(createServer(answer));

const { signal } = new AbortController();

test('a redirect is returned, and its target gets no request', async () => {
  const asked: string[] = [];
  await using url = await answering((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await send({ url }, signal)).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  expect(asked).toEqual(['/']);
});

test('a body goes with its length in bytes and without a type, and comes back whole', async () => {
  await using url = await answering(async (request, response) => {
    const { 'content-length': length, 'content-type': type, 'transfer-encoding': encoding } = request.headers;
    response.setHeader('x-seen', JSON.stringify({ length, type, encoding }));
    for await (const part of request) response.write(part);
    response.end();
  });
  const { headers, body } = await send({ method: 'PUT', url, body: 'grüße, 世界' }, signal);
  expect(JSON.parse(headers['x-seen'] ?? '')).toEqual({ length: '15' });
  expect(body).toBe('grüße, 世界');
});

test('a POST without a body says so: Okta refuses one without a length', async () => {
  await using url = await answering((request, response) => {
    response.end(request.headers['content-length']);
  });
  expect((await send({ method: 'POST', url }, signal)).body).toBe('0');
});

test('a header that comes twice is there as one: pages are linked by two', async () => {
  await using url = await answering((_, response) => {
    response.appendHeader('link', '<a>; rel="self"').appendHeader('link', '<b>; rel="next"').end();
  });
  expect((await send({ url }, signal)).headers.link).toBe('<a>; rel="self", <b>; rel="next"');
});

test('what was refused at the door has not arrived', async () => {
  const url = await answering(() => undefined);
  await url[Symbol.asyncDispose]();
  const sent = send({ url }, signal);
  await expect(sent).rejects.toMatchObject({ mayHaveArrived: false, code: 'ECONNREFUSED' });
});

test('if TLS fails, the request has not arrived', async () => {
  await using plain = await answering(() => undefined);
  const url = new URL(plain);
  url.protocol = 'https:';
  await expect(send({ url }, signal)).rejects.toMatchObject({ mayHaveArrived: false });
});

test('what breaks off may have arrived', async () => {
  await using url = await answering((request) => void request.socket.destroy());
  await expect(send({ url }, signal)).rejects.toMatchObject({ mayHaveArrived: true, code: 'ECONNRESET' });
});

test('half an answer counts as none', async () => {
  await using url = await answering((request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => request.socket.destroy());
  });
  const sent = send({ url }, signal);
  await expect(sent).rejects.toBeInstanceOf(NoHttpAnswerError);
  await expect(sent).rejects.toMatchObject({ mayHaveArrived: true });
});

test.each<[string, (response: ServerResponse) => void]>([
  ['before the answer', () => undefined],
  ['in the middle of it', (response) => void response.writeHead(200).write('half')],
])('the signal ends it %s', async (_, answer) => {
  const ending = new AbortController();
  await using url = await answering((_request, response) => {
    answer(response);
    setTimeout(() => ending.abort(), 20);
  });
  await expect(send({ url }, ending.signal)).rejects.toMatchObject({ mayHaveArrived: true });
});

test('a signal that has aborted before keeps the request at home', async () => {
  let asked = 0;
  await using url = await answering((_, response) => {
    asked += 1;
    response.end();
  });
  await expect(send({ url }, AbortSignal.abort())).rejects.toMatchObject({ mayHaveArrived: false });
  expect(asked).toBe(0);
});

test('a connection that stays is used again, and the request on it may have arrived', async () => {
  const connections = new Set<unknown>();
  let requests = 0;
  await using url = await answering((request, response) => {
    connections.add(request.socket);
    requests += 1;
    if (requests === 1) response.end();
    else request.socket.destroy();
  });
  await send({ url }, signal);
  await expect(send({ url }, signal)).rejects.toMatchObject({ mayHaveArrived: true });
  expect(connections.size).toBe(1);
});

test('if a handshake gets no answer, the request has not arrived', async () => {
  const sockets = new Set<Socket>();
  await using silent = await listen(
    createTcpServer((socket) => void sockets.add(socket.on('error', () => {}))),
  );
  const url = new URL(silent);
  url.protocol = 'https:';
  await expect(send({ url }, AbortSignal.timeout(100))).rejects.toMatchObject({
    mayHaveArrived: false,
    code: 'ABORT_ERR',
  });
  for (const socket of sockets) socket.destroy();
});

test('every request names this program, from every sender', async () => {
  let seen: string | undefined;
  await using url = await answering((request, response) => {
    seen = request.headers['user-agent'];
    response.end();
  });
  await send({ url, headers: { accept: 'application/json' } }, signal);
  expect(seen).toMatch(/^okta-cognito-idp\/\S+$/);
});

const megabyte = 1024 * 1024;

test('an answer of 5 MB is read, and of a longer one no more than that', async () => {
  let sent = 0;
  await using url = await answering(async (request, response) => {
    const whole = request.url === '/whole';
    response.setMaxListeners(0).on('error', () => undefined);
    for (let left = whole ? 5 : 200; left > 0 && !response.destroyed; left -= 1) {
      sent += 1;
      if (!response.write('x'.repeat(megabyte))) {
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    }
    response.end();
  });
  expect((await send({ url: new URL('/whole', url) }, signal)).body).toHaveLength(5 * megabyte);
  sent = 0;
  const tooLarge = send({ url }, signal);
  await expect(tooLarge).rejects.toBeInstanceOf(NoHttpAnswerError);
  await expect(tooLarge).rejects.toMatchObject({
    message: 'the answer is larger than 5 MB',
    code: 'ERR_ANSWER_TOO_LARGE',
    mayHaveArrived: true,
  });
  expect(sent).toBeLessThan(50);
});

test('a character that arrives in two pieces is read as one', async () => {
  const [first, second] = [Buffer.from('世').subarray(0, 1), Buffer.from('世').subarray(1)];
  await using url = await answering((_, response) => {
    response.write(first, () => setTimeout(() => response.end(second), 20));
  });
  expect((await send({ url }, signal)).body).toBe('世');
});
