import { AsyncLocalStorage } from 'node:async_hooks';
import { atOnce, Turns } from './at-most.ts';

/** The requests that left in the course of one event: for AWS, Okta and the sign-in path, the answer among them. */
export interface RemoteCalls {
  /** All, repeats among them. */
  sent: number;
  repeated: number;
}

// Bound to the event's own chain of calls: a warm function starts each event at nought, and what an event before it left
// running can't count for the next.
const current = new AsyncLocalStorage<{ readonly calls: RemoteCalls; readonly turns: Turns }>();

/** Runs the work on an event, and counts the requests that it sends. */
export function countingRemoteCalls<T>(work: (calls: RemoteCalls) => Promise<T>): Promise<T> {
  const calls: RemoteCalls = { sent: 0, repeated: 0 };
  return current.run({ calls, turns: new Turns(atOnce) }, () => work(calls));
}

/** Called as a request leaves. */
export function countRemoteCall(isRepeat: boolean): void {
  const event = current.getStore();
  if (!event) return;
  event.calls.sent += 1;
  if (isRepeat) event.calls.repeated += 1;
}

/** Called before a request leaves once more that has left before. */
export function countRepeat(): void {
  const event = current.getStore();
  if (event) event.calls.repeated += 1;
}

/**
 * Makes one call to Okta, Cognito or a pool's domain when fewer than eight others of its event are under way. Their limits
 * hold for a whole account or org, and one template with long lists must not use them up.
 * @param call makes no other such call, or it would wait for itself.
 */
export function inTurn<T>(call: () => Promise<T>): Promise<T> {
  const event = current.getStore();
  return event ? event.turns.take(call) : call();
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

type SendNow = <T>(call: () => Promise<T>) => Promise<T>;
const now: SendNow = (call) => call();

/**
 * Has a client's requests counted.
 * @param send sends each of them.
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function counted<Client extends AwsClient>(client: Client, send: SendNow = now): Client {
  client.middlewareStack.add(
    // The SDK's own retries are off: the code that repeats a call counts the repeat (aws/call-with-retries.ts).
    (next) => (request) => {
      countRemoteCall(false);
      return send(() => next(request));
    },
    { step: 'finalizeRequest', priority: 'low', name: 'countRemoteCalls' },
  );
  return client;
}
