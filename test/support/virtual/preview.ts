import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startDeadline } from '../../../src/cloudformation/deadline.ts';
import { plannedChange } from '../../../src/command/planned-change.ts';
import { previewOf } from '../../../src/command/previewed-change.ts';
import { connectOktaSecrets } from '../../../src/federation/observe/okta-secret.ts';
import { policyReader } from '../../../src/federation/policy/read.ts';
import { connectLeaseTable } from '../../../src/lease/table.ts';

/** What the command's `preview` does with one change of a change set, as the entry of a bundle. */
export async function handler({ change, stackId }: { readonly change: unknown; readonly stackId: string }) {
  const planned = plannedChange(change);
  if (!planned) throw new Error('The change is not of a Custom::OktaCognitoIdp.');
  using deadline = startDeadline(120_000);
  const services = {
    leases: connectLeaseTable(process.env.JOURNAL_TABLE ?? ''),
    secrets: connectOktaSecrets(new SecretsManagerClient({ maxAttempts: 1 })),
    oktaSecretId: process.env.OKTA_SECRET_ARN ?? '',
    adoption: 'Any' as const,
    policy: policyReader(process.env.POLICY_PARAMETER),
    trust: { accountId: '000000000000', roleArns: [] },
    log: () => {},
    warn: () => {},
  };
  const stack = { stackId, stackName: stackId.split('/')[1] ?? '' };
  return await previewOf(services, deadline.work, stack, planned);
}
