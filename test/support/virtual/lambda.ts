import type { Answer, CustomResourceEvent } from '../custom-resource.ts';
import { readAnswer } from '../custom-resource.ts';
import type { Invocation } from '../invocation.ts';
import type { ResponseUrl } from '../response-url.ts';
import type { Sender } from './network.ts';
import type { World } from './world.ts';

/** An event on its way, and what has come of it. */
export interface Delivery {
  readonly event: CustomResourceEvent;
  readonly url: ResponseUrl;
  readonly invocations: Invocation[];
}

/** Lambda waits so long before it tries an asynchronous event again. */
const retryAfterMs = 60_000;

/** CloudFormation hands an event to Lambda. Sent again as it is, it is another delivery of the same event. */
export function hand(world: World, event: CustomResourceEvent): Delivery {
  const url = world.bucket.open(event);
  world.stacks.sends(event);
  return { event: { ...event, ResponseURL: url.href }, url, invocations: [] };
}

/** Runs the provider with an event once. */
export async function run(
  world: World,
  delivery: Delivery,
  used?: (process: Sender) => void,
): Promise<Invocation> {
  const invocation = await world.invoke('provider', delivery.event, used);
  delivery.invocations.push(invocation);
  return invocation;
}

/** Lambda's second try. */
export async function retry(world: World, delivery: Delivery): Promise<void> {
  await world.time.pause(retryAfterMs);
  await run(world, delivery);
}

/**
 * The answer that CloudFormation gets in the end: if the provider did not answer, the failsafe does, to which Lambda passes
 * the event.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export async function answerTo(world: World, { event, url, invocations }: Delivery): Promise<Answer> {
  const last = invocations.at(-1);
  if (url.stored.length === 0 && last?.ended !== 'returned') {
    await world.invoke('failsafe', {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: invocations.length },
      requestPayload: event,
      responsePayload:
        last?.ended === 'threw'
          ? { errorType: 'Error', errorMessage: String(last.result) }
          : { errorMessage: 'RequestId: 1 Error: Runtime exited' },
    });
  }
  const lingered = invocations.find(({ ended }) => ended === 'lingered');
  if (lingered) throw new Error(`A timer or a request outlived the handler.\n${lingered.output}`);
  // S3 keeps the last of several; CloudFormation takes the first that it sees.
  const answer = readAnswer(event, url.stored.slice(0, 1));
  world.stacks.ends(event, answer);
  return answer;
}

/** One event, from CloudFormation's hand to its answer, with nothing going wrong. */
export async function settle(world: World, event: CustomResourceEvent): Promise<Answer> {
  const delivery = hand(world, event);
  await run(world, delivery);
  return answerTo(world, delivery);
}
