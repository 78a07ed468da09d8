import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { Network, OutgoingRequest, Reply, Sender } from './network.ts';

/** What a process's code calls to reach the network: `fetch`, and `request` of `node:http` and `node:https`. */
export class Doors {
  /** Requests without an answer so far; each would keep the process alive. */
  open = 0;
  readonly #network: Network;
  readonly #sender: Sender;

  constructor(network: Network, sender: Sender) {
    this.#network = network;
    this.#sender = sender;
  }

  async send(request: OutgoingRequest, signal?: AbortSignal | null): Promise<Reply> {
    this.open += 1;
    try {
      const sent = this.#network.send(this.#sender, request);
      return await (signal ? Promise.race([sent, whenAborted(signal)]) : sent);
    } finally {
      this.open -= 1;
    }
  }

  readonly fetch = async (address: string | URL, init: RequestInit = {}) => {
    const url = new URL(address);
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = bodyOf(init.body);
    if (body.type) headers['content-type'] ??= body.type;
    if (init.body) headers['content-length'] = String(body.bytes.length);
    let reply: Reply;
    try {
      reply = await this.send(
        { method: init.method ?? 'GET', url, headers, body: body.bytes },
        init.signal ?? null,
      );
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw Object.assign(new TypeError('fetch failed'), { cause: error });
    }
    return {
      status: reply.status,
      ok: reply.status >= 200 && reply.status < 300,
      headers: new Headers(reply.headers),
      text: async () => reply.body ?? '',
      body: { cancel: async () => undefined },
    };
  };

  /** For `node:http` and `node:https`; as much of it as the AWS SDK calls. */
  readonly request = (options: unknown, answered: (response: Readable) => void): HttpRequest =>
    new HttpRequest(options, (request, signal) => this.send(request, signal), answered);
}

interface HttpOptions {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
}

class HttpRequest extends EventEmitter {
  readonly #options: HttpOptions;
  readonly #send: Doors['send'];
  readonly #answered: (response: Readable) => void;
  readonly #given = new AbortController();
  /** As of a connection that is there already: the SDK then waits for none. */
  readonly socket = { connecting: false, setKeepAlive() {}, setTimeout() {}, removeListener() {} };

  constructor(options: unknown, send: Doors['send'], answered: (response: Readable) => void) {
    super();
    this.#options = readOptions(options);
    this.#send = send;
    this.#answered = answered;
  }

  end(data: string | Uint8Array = ''): void {
    const { method, host, path, headers } = this.#options;
    const lowered = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const url = new URL(path, `https://${host}`);
    this.#send({ method, url, headers: lowered, body: Buffer.from(data) }, this.#given.signal).then(
      ({ status, headers: replied = {}, body = '' }) => {
        const response = Readable.from(body === '' ? [] : [Buffer.from(body)]);
        this.#answered(Object.assign(response, { statusCode: status, headers: replied, complete: true }));
        this.emit('close');
      },
      (error: unknown) => {
        if (!this.#given.signal.aborted) this.emit('error', error);
        this.emit('close');
      },
    );
  }

  destroy(): this {
    this.#given.abort();
    return this;
  }
}

function readOptions(options: unknown): HttpOptions {
  if (typeof options !== 'object' || options === null) throw new Error('A request without options.');
  const found = new Map(Object.entries(options));
  const headers = found.get('headers') ?? {};
  return {
    host: String(found.get('host')),
    method: String(found.get('method')),
    path: String(found.get('path')),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      const { reason } = signal;
      reject(
        Object.assign(new Error('This operation was aborted', { cause: reason }), { name: 'AbortError' }),
      );
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** The content type is what `fetch` itself adds. */
function bodyOf(body: unknown): { bytes: Buffer; type?: string } {
  if (body === undefined || body === null) return { bytes: Buffer.alloc(0) };
  if (body instanceof URLSearchParams) {
    return { bytes: Buffer.from(body.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain;charset=UTF-8' };
  if (ArrayBuffer.isView(body)) {
    return { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
  }
  throw new Error('A body of a kind that nothing here sends.');
}
