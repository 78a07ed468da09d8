import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { startDeadline } from './cloudformation/deadline.ts';
import { formatPhysicalId, nothingMadeId } from './cloudformation/physical-id.ts';
import { type ReturnAddress, returnAddressOf } from './cloudformation/request.ts';
import { type Answer, sendAnswer } from './cloudformation/response.ts';
import { whyNotAnswerTo } from './cloudformation/response-address.ts';
import { itemOfDeath } from './federation/journal/item.ts';
import { texts } from './federation/properties/property-types.ts';
import { resourceName } from './federation/resource-name.ts';
import { connectLeaseTable, mark } from './lease/table.ts';
import { openLog } from './log.ts';
import { redact } from './secret.ts';

const log = openLog('okta-cognito-idp-failsafe');
const table = connectLeaseTable(process.env.JOURNAL_TABLE ?? '');

const textIfAny = z.catch(z.optional(z.string()), undefined);

/**
 * What Lambda sends to an on-failure destination.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const failureSchema = z.looseObject({
  requestPayload: z.looseObject({
    RequestType: textIfAny,
    ResourceProperties: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  }),
  responsePayload: z.catch(
    z.nullish(z.looseObject({ errorType: z.optional(z.string()), errorMessage: z.optional(z.string()) })),
    undefined,
  ),
});
type Failure = z.output<typeof failureSchema>;

const placeSchema = z.object({
  UserPoolId: texts().userPoolId,
  ProviderName: z._default(texts().providerName, 'Okta'),
});

/**
 * Answers FAILED for an event whose handler died: out of memory, an init error, a timeout, a crash. Without it the stack
 * waits for the resource's whole timeout, by default an hour.
 * @throws if the answer can't be delivered, so that Lambda retries and then keeps the event in the dead-letter queue.
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<void> {
  const failure = failureSchema.safeParse(event);
  const address = failure.success ? returnAddressOf(failure.data.requestPayload) : undefined;
  log.about(address);
  const refused = address && whyNotAnswerTo(address, Date.now(), process.env.AWS_ENDPOINT_URL);
  if (!failure.success || !address || refused) {
    log.error('The event has no address to answer to; it was ignored.', { ...refused });
    return;
  }
  address.responseUrl.protect();
  using deadline = startDeadline(context.getRemainingTimeInMillis());
  const reason = reasonOf(failure.data);
  log.error('The provider died before it could answer; answering for it.', { reason });
  const physicalResourceId = address.physicalResourceId ?? newPhysicalId(failure.data, address);
  const answer = { status: 'FAILED', physicalResourceId, reason } as const;
  await Promise.all([
    // A late delivery of the event must not be worked on any more.
    markDead(failure.data, address, answer, deadline.work.signal),
    sendAnswer(address, answer, deadline.answer.signal),
  ]);
}

async function markDead(
  { requestPayload }: Failure,
  address: ReturnAddress,
  answer: Extract<Answer, { status: 'FAILED' }>,
  signal: AbortSignal,
): Promise<void> {
  const { RequestType: requestType, ResourceProperties: properties = {} } = requestPayload;
  if (requestType !== 'Create' && requestType !== 'Update' && requestType !== 'Delete') return;
  const death = itemOfDeath({ requestId: address.requestId, requestType, answer, properties });
  try {
    await mark(table, resourceName(address), death, signal);
  } catch (error) {
    // The attempt is still open in the journal.
    log.warn('The journal could not be marked.', error);
  }
}

const longestCause = 300;

function reasonOf({ requestPayload, responsePayload }: Failure): string {
  const said = [responsePayload?.errorType, responsePayload?.errorMessage].filter(Boolean).join(': ');
  // Redacted as a whole: a part of a secret is not recognized.
  const cause = redact(said).slice(0, longestCause);
  const left =
    requestPayload.RequestType === 'Delete'
      ? ' What it was deleting may still be there; delete the stack again.'
      : ' CloudFormation now rolls back.';
  return `The provider function died before it could answer${cause ? ` (${cause})` : ''}. Read its log.${left}`;
}

/**
 * A Create that died may have made something whose ID is unknown. This ID lets the Delete that follows look for it.
 */
function newPhysicalId({ requestPayload }: Failure, address: ReturnAddress): string {
  const named = placeSchema.safeParse(requestPayload.ResourceProperties);
  return named.success
    ? formatPhysicalId({
        userPoolId: named.data.UserPoolId,
        providerName: named.data.ProviderName,
        applicationId: undefined,
        requestId: address.requestId,
      })
    : nothingMadeId(address.requestId);
}
