import type { LeaseItem } from '../../lease/table.ts';
import { journalIn } from '../journal/item.ts';
import type { Journal } from '../journal/journal.ts';
import { isOfWatch } from '../journal/past.ts';
import type { Attempt, Standing } from '../journal/records.ts';
import { isSameProvider } from '../properties/identity.ts';
import type { ResourceName } from '../resource-name.ts';
import type { RequestOf } from '../turn.ts';

/** A federation that stands, and the resource that has it. */
export interface StandingFederation extends ResourceName {
  readonly standing: Standing;
}

/** The federations that an item of the journal table holds; none if the item is of something else, such as a lease. */
export function federationsIn(item: LeaseItem): readonly StandingFederation[] {
  const [, stackId, logicalResourceId] = /^resource (arn:\S+) (\S+)$/.exec(item.name?.S ?? '') ?? [];
  if (stackId === undefined || logicalResourceId === undefined) return [];
  // What another resource took over with Adopt is that resource's to watch.
  return journalIn(item)
    .standing.filter(({ handedTo }) => handedTo === undefined)
    .map((standing) => ({ stackId, logicalResourceId, standing }));
}

/** What people call a federation: `us-east-1_Example1/Okta`. */
export function nameOf({ standing: { provider } }: StandingFederation): string {
  return `${provider.userPoolId}/${provider.providerName}`;
}

/** `shop` of `arn:aws:cloudformation:us-east-1:123456789012:stack/shop/…`. */
export function stackNameOf({ stackId }: Pick<ResourceName, 'stackId'>): string {
  return stackId.split('/')[1] ?? stackId;
}

/** An Update to the properties last fulfilled. What it would change is what others have changed since. */
export function updateToSame(
  { stackId, logicalResourceId, standing }: StandingFederation,
  requestId: string,
): RequestOf<'Update'> {
  const { properties, physicalResourceId } = standing;
  return {
    requestType: 'Update',
    requestId,
    stackId,
    stackName: stackNameOf({ stackId }),
    logicalResourceId,
    issuedAt: undefined,
    physicalResourceId,
    properties,
    oldProperties: properties,
  };
}

/** An interrupted repair: another one closes its attempt, also if there is nothing left to set back. */
export function isRepairOpen({ open }: Journal): boolean {
  return open.some(isOfWatch);
}

/**
 * Tells whether a deployment has left attempts open. The watch changes nothing before a deployment has settled them.
 * Only those count that may be about this federation.
 */
export function leftByDeployments({ open }: Journal, standing: Standing): boolean {
  const isElsewhere = ({ federation }: Attempt) =>
    federation !== undefined &&
    federation.application.id !== standing.application.id &&
    !isSameProvider(federation.provider, standing.provider);
  return open.some((attempt) => !isOfWatch(attempt) && !isElsewhere(attempt));
}

export const unsettled = 'A deployment of its stack has not ended well. Deploy the stack again first.';
