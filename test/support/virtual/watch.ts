import { z } from 'zod';
import type { Invocation } from '../invocation.ts';
import type { Sender } from './network.ts';
import type { World } from './world.ts';

/** As template.yaml has them. */
const batchSize = 10;
const visibilityTimeoutMs = 3_600_000;

const failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** Lambda takes one batch of messages out of the queue and runs the watch with it. */
export async function consume(
  world: World,
  used?: (process: Sender) => void,
): Promise<Invocation | undefined> {
  const batch = world.queue.receive(batchSize);
  if (batch.length === 0) return undefined;
  const event = {
    Records: batch.map(({ messageId, body }) => ({ messageId, body, eventSource: 'aws:sqs' })),
  };
  const invocation = await world.invoke('watch', event, used);
  if (invocation.ended === 'lingered')
    throw new Error(`A timer or a request outlived it.\n${invocation.output}`);
  const result = failures.safeParse(invocation.result);
  // A function that dies has done nothing, as far as Lambda knows.
  const failed = result.success
    ? batch.filter((message) =>
        result.data.batchItemFailures.some(({ itemIdentifier: id }) => id === message.messageId),
      )
    : batch;
  if (failed.length > 0) {
    await world.time.pause(visibilityTimeoutMs);
    world.queue.giveBack(failed);
  }
  return invocation;
}

/** Consumes all that is in the queue, so many batches at once, until it is empty. @returns what the functions wrote */
export async function drain(world: World, atOnce = 1, used?: (process: Sender) => void): Promise<string> {
  const outputs: string[] = [];
  const consumer = async () => {
    for (;;) {
      const invocation = await consume(world, used);
      if (!invocation) return;
      outputs.push(invocation.output);
    }
  };
  while (world.queue.waiting.length > 0) {
    await world.time.pause(world.queue.hiddenForMs);
    await Promise.all(Array.from({ length: atOnce }, consumer));
  }
  return outputs.join('');
}

/** EventBridge Scheduler sends its message, and the queue is consumed. */
export function tick(world: World, atOnce = 1, used?: (process: Sender) => void): Promise<string> {
  world.queue.send(JSON.stringify({ do: 'scan' }));
  return drain(world, atOnce, used);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const dimensionValue = z.string().regex(/^(?!:)(?=.*\S)[\x20-\x7e]{1,1024}$/);
const metricLine = z.looseObject({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Dimensions: z.array(z.array(z.string())) })) }),
  Federation: dimensionValue,
  SignInWorks: z.number().optional(),
  Drifted: z.number(),
  SecretAgeDays: z.number().optional(),
});

/** The metrics in a log, as CloudWatch reads them. */
export function metricsIn(output: string) {
  return output.split('\n').flatMap((line) => {
    if (!line.includes('"_aws"')) return [];
    const { _aws, ...metrics } = metricLine.parse(JSON.parse(line));
    return [metrics];
  });
}
