import * as z from 'zod/mini';
import { type StandingFederation, stackNameOf } from './standing.ts';

/** What the watch's queue carries. */
const messageSchema = z.discriminatedUnion('do', [
  /** Read a page of the journal, and send a message for each federation in it and one for the next page. */
  z.object({ do: z.literal('scan'), after: z.optional(z.string()) }),
  /** Look at one federation, and rotate its client secret if that is due. */
  z.object({
    do: z.literal('check'),
    stackId: z.string().check(z.regex(/^arn:[^:\s]+:cloudformation:[^:\s]*:[^:\s]*:stack\/[^/\s]+\/\S+$/)),
    logicalResourceId: z.string().check(z.regex(/^[0-9A-Za-z]+$/)),
    physicalResourceId: z.string(),
    /** When an operator asked for a rotation, in milliseconds since the epoch: it is then due at any age. */
    rotationAskedAt: z.optional(z.number()),
  }),
]);

export type WatchMessage = z.output<typeof messageSchema>;
export type CheckMessage = Extract<WatchMessage, { do: 'check' }>;

/** A message in the queue is not one of the watch. */
export class UnknownMessageError extends Error {
  override readonly name = 'UnknownMessageError';
}

/** @throws UnknownMessageError */
export function parseMessage(body: string): WatchMessage {
  try {
    const parsed = messageSchema.safeParse(JSON.parse(body));
    if (parsed.success) return parsed.data;
  } catch {
    // Reported below, without the text.
  }
  throw new UnknownMessageError(
    'This message is not one of the watch. Send it again as docs/watch.md shows.',
  );
}

export function messageFor(federation: StandingFederation, rotationAskedAt?: number): CheckMessage {
  const { stackId, logicalResourceId, standing } = federation;
  return {
    do: 'check',
    stackId,
    logicalResourceId,
    physicalResourceId: standing.physicalResourceId,
    ...(rotationAskedAt === undefined ? {} : { rotationAskedAt }),
  };
}

/** The fields of a log line that find the lines of one federation. */
export function keysOf(message: Omit<CheckMessage, 'do'>) {
  const { stackId, logicalResourceId, physicalResourceId } = message;
  return { stackId, stackName: stackNameOf(message), logicalResourceId, physicalResourceId };
}
