import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { atMost } from './at-most.ts';
import { clientSettings } from './aws/client-settings.ts';
import { connectMessageQueue, sendMessages } from './aws/message-queue.ts';
import { type Deadline, startDeadline } from './cloudformation/deadline.ts';
import type { Services } from './federation/connections.ts';
import { connectOktaSecrets } from './federation/observe/okta-secret.ts';
import { adoptionMode } from './federation/plan/consent.ts';
import { type CheckMessage, keysOf, parseMessage } from './federation/watch/message.ts';
import { scan } from './federation/watch/scan.ts';
import { watch } from './federation/watch/watch.ts';
import { publish } from './federation-metrics.ts';
import { allReleased, connectLeaseTable } from './lease/table.ts';
import { openLog } from './log.ts';
import { Headroom } from './okta/headroom.ts';
import { OwnCreates } from './okta/own-creates.ts';
import { counted } from './remote-calls.ts';

const log = openLog('okta-cognito-idp-watch');
const secretsManager = counted(new SecretsManagerClient(clientSettings));
const queue = connectMessageQueue(process.env.WATCH_QUEUE_URL ?? '');
const provided: Omit<Services, 'secrets' | 'trust'> = {
  leases: connectLeaseTable(process.env.JOURNAL_TABLE ?? ''),
  oktaSecretId: process.env.OKTA_SECRET_ARN ?? '',
  // A warm function remembers what Okta said of its limits.
  headroom: new Headroom(),
  // It goes back to what was allowed, and adopts nothing; no event of CloudFormation's is behind it.
  adoption: 'Any',
  policy: async () => undefined,
  log: log.info,
  warn: log.warn,
};

/** How many of a batch are checked at once. Most of the time, they wait for answers. */
const mostAtOnce = 5;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const batchSchema = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })),
});

/**
 * The Lambda entry of the watch: messages of its queue in, the ones that failed out. SQS delivers those again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis' | 'invokedFunctionArn'>,
) {
  using deadline = startDeadline(context.getRemainingTimeInMillis());
  const { Records: records } = batchSchema.parse(event);
  const secrets = connectOktaSecrets(secretsManager);
  const trust = { accountId: context.invokedFunctionArn.split(':')[4] ?? '', roleArns: [] };
  const services = { ...provided, secrets, trust };
  const failed = await atMost(mostAtOnce, records, async ({ messageId, body }) => {
    try {
      await work(body, services, deadline);
      return [];
    } catch (error) {
      log.warn('The message is not done; it comes again.', error);
      return [{ itemIdentifier: messageId }];
    }
  });
  await allReleased(provided.leases);
  return { batchItemFailures: failed.flat() };
}

async function work(body: string, services: Services, deadline: Deadline): Promise<void> {
  const message = parseMessage(body);
  switch (message.do) {
    case 'scan': {
      const federations = await scan(services.leases, queue, message.after, deadline.work.signal);
      log.info('Sent a message for each federation of a page of the journal.', { federations });
      return;
    }
    case 'check': {
      const own = { ...services, ownCreates: new OwnCreates() };
      const options = {
        repairsDrift: process.env.REPAIR_DRIFT === 'true',
        adoption: adoptionMode(process.env.ADOPTION),
        later: (next: CheckMessage, delaySeconds: number) =>
          sendMessages(queue, [JSON.stringify(next)], deadline.work.signal, delaySeconds),
      };
      await watch(message, own, deadline, options, (report) => {
        log.info('Looked at a federation.', { ...keysOf(message), ...report });
        publish(report);
      });
      return;
    }
    default:
      message satisfies never;
  }
}
