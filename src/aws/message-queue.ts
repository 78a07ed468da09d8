import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { counted } from '../remote-calls.ts';
import { callWithRetries } from './call-with-retries.ts';
import { clientSettings } from './client-settings.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const mostInBatch = 10;

/** Some messages did not reach the queue. */
export class MessagesNotSentError extends Error {
  override readonly name = 'MessagesNotSentError';
}

/** An SQS queue to send to. */
export interface MessageQueue {
  readonly client: SQSClient;
  readonly url: string;
}

export function connectMessageQueue(url: string): MessageQueue {
  return { client: counted(new SQSClient(clientSettings)), url };
}

/**
 * Sends messages, ten at a time. Those that arrived before a failure stay in the queue.
 * @param delaySeconds until they are delivered, 900 at most.
 * @throws MessagesNotSentError if SQS refuses one; the SDK's errors.
 */
export async function sendMessages(
  { client, url }: MessageQueue,
  bodies: readonly string[],
  signal: AbortSignal,
  delaySeconds = 0,
): Promise<void> {
  for (let start = 0; start < bodies.length; start += mostInBatch) {
    const batch = bodies.slice(start, start + mostInBatch);
    const command = new SendMessageBatchCommand({
      QueueUrl: url,
      Entries: batch.map((MessageBody, index) => ({
        Id: String(index),
        MessageBody,
        ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
      })),
    });
    const { Failed: failed = [] } = await callWithRetries(
      (abortSignal) => client.send(command, { abortSignal }),
      signal,
    );
    const [first] = failed;
    if (first) {
      throw new MessagesNotSentError(
        `SQS refused ${failed.length} of ${batch.length} messages: ${first.Message ?? first.Code}.`,
      );
    }
  }
}
