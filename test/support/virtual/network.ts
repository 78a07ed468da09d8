import type { VirtualTime } from './time.ts';

/** A request as it leaves a process. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Service =
  | 'Okta'
  | 'Sign-in'
  | 'Cognito'
  | 'Secrets Manager'
  | 'SSM'
  | 'STS'
  | 'DynamoDB'
  | 'SQS'
  // CloudFormation's ResponseURLs, and its API.
  | 'CloudFormation'
  | 'CloudFormation API';

/** What a request asks for. */
export interface Asked {
  readonly service: Service;
  /** An AWS operation, or a method and a path with `*` for what identifies. */
  readonly operation: string;
}

export interface RemoteCall extends Asked {
  /** Counted from 1. */
  readonly n: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When its answer was back; absent while it is under way. */
  ended?: number;
  /** HTTP status; absent if no answer came. */
  status?: number;
}

/** The server of requests to some hosts. */
export interface Destination {
  serves(url: URL): boolean;
  asks(request: OutgoingRequest): Asked;
  answer(request: OutgoingRequest): Promise<Reply>;
}

/** What goes wrong with a call. `after`: once it has taken effect. */
export type Fault =
  | { readonly do: 'answer' | 'answer after'; readonly reply: Reply }
  | { readonly do: 'reset' | 'reset after' | 'hang' | 'hang after' | 'kill' | 'kill after' };

/** The connection broke: a code of Node's. */
export class BrokenConnection extends Error {
  readonly code = 'ECONNRESET';
  constructor() {
    super('read ECONNRESET');
  }
}

/** Who sends: a process that may be killed. */
export interface Sender {
  readonly alive: boolean;
  kill(): void;
}

/** A promise of its own each time: one for all would keep every waiting process alive. */
const never = () => new Promise<never>(() => {});

/** The one way out of every process. It records each call, and can make it fail. */
export class Network {
  readonly calls: RemoteCall[] = [];
  /** Asked at each call what is to go wrong with it. */
  fault: (call: RemoteCall, sender: Sender) => Fault | undefined = () => undefined;
  /** Gets each request that arrives, and its reply. */
  heard: (request: OutgoingRequest, reply: Reply) => void = () => {};
  /** Milliseconds that a call takes each way. */
  latency: (call: RemoteCall) => number = () => 5;
  /** A process that would send one more goes round in circles, and is killed. */
  mostCalls = Number.POSITIVE_INFINITY;
  readonly #time: VirtualTime;
  readonly #destinations: readonly Destination[];

  constructor(time: VirtualTime, destinations: readonly Destination[]) {
    this.#time = time;
    this.#destinations = destinations;
  }

  /**
   * @returns the answer; a promise that stays open if the call hangs or the sender is killed.
   * @throws BrokenConnection
   */
  async send(sender: Sender, request: OutgoingRequest): Promise<Reply> {
    const destination = this.#destinations.find(({ serves }) => serves(request.url));
    // Every host that the product may ask is known: another one is a leak.
    if (!destination) throw new Error(`A request to ${request.url.origin}, which the test does not know.`);
    const call: RemoteCall = {
      n: this.calls.length + 1,
      at: this.#time.now(),
      ...destination.asks(request),
    };
    this.calls.push(call);
    if (this.calls.length > this.mostCalls) sender.kill();
    const fault = this.fault(call, sender);
    await this.#time.pause(this.latency(call));
    const reply = await this.#arrive(destination, request, fault, sender);
    await this.#time.pause(this.latency(call));
    call.ended = this.#time.now();
    if (!sender.alive) return never();
    if (reply === 'broken') throw new BrokenConnection();
    call.status = reply.status;
    return { ...reply, headers: { date: new Date(this.#time.now()).toUTCString(), ...reply.headers } };
  }

  async #arrive(
    destination: Destination,
    request: OutgoingRequest,
    fault: Fault | undefined,
    sender: Sender,
  ): Promise<Reply | 'broken'> {
    if (fault?.do === 'kill') sender.kill();
    if (!sender.alive || fault?.do === 'hang') return never();
    if (fault?.do === 'reset') return 'broken';
    if (fault?.do === 'answer') return fault.reply;
    const reply = await destination.answer(request);
    this.heard(request, reply);
    if (fault?.do === 'kill after') sender.kill();
    if (!sender.alive || fault?.do === 'hang after') return never();
    if (fault?.do === 'reset after') return 'broken';
    return fault?.do === 'answer after' ? fault.reply : reply;
  }
}
