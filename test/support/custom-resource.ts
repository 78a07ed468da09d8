import { z } from 'zod';

export type Properties = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly StackId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const answer = z.strictObject({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1).max(1024),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  NoEcho: z.boolean().optional(),
  Data: z.record(z.string(), z.unknown()).optional(),
});

export type Answer = z.infer<typeof answer>;

/** CloudFormation refuses a longer answer. */
const mostBytes = 4096;

/**
 * Reads what came to an event's ResponseURL, as CloudFormation does.
 *
 * @param stored every body that was stored there: one, or the same one more than once.
 * @throws Error that names each rule of the protocol that the answer breaks.
 */
export function readAnswer(event: CustomResourceEvent, stored: readonly string[]): Answer {
  const [body] = stored;
  if (body === undefined) throw new Error(`${event.RequestType}: no answer came.`);
  if (new Set(stored).size > 1) {
    throw new Error(`${event.RequestType}: ${stored.length} answers came that differ: ${stored.join('\n')}`);
  }
  const bytes = Buffer.byteLength(body);
  if (bytes > mostBytes)
    throw new Error(`${event.RequestType}: the answer has ${bytes} bytes of ${mostBytes}.`);
  const read = answer.parse(JSON.parse(body));
  const broken = [
    read.StackId !== event.StackId && 'another StackId',
    read.RequestId !== event.RequestId && 'another RequestId',
    read.LogicalResourceId !== event.LogicalResourceId && 'another LogicalResourceId',
    read.Status === 'FAILED' && !read.Reason?.trim() && 'FAILED without a Reason',
    event.RequestType === 'Delete' &&
      read.PhysicalResourceId !== event.PhysicalResourceId &&
      'another PhysicalResourceId than the one to delete',
  ].filter((rule) => rule !== false);
  if (broken.length > 0)
    throw new Error(`${event.RequestType}: the answer has ${broken.join(', ')}: ${body}`);
  return read;
}
