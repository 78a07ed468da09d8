import { createHash } from 'node:crypto';
import { z } from 'zod';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const sendBatchInput = z.strictObject({
  QueueUrl: z.string(),
  Entries: z
    .array(
      z.strictObject({
        Id: z.string().max(80),
        MessageBody: z.string().min(1).max(1_048_576),
        DelaySeconds: z.int().min(0).max(900).optional(),
      }),
    )
    .min(1)
    .max(10),
});

export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  receives: number;
  /** Until when it is invisible, in milliseconds since the epoch. */
  readonly hiddenUntil: number;
}

/** An SQS queue with its dead-letter queue. It delivers at least once: a message that is not done comes again. */
export class VirtualQueue {
  readonly url = 'https://sqs.us-east-1.amazonaws.com/000000000000/watch';
  readonly waiting: QueuedMessage[] = [];
  readonly dead: QueuedMessage[] = [];
  readonly mostReceives = 5;
  readonly #now: () => number;
  #sent = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  send(body: string, delaySeconds = 0): void {
    this.#sent += 1;
    const hiddenUntil = this.#now() + delaySeconds * 1000;
    this.waiting.push({ messageId: `message ${this.#sent}`, body, receives: 0, hiddenUntil });
  }

  sendBatch(raw: unknown) {
    const { Entries: entries } = sendBatchInput.parse(raw);
    for (const { MessageBody: body, DelaySeconds: delay } of entries) this.send(body, delay);
    return {
      Successful: entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        // The SDK compares it.
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      })),
      Failed: [],
    };
  }

  /** Takes a batch out, as Lambda does. */
  receive(most: number): QueuedMessage[] {
    const batch = this.waiting.filter(({ hiddenUntil }) => hiddenUntil <= this.#now()).slice(0, most);
    for (const message of batch) this.waiting.splice(this.waiting.indexOf(message), 1);
    for (const message of batch) message.receives += 1;
    return batch;
  }

  /** Milliseconds until there is something to receive; 0 if there is, or if nothing waits. */
  get hiddenForMs(): number {
    if (this.waiting.length === 0) return 0;
    return Math.max(0, Math.min(...this.waiting.map(({ hiddenUntil }) => hiddenUntil)) - this.#now());
  }

  /** What was not done comes again, or ends among the dead. */
  giveBack(messages: readonly QueuedMessage[]): void {
    for (const message of messages) {
      (message.receives >= this.mostReceives ? this.dead : this.waiting).push(message);
    }
  }
}
