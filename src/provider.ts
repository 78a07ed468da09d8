import { Logger } from '@aws-lambda-powertools/logger';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { availableTime, type Deadline, startDeadline } from './cloudformation/deadline.ts';
import { nothingMadeId } from './cloudformation/physical-id.ts';
import {
  MalformedRequestError,
  parseRequest,
  type ReturnAddress,
  returnAddressOf,
} from './cloudformation/request.ts';
import { type Answer, mayAnswerTo, sendAnswer } from './cloudformation/response.ts';
import { explain } from './federation/explain.ts';
import { federate } from './federation/federate.ts';
import type { Surroundings } from './federation/surroundings.ts';
import { connectLeaseTable } from './lease/lease.ts';

const logger = new Logger({ serviceName: 'okta-cognito-idp' });

const surroundings: Surroundings = {
  leases: connectLeaseTable(process.env.LEASE_TABLE ?? ''),
  secrets: new SecretsManagerClient({ maxAttempts: 5 }),
  oktaSecretId: process.env.OKTA_SECRET_ARN ?? '',
  log: (message, details) => logger.info(message, details ?? {}),
  warn: (message, error) => logger.warn(message, { error: error instanceof Error ? error : String(error) }),
};

/**
 * The Lambda entry: a CloudFormation event in, an answer out. Whatever happens, CloudFormation is answered in time.
 * @param event untrusted: whoever may invoke the function can send anything.
 * @throws AnswerNotDeliveredError, so that Lambda tries again and then hands the event to the failsafe function.
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<void> {
  const address = returnAddressOf(event);
  if (!address || !mayAnswerTo(address.responseUrl, process.env.AWS_ENDPOINT_URL)) {
    // Nobody to tell but the log. Not thrown: no repeat would make it better.
    logger.error(
      address
        ? 'The event wants its answer somewhere else than at AWS; it was ignored.'
        : 'The event has no ResponseURL to answer to; it was ignored.',
    );
    return;
  }
  logger.appendKeys({
    stackId: address.stackId,
    logicalResourceId: address.logicalResourceId,
    requestId: address.requestId,
  });
  using deadline = startDeadline(availableTime(context.getRemainingTimeInMillis(), serviceTimeoutOf(event)));
  const answer = await answerFor(event, address, deadline);
  logger.info('Answering.', {
    status: answer.status,
    physicalResourceId: answer.physicalResourceId,
    ...(answer.status === 'FAILED' ? { reason: answer.reason } : {}),
  });
  await sendAnswer(address, answer, deadline.answer.signal);
}

async function answerFor(event: unknown, address: ReturnAddress, deadline: Deadline): Promise<Answer> {
  try {
    return await federate(parseRequest(event), deadline, surroundings);
  } catch (error) {
    surroundings.warn('The event could not be handled.', error);
    return {
      status: 'FAILED',
      physicalResourceId: address.physicalResourceId ?? nothingMadeId(address.requestId),
      reason:
        error instanceof MalformedRequestError
          ? error.message
          : explain(error, deadline.work, 'waiting for its turn'),
    };
  }
}

function serviceTimeoutOf(event: unknown): unknown {
  const properties =
    event && typeof event === 'object' && 'ResourceProperties' in event && event.ResourceProperties;
  return properties && typeof properties === 'object' && 'ServiceTimeout' in properties
    ? properties.ServiceTimeout
    : undefined;
}
