import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../../src/retry/clock.ts';

/** A request as the scripted org has seen it. */
export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: unknown;
}

/** What it answers: a status with a body (text as it is, all else as JSON), or a connection that breaks or hangs. */
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'break' | 'hang';

/** An HTTP server on a free port that answers as a test says and remembers what it was asked. */
export interface ScriptedOrg extends AsyncDisposable {
  orgUrl: string;
  seen: Seen[];
}

/** Starts one; `answer` is given each request and the number of requests before it. */
export async function startOrg(
  answer: (seen: Seen, before: number) => Reply | Promise<Reply>,
): Promise<ScriptedOrg> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const sent = await text(request);
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const body: unknown = isForm ? Object.fromEntries(new URLSearchParams(sent)) : sent && JSON.parse(sent);
    const now = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    const reply = await answer(now, seen.push(now) - 1);
    if (reply === 'break') request.socket.destroy();
    else if (reply !== 'hang') {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    orgUrl: `http://127.0.0.1:${address.port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A clock without real waits: sleeping moves it on. Its random number is always one half. */
export function quickClock(start = Date.UTC(2026, 0, 1)): Clock & { slept: number[] } {
  const slept: number[] = [];
  let now = start;
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      signal.throwIfAborted();
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** Okta's error body: https://developer.okta.com/docs/reference/error-codes/ */
export function oktaError(errorCode: string, errorSummary: string, ...causes: string[]): object {
  return { errorCode, errorSummary, errorCauses: causes.map((cause) => ({ errorSummary: cause })) };
}
