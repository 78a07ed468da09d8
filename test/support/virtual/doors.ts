import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { Network, OutgoingRequest, Reply, Sender } from './network.ts';

/** What a process's code calls to reach the network: `request` of `node:http` and `node:https`. */
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

  /** For `node:http` and `node:https`; as much of it as the AWS SDK and the product's own HTTP call. */
  readonly request = (...given: unknown[]): HttpRequest =>
    new HttpRequest((request, signal) => this.send(request, signal), given);
}

/** As of a connection that is there already: who sends waits for none. */
class Connection extends EventEmitter {
  readonly connecting = false;
  setKeepAlive(): void {}
  setTimeout(): void {}
}

class HttpRequest extends EventEmitter {
  readonly #send: Doors['send'];
  readonly #request: Omit<OutgoingRequest, 'body'>;
  readonly #given = new AbortController();
  readonly socket = new Connection();

  constructor(send: Doors['send'], given: readonly unknown[]) {
    super();
    this.#send = send;
    const { request, signal, answered } = readArguments(given);
    this.#request = request;
    if (answered) this.once('response', answered);
    // Emitted in the next turn, when there is a listener.
    if (signal?.aborted) queueMicrotask(() => this.#given.abort());
    signal?.addEventListener('abort', () => this.#given.abort(), { once: true });
    this.#given.signal.addEventListener('abort', () => this.#abort());
  }

  end(data: string | Uint8Array = ''): void {
    this.emit('socket', this.socket);
    this.#send({ ...this.#request, body: Buffer.from(data) }, this.#given.signal).then(
      ({ status, headers = {}, body = '' }) => {
        const response = Readable.from(body === '' ? [] : [Buffer.from(body)]);
        this.emit('response', Object.assign(response, { statusCode: status, headers, complete: true }));
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

  /** As Node's own; the AWS SDK ignores it, because its own signal has fired. */
  #abort(): void {
    const error = new Error('The operation was aborted');
    this.emit('error', Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }));
  }
}

/** Node takes a URL and options, or options alone; then what is to be given the response. */
function readArguments(given: readonly unknown[]): {
  request: Omit<OutgoingRequest, 'body'>;
  signal: AbortSignal | undefined;
  answered: ((response: Readable) => void) | undefined;
} {
  const found = new Map(given.flatMap((part) => (part instanceof URL ? [] : Object.entries(part ?? {}))));
  const [address] = given;
  const headers = Object.entries(found.get('headers') ?? {});
  const signal: unknown = found.get('signal');
  const answered = given.at(-1);
  return {
    request: {
      method: String(found.get('method')),
      url:
        address instanceof URL ? address : new URL(String(found.get('path')), `https://${found.get('host')}`),
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)])),
    },
    signal: signal instanceof AbortSignal ? signal : undefined,
    answered:
      typeof answered === 'function'
        ? (response) => void Reflect.apply(answered, undefined, [response])
        : undefined,
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
