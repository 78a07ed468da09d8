import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { bundleOf } from '../support/bundles.ts';
import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { bundle } from '../support/lambda-process.ts';
import { queueClient } from '../support/queue.ts';
import { keepSigningIn } from '../support/sign-ins.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;
let queueUrl: string;
const sqs = queueClient();

beforeAll(async () => {
  around = await startSurroundings();
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `watch-${randomUUID()}` }));
  queueUrl = QueueUrl;
});

afterAll(async () => {
  await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
  await around[Symbol.asyncDispose]();
});

/** Runs the watch with one message, as Lambda does. */
async function watch(body: string): Promise<void> {
  const environment = { ...around.environment, WATCH_QUEUE_URL: queueUrl };
  const run = bundle({ file: bundleOf('watch'), environment });
  const { ended, result, output } = await run({ Records: [{ messageId: '1', body }] });
  expect([ended, result, output]).toEqual(['returned', { batchItemFailures: [] }, output]);
}

async function nextMessage(): Promise<string> {
  for (;;) {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5 }),
    );
    if (!message) continue;
    const { ReceiptHandle, Body = '' } = message;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    return Body;
  }
}

test('no sign-in fails while the watch rotates the client secret', async () => {
  const pool = createUserPool(around.cognito.state);
  const web = createAppClient(around.cognito.state, pool);
  const stack = around.stack();
  const created = await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
  expect(created.reason).toBeUndefined();
  const inCognito = () =>
    around.cognito.state.providers.get(providerKey(pool.id, 'Okta'))?.ProviderDetails.client_secret;
  const inOkta = () => around.okta.secretsOf(String(stack.attributes.ApplicationId));
  const first = inCognito();

  const stop = await keepSigningIn(around, { userPoolId: pool.id });
  await watch(
    JSON.stringify({
      do: 'check',
      stackId: stack.event('Create', {}).StackId,
      logicalResourceId: 'Federation',
      physicalResourceId: stack.physicalResourceId,
      rotationAskedAt: Date.now(),
    }),
  );
  expect(inCognito()).not.toBe(first);
  expect(await inOkta()).toHaveLength(2);
  await watch(await nextMessage());
  const { count, failures } = await stop();

  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(10);
  expect(await inOkta()).toEqual([inCognito()]);
});
