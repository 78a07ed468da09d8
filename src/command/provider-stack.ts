import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../aws/client-settings.ts';
import { type Deadline, startDeadline } from '../cloudformation/deadline.ts';
import type { Services } from '../federation/connections.ts';
import { connectOktaSecrets } from '../federation/observe/okta-secret.ts';
import { adoptionMode } from '../federation/plan/consent.ts';
import { policyReader } from '../federation/policy/read.ts';
import { readFederations } from '../federation/watch/scan.ts';
import { nameOf, type StandingFederation, stackNameOf } from '../federation/watch/standing.ts';
import { connectLeaseTable } from '../lease/table.ts';
import { Headroom } from '../okta/headroom.ts';
import { userAgent } from '../version.ts';
import { CommandError } from './command.ts';

/** Options of each sub-command that asks the provider stack. */
export const stackOptions = {
  'provider-stack': { type: 'string', default: 'okta-cognito-idp' },
  region: { type: 'string' },
} as const;

export const stackUsage = `  --provider-stack <name>   the stack of the provider; default: okta-cognito-idp
  --region <region>         its region; default: that of your AWS profile`;

const timeLimitMs = 60 * 60_000;

/** What the provider stack has, as its own functions see it. */
export interface ProviderStack extends Disposable {
  readonly services: Services;
  /** What a deployment may do: the adoption mode and the policy of the operator. */
  readonly permissions: Pick<Services, 'adoption' | 'policy'>;
  readonly deadline: Deadline;
  readonly queueUrl: string;
  readonly serviceToken: string;
  readonly cloudFormation: CloudFormationClient;
}

/** @throws CommandError if there is no such stack, or it is not a provider's. */
export async function connectProviderStack(
  stackName: string,
  region: string | undefined,
): Promise<ProviderStack> {
  // The SDK's clients, here and elsewhere, take the region from there.
  if (region) process.env.AWS_REGION = region;
  const cloudFormation = new CloudFormationClient({ customUserAgent: userAgent });
  const { outputs, parameters } = await describe(cloudFormation, stackName);
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (!value) {
      throw new CommandError(
        `The stack ${stackName} has no output ${name}. Name the provider's stack with --provider-stack, or update it to this release.`,
      );
    }
    return value;
  };
  const named = {
    leases: connectLeaseTable(output('JournalTableName')),
    oktaSecretId: output('OktaSecretArn'),
    accountId: accountOf(output('ProviderRoleArn')),
    queueUrl: output('WatchQueueUrl'),
    serviceToken: output('ServiceToken'),
  };
  // Last: its timers keep the process alive until it is disposed of.
  const deadline = startDeadline(timeLimitMs);
  return {
    services: {
      leases: named.leases,
      secrets: connectOktaSecrets(new SecretsManagerClient(clientSettings)),
      oktaSecretId: named.oktaSecretId,
      // A person who runs the command looks, and is refused nothing.
      adoption: 'Any',
      policy: async () => undefined,
      trust: { accountId: named.accountId, roleArns: [] },
      headroom: new Headroom(),
      log: () => undefined,
      warn: () => undefined,
    },
    permissions: {
      adoption: adoptionMode(parameters.get('Adoption')),
      policy: policyReader(parameters.get('PolicyParameter')),
    },
    deadline,
    queueUrl: named.queueUrl,
    serviceToken: named.serviceToken,
    cloudFormation,
    [Symbol.dispose]: () => deadline[Symbol.dispose](),
  };
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** A stack's outputs and parameters, by their names. */
interface DescribedStack {
  readonly outputs: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
}

async function describe(client: CloudFormationClient, stackName: string): Promise<DescribedStack> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return {
      outputs: new Map(
        (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
      parameters: new Map(
        (stack?.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [
          ParameterKey,
          ParameterValue,
        ]),
      ),
    };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
    throw new CommandError(
      `There is no stack ${stackName} in this account and region. Name the provider's stack with --provider-stack, and its region with --region.`,
    );
  }
}

/** All federations of the provider, by the names of their stacks. */
export async function allFederations({ services, deadline }: ProviderStack): Promise<StandingFederation[]> {
  const all: StandingFederation[] = [];
  let next: string | undefined;
  do {
    const page = await readFederations(services.leases, next, deadline.work.signal);
    all.push(...page.federations);
    next = page.next;
  } while (next !== undefined);
  const key = (one: StandingFederation) => `${stackNameOf(one)} ${one.logicalResourceId}`;
  return all.sort((one, other) => key(one).localeCompare(key(other)));
}

/** Those of a stack, or the one of a user pool's provider. */
export interface Selection {
  readonly stack?: string | undefined;
  readonly federation?: string | undefined;
}

export const selectionOptions = { stack: { type: 'string' }, federation: { type: 'string' } } as const;

export const selectionUsage = `  --stack <name>            only the federations of this stack
  --federation <name>       only this one, such as us-east-1_Example/Okta`;

/** @throws CommandError if there is none. */
export function selected(
  federations: readonly StandingFederation[],
  { stack, federation }: Selection,
): readonly StandingFederation[] {
  const found = federations.filter(
    (one) =>
      (stack === undefined || stackNameOf(one) === stack) &&
      (federation === undefined || nameOf(one) === federation),
  );
  if (found.length > 0 || (stack === undefined && federation === undefined)) return found;
  throw new CommandError(
    `The journal has no such federation${stack ? ` in the stack ${stack}` : ''}${federation ? ` named ${federation}` : ''}. okta-cognito-idp list shows all.`,
  );
}
