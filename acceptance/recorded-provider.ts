/**
 * The product, run on this machine for stacks whose ServiceToken is an SNS topic: CloudFormation publishes its events
 * there, a queue keeps them, and the shipped bundle answers each through the recorder. No port is opened to the outside.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-sns.html
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { bundleLambda } from '../build/lambda.ts';
import { bundle } from '../test/support/lambda-process.ts';
import type { Stacks } from './cloudformation.ts';
import type { ProviderStack } from './provider-stack.ts';
import type { Recorder } from './recorder.ts';
import type { AcceptanceSettings } from './settings.ts';
import type { Undo } from './undo.ts';

const envelope = z.object({ Message: z.string() });

/**
 * Creates the topic and the queue, and answers what comes until the run removes them.
 *
 * @returns the topic's ARN, a ServiceToken for templates
 */
export async function startRecordedProvider(
  settings: AcceptanceSettings,
  stacks: Stacks,
  undo: Undo,
  provider: ProviderStack,
  recorder: Recorder,
  folder: string,
): Promise<string> {
  const bundles = join(folder, 'bundle');
  await bundleLambda('src/provider.ts', bundles);
  const { outputs } = await stacks.create('recorded', { body: JSON.stringify(template) });
  const { Queue: QueueUrl, Topic: topic = '' } = outputs;
  const client = new SQSClient({
    region: settings.region,
    useQueueUrlAsEndpoint: settings.local === undefined,
  });
  const stop = new AbortController();
  const answering = answerAll(stop.signal);
  // Its own stacks are removed before: their Deletes are answered here.
  undo.add('the answering of recorded events', async () => {
    stop.abort();
    await answering;
  });
  return topic;

  async function answerAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await answerNext(signal).catch(async (error: unknown) => {
        if (signal.aborted) return;
        console.error(`  recorded events: ${error instanceof Error ? error.message : String(error)}`);
        await pause(2_000);
      });
    }
  }

  async function answerNext(abortSignal: AbortSignal): Promise<void> {
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: settings.local ? 1 : 10 });
    const { Messages: [message] = [] } = await client.send(receive, { abortSignal });
    if (message === undefined) return;
    const { ReceiptHandle } = message;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const event: unknown = JSON.parse(envelope.parse(JSON.parse(message.Body ?? '')).Message);
    const invoke = bundle({
      file: join(bundles, 'provider.js'),
      region: settings.region,
      timeout: 900_000,
      // An interrupted run still has to answer: CloudFormation would wait an hour.
      detached: true,
      environment: await environment(),
    });
    const { ended, output } = await invoke(event);
    if (ended !== 'returned') console.error(`  the bundle ${ended}:\n${output}`);
  }

  async function environment(): Promise<Record<string, string>> {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return {
      OKTA_SECRET_ARN: provider.secretArn,
      JOURNAL_TABLE: provider.journalTable,
      ADOPTION: 'WithConsent',
      PROVIDER_STACK: provider.name,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
      // The local Cognito is one server: it needs no minute to know of a new client secret.
      ...(settings.local && { AWS_ENDPOINT_URL: settings.local.endpoint, ROTATION_GRACE_SECONDS: '5' }),
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: recorder.url,
      HTTP_PROXY: recorder.url,
      NO_PROXY: '',
      NODE_EXTRA_CA_CERTS: recorder.certificates,
    };
  }
}

const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };

const template = {
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic' },
    Queue: {
      Type: 'AWS::SQS::Queue',
      // Events have the presigned address of their answer.
      Properties: { SqsManagedSseEnabled: true, VisibilityTimeout: 900, MessageRetentionPeriod: 3600 },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: queueArn,
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Topic' } } },
            },
          ],
        },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: queueArn },
    },
  },
  Outputs: { Topic: { Value: { Ref: 'Topic' } }, Queue: { Value: { Ref: 'Queue' } } },
};
