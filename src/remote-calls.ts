import { AsyncLocalStorage } from 'node:async_hooks';

/** The requests that left in the course of one event: for AWS, Okta and the sign-in path, the answer among them. */
export interface RemoteCalls {
  /** All, repeats among them. */
  sent: number;
  repeated: number;
}

// Bound to the event's own chain of calls: a warm function starts each event at nought, and what an event before it left
// running can't count for the next.
const current = new AsyncLocalStorage<RemoteCalls>();

/** Runs the work on an event, and counts the requests that it sends. */
export function countingRemoteCalls<T>(work: (calls: RemoteCalls) => Promise<T>): Promise<T> {
  const calls: RemoteCalls = { sent: 0, repeated: 0 };
  return current.run(calls, () => work(calls));
}

/** Called as a request leaves. */
export function countRemoteCall(isRepeat: boolean): void {
  const calls = current.getStore();
  if (!calls) return;
  calls.sent += 1;
  if (isRepeat) calls.repeated += 1;
}

/** Called before a request leaves once more that has left before. */
export function countRepeat(): void {
  const calls = current.getStore();
  if (calls) calls.repeated += 1;
}

type Send<Request, Output> = (request: Request) => Promise<Output>;

/** A client of the AWS SDK. */
interface AwsClient {
  readonly middlewareStack: {
    add(
      middleware: <Request, Output>(next: Send<Request, Output>) => Send<Request, Output>,
      options: { readonly step: 'finalizeRequest'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
}

/**
 * Has a client's requests counted.
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function counted<Client extends AwsClient>(client: Client): Client {
  client.middlewareStack.add(
    // The SDK's own retries are off: the code that repeats a call counts the repeat (aws/persist.ts).
    (next) => (request) => {
      countRemoteCall(false);
      return next(request);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'countRemoteCalls' },
  );
  return client;
}
