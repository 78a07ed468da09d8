import { nothingMadeId } from '../../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Answer } from '../../cloudformation/response.ts';
import { deathOf } from './item.ts';
import { fingerprint, type Journal } from './journal.ts';

/** CloudFormation's hosts may differ a little in time. */
const toleranceMs = 2_000;

/**
 * Lambda delivers an event at least once, perhaps hours apart. An event that was answered gets the same answer again, and
 * nothing is done: a late second Create must not undo the Delete that came after the first.
 * @returns the answer, or `undefined` if the event is to be worked on.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function answerWithoutWork(journal: Journal, request: CustomResourceRequest): Answer | undefined {
  const event = fingerprint(request);
  const death = deathOf(request.requestId);
  const earlier = journal.answered.find((one) => one.event === event || one.event === death)?.answer;
  if (earlier) return earlier;
  if (!isOvertaken(journal, request)) return undefined;
  return {
    status: 'FAILED',
    physicalResourceId:
      request.requestType === 'Create' ? nothingMadeId(request.requestId) : request.physicalResourceId,
    reason:
      'CloudFormation has sent a later event for this resource, so this one came too late. Check the latest event of the stack.',
  };
}

/**
 * CloudFormation sends one event of a resource at a time, and each has its time in the signature of its ResponseURL. An event
 * that is older than one that was answered would undo what came after it.
 */
function isOvertaken({ answered }: Journal, { issuedAt }: CustomResourceRequest): boolean {
  const latest = Math.max(...answered.map((one) => one.issuedAt ?? 0));
  return issuedAt !== undefined && issuedAt < latest - toleranceMs;
}
