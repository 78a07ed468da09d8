import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

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
  /** By their names in small letters; what came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** There is no whole answer. The cause is Node's own error. */
export class NoHttpAnswerError extends Error {
  override readonly name = 'NoHttpAnswerError';
  /** False where the connection never came about, so that the request cannot have changed anything. */
  readonly mayHaveArrived: boolean;
  /** Node's or OpenSSL's name for what went wrong, such as `ECONNREFUSED`. */
  readonly code: string;

  constructor(error: unknown, mayHaveArrived: boolean) {
    const code =
      typeof error === 'object' && error && 'code' in error ? String(error.code) : 'unknown reason';
    super(`the connection failed (${code})`, { cause: error });
    this.mayHaveArrived = mayHaveArrived;
    this.code = code;
  }
}

/**
 * Sends one request, once, and follows no redirect.
 *
 * By Node's own client, which the AWS SDK has loaded already: `fetch` is another one, and to load it and its
 * WebAssembly takes nearly as long as loading the AWS clients, at each cold start.
 *
 * @param signal ends it.
 * @throws NoHttpAnswerError
 */
export async function send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { method = 'GET', url, headers = {}, body = '' } = request;
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  let mayHaveArrived = false;
  try {
    const sent = open(url, { method, headers: { ...headers, ...lengthOf(method, body) }, signal });
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

/** Said also where it is nought: some servers refuse a POST or PUT that says nothing. */
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
  response.setEncoding('utf8');
  let text = '';
  for await (const part of response) text += part;
  return text;
}
