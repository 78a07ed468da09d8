import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startDeadline } from '../../../src/cloudformation/deadline.ts';
import { parseRequest } from '../../../src/cloudformation/request.ts';
import { journalIn } from '../../../src/federation/journal/journal.ts';
import { connectOktaSecrets } from '../../../src/federation/observe/okta-secret.ts';
import { resourceName } from '../../../src/federation/resource-name.ts';
import { foresee } from '../../../src/federation/watch/foresee.ts';
import { readItem } from '../../../src/lease/items.ts';
import { connectLeaseTable } from '../../../src/lease/lease.ts';

/** `foresee` as the entry of a bundle, as the command's `preview` calls it, so that a test can compare it with a deployment. */
export async function handler(event: unknown) {
  const request = parseRequest(event);
  if (request.requestType === 'Delete') throw new Error('This test foresees no deletion.');
  using deadline = startDeadline(120_000);
  const leases = connectLeaseTable(process.env.JOURNAL_TABLE ?? '');
  const item = await readItem(leases, resourceName(request), deadline.work.signal);
  const services = {
    leases,
    secrets: connectOktaSecrets(new SecretsManagerClient({ maxAttempts: 1 })),
    oktaSecretId: process.env.OKTA_SECRET_ARN ?? '',
    adoption: 'Any' as const,
    policy: async () => undefined,
    trust: { accountId: '000000000000', roleArns: [] },
    onRefused: () => {},
    log: () => {},
    warn: () => {},
  };
  const { planned, problems, rotation } = await foresee(
    request,
    journalIn(item ?? {}),
    services,
    deadline.work,
  );
  return {
    steps: planned?.plan.map((stage) => stage.map((step) => step.do)),
    problems,
    rotation: rotation?.do,
  };
}
