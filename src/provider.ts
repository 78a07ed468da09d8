import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { clientSettings } from './aws/client-settings.ts';
import { availableTime, type Deadline, startDeadline } from './cloudformation/deadline.ts';
import { nothingMadeId } from './cloudformation/physical-id.ts';
import {
  MalformedRequestError,
  parseRequest,
  type ReturnAddress,
  returnAddressOf,
  signedAt,
} from './cloudformation/request.ts';
import { type Answer, sendAnswer } from './cloudformation/response.ts';
import { isProviderFrameworkUrl, whyNotAnswerTo } from './cloudformation/response-address.ts';
import type { Services } from './federation/connections.ts';
import { explain } from './federation/explain.ts';
import { federate } from './federation/federate.ts';
import { connectOktaSecrets } from './federation/observe/okta-secret.ts';
import { adoptionMode } from './federation/plan/consent.ts';
import { policyReader } from './federation/policy/read.ts';
import { makeAwaited } from './lazily.ts';
import { allReleased, connectLeaseTable } from './lease/table.ts';
import { openLog } from './log.ts';
import { countRefused, measured } from './metrics.ts';
import { OwnCreates } from './okta/own-creates.ts';
import { counted } from './remote-calls.ts';

const log = openLog('okta-cognito-idp');

const secretsManager = counted(new SecretsManagerClient(clientSettings));
const provided: Omit<Services, 'secrets' | 'policy' | 'trust'> = {
  leases: connectLeaseTable(process.env.JOURNAL_TABLE ?? ''),
  oktaSecretId: process.env.OKTA_SECRET_ARN ?? '',
  adoption: adoptionMode(process.env.ADOPTION),
  log: log.info,
  warn: log.warn,
};
const onRefused = (rule: string, reason: string) => {
  log.error('An event was refused.', { rule, reason });
  countRefused();
};
const roleArns = (process.env.TRUSTED_ACCOUNT_ROLES ?? '').split(',').filter(Boolean);

/** An event that CloudFormation did not send in this form. The message is for the person who wired it. */
class WrongEventError extends Error {
  override readonly name = 'WrongEventError';
}

/**
 * The Lambda entry: a CloudFormation event in, an answer out. CloudFormation always gets an answer in time.
 * @param event untrusted: a principal that may invoke the function can send anything.
 * @throws AnswerNotDeliveredError, so that Lambda tries again and then hands the event to the failsafe function.
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis' | 'invokedFunctionArn'>,
): Promise<void> {
  const address = returnAddressOf(event);
  log.about(address);
  const refused = address
    ? whyNotAnswerTo(address, Date.now(), process.env.AWS_ENDPOINT_URL)
    : { rule: 'address', reason: 'The event has no ResponseURL to answer to.' };
  if (!address || refused) {
    onRefused(refused?.rule ?? '', refused?.reason ?? '');
    // CDK's Provider framework waits for what the handler returns: only an error tells it that nothing was made.
    if (address && isProviderFrameworkUrl(address.responseUrl.reveal()))
      throw new WrongEventError(refused?.reason);
    // Only the log can report this. It is not thrown: a repeat would not help.
    return;
  }
  address.responseUrl.protect();
  const trust = { accountId: context.invokedFunctionArn.split(':')[4] ?? '', roleArns };
  await measured(fieldOf(event, 'RequestType'), async () => {
    const serviceTimeout = fieldOf(fieldOf(event, 'ResourceProperties'), 'ServiceTimeout');
    const now = Date.now();
    const waited = now - (signedAt(address.responseUrl.reveal()) ?? now);
    using deadline = startDeadline(availableTime(context.getRemainingTimeInMillis(), serviceTimeout, waited));
    const answering = answerFor(event, address, deadline, trust);
    // The first requests are on their way.
    makeAwaited();
    const answer = await answering;
    log.info('Answering.', {
      status: answer.status,
      physicalResourceId: answer.physicalResourceId,
      ...(answer.status === 'FAILED' ? { reason: answer.reason } : {}),
    });
    await Promise.all([sendAnswer(address, answer, deadline.answer.signal), allReleased(provided.leases)]);
    return answer;
  });
}

async function answerFor(
  event: unknown,
  address: ReturnAddress,
  deadline: Deadline,
  trust: Services['trust'],
): Promise<Answer> {
  try {
    // For each event: a warm function uses a changed secret at once.
    const secrets = connectOktaSecrets(secretsManager);
    const policy = policyReader(process.env.POLICY_PARAMETER);
    const services = { ...provided, secrets, policy, trust, ownCreates: new OwnCreates() };
    return await federate(parseRequest(event), deadline, services, onRefused);
  } catch (error) {
    provided.warn('The event could not be handled.', error);
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

/** A field of an event that may be anything. */
function fieldOf(value: unknown, name: string): unknown {
  return value && typeof value === 'object' ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}
