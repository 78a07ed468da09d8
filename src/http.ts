import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { userAgent } from './version.ts';

/** More than any document that the servers here give; one that sends more must not fill the memory. */
const mostBodyBytes = 5 * 1024 * 1024;

/** One HTTP request. */
export interface HttpRequest {
  readonly method?: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Its answer, read to the end so that the connection is free again. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; values that came several times are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** There is no whole answer. The cause is Node's own error. */
export class NoHttpAnswerError extends Error {
  override readonly name = 'NoHttpAnswerError';
  /** False if the connection failed, so that the request cannot have changed anything. */
  readonly mayHaveArrived: boolean;
  /** Node's or OpenSSL's name for what went wrong, such as `ECONNREFUSED`. */
  readonly code: string;

  constructor(error: unknown, mayHaveArrived: boolean) {
    const code =
      typeof error === 'object' && error && 'code' in error ? String(error.code) : 'unknown reason';
    const isTooLarge = error instanceof AnswerTooLargeError;
    super(isTooLarge ? error.message : `the connection failed (${code})`, { cause: error });
    this.mayHaveArrived = mayHaveArrived;
    this.code = code;
  }
}

/** The answer is longer than any that is expected: it is not read to its end. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
  readonly code = 'ERR_ANSWER_TOO_LARGE';

  constructor() {
    super('the answer is larger than 5 MB');
  }
}

/**
 * Sends one request, once, and follows no redirect.
 *
 * By Node's own client, which the AWS SDK has loaded already: `fetch` is another one, and to load it and its
 * WebAssembly takes nearly as long as loading the AWS clients, at each cold start.
 *
 * @param signal ends it.
 * @returns the answer, of 5 MB at most.
 * @throws NoHttpAnswerError
 */
export async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { method = 'GET', url, headers = {}, body = '' } = request;
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  let mayHaveArrived = false;
  try {
    const sent = open(url, {
      method,
      headers: { ...headers, 'user-agent': userAgent, ...lengthOf(method, body) },
      signal,
    });
    sent.once('socket', (socket) => {
      // One that was kept from an earlier request is not connecting; a new one is good once TLS is through.
      mayHaveArrived = !socket.connecting;
      if (mayHaveArrived) return;
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        mayHaveArrived = true;
      });
    });
    const response = await responseTo(sent, body);
    return {
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: await textOf(response),
    };
  } catch (error) {
    throw new NoHttpAnswerError(error, mayHaveArrived);
  }
}

/** Sent also if it is zero: some servers refuse a POST or PUT without it. */
function lengthOf(method: string, body: string): Record<string, string> {
  return method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

function responseTo(sent: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // More than one may come, and one without a listener would end the process.
    sent.on('error', reject);
    sent.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    // Leaving the loop destroys the response, and its connection with it.
    if (bytes > mostBodyBytes) throw new AnswerTooLargeError();
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
