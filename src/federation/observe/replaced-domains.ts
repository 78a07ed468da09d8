import { listStackResources, resourceEvents, type Stacks } from '../../cloudformation/stacks.ts';
import { isHostOf } from '../../cognito/user-pools.ts';
import { askStack } from '../ask-stack.ts';
import type { KnownProvider } from '../journal/past.ts';
import type { Properties } from '../properties/properties.ts';
import type { Turn } from '../turn.ts';
import { redirectUri } from './observe.ts';
import type { Observed } from './observed.ts';

/**
 * Asks CloudFormation which domains of earlier templates it replaces by the one that the template names now. It creates the
 * new domain first, sends the Update, and deletes the old domain in the clean-up, about which it sends no event.
 *
 *     the stack's domain resource has the ID    and had the ID       the old domain
 *     that UserPoolDomain names now             it named before      is about to be deleted
 *     anything else                                                  may stay: a pool can have a prefix and a custom domain
 *
 * @returns values of UserPoolDomain; none if CloudFormation does not answer.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export async function replacedDomains(
  turn: Pick<Turn, 'request' | 'services' | 'deadline'>,
  { UserPoolDomain: named }: Properties,
  { earlier }: Pick<KnownProvider, 'earlier'>,
): Promise<readonly string[]> {
  const before = earlier.flatMap(({ UserPoolDomain }) => UserPoolDomain ?? []).filter((one) => one !== named);
  if (named === undefined || before.length === 0) return [];
  const idsOfDomain = async (stacks: Stacks, stackId: string) => {
    const resources = await listStackResources(stacks, stackId);
    const domain = resources.find(
      ({ resourceType, physicalResourceId }) =>
        resourceType === 'AWS::Cognito::UserPoolDomain' && physicalResourceId === named,
    );
    const events = domain ? await resourceEvents(stacks, stackId, domain.logicalResourceId) : [];
    return events.map(({ physicalResourceId }) => physicalResourceId);
  };
  const hadBefore = await askStack(
    turn,
    idsOfDomain,
    'It is not known whether CloudFormation replaces a domain; its redirect URI stays.',
  );
  return before.filter((one) => hadBefore?.includes(one));
}

/** What was observed, without domains that are about to be deleted. */
export function withoutDomains(observed: Observed, replaced: readonly string[]): Observed {
  const { userPool } = observed;
  if (!userPool || replaced.length === 0) return observed;
  const domains = userPool.domains.filter(({ host }) => !replaced.some((one) => isHostOf(host, one)));
  return {
    ...observed,
    userPool: { ...userPool, domains },
    redirectUris: domains.map(({ host }) => redirectUri(host)),
  };
}
