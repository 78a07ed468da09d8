import type { Deadline } from '../../cloudformation/deadline.ts';
import { parsePhysicalId } from '../../cloudformation/physical-id.ts';
import { withLease } from '../../lease/lease.ts';
import type { Services } from '../connections.ts';
import { itemOf, journalIn } from '../journal/item.ts';
import { isFinished, type Journal, withStanding } from '../journal/journal.ts';
import { Ledger } from '../journal/ledger.ts';
import { ofWatch, pastOf } from '../journal/past.ts';
import { make } from '../make.ts';
import { noProgress } from '../order.ts';
import type { Plan } from '../plan/steps.ts';
import { isSameProvider, placeOf } from '../properties/identity.ts';
import { parseProperties } from '../properties/properties.ts';
import { resourceName } from '../resource-name.ts';
import { leftByDeployments, type StandingFederation, unsettled, updateToSame } from './standing.ts';

/**
 * Why the watch does not repair what it found; `undefined` if it may. Pure.
 * @param plan for the properties last fulfilled.
 * @param problems preconditions that do not hold.
 */
export function repairObstacle(
  journal: Journal,
  { standing }: StandingFederation,
  plan: Plan,
  problems: readonly string[],
): string | undefined {
  if (leftByDeployments(journal, standing)) return unsettled;
  const isTwice = journal.standing.some((one, at) =>
    journal.standing.some((other, then) => then > at && isSameProvider(one.provider, other.provider)),
  );
  if (isTwice)
    return 'An older federation of this resource has the same identity provider in the journal. Delete its application in Okta if its stack does not.';
  if (problems.length > 0) return 'A precondition does not hold. Correct what the log says of it.';
  // Its client ID is an attribute of the resource, which only a deployment can change.
  const isMadeAgain = plan.some((stage) => stage.some((step) => step.do === 'createApplication'));
  return isMadeAgain ? 'The Okta application is gone. Deploy its stack to create it again.' : undefined;
}

/**
 * Sets a federation back to the properties last fulfilled, as an Update to the same properties does, under the resource's
 * lease and in its journal. CloudFormation hears nothing: for it nothing has changed.
 * @returns false if the federation changed hands, or a deployment came, before the lease was acquired.
 * @throws InvalidRequestError if a precondition does not hold; everything that a call throws.
 */
export function repair(
  federation: StandingFederation,
  services: Services,
  deadline: Deadline,
): Promise<boolean> {
  const request = updateToSame(federation, `${ofWatch}${federation.standing.physicalResourceId}`);
  const { physicalResourceId, requestId } = request;
  const repaired = withLease(
    services.leases,
    resourceName(federation),
    deadline.work.signal,
    async (lease) => {
      const journal = journalIn(lease.item);
      const standing = journal.standing.find((one) => one.physicalResourceId === physicalResourceId);
      const isAsSeen = JSON.stringify(standing) === JSON.stringify(federation.standing);
      if (!isAsSeen || leftByDeployments(journal, federation.standing)) return { journal: undefined };
      const properties = parseProperties(request.properties);
      const ledger = new Ledger(lease, request, journal);
      const order = {
        properties,
        past: pastOf(journal, request, placeOf(properties)),
        applicationId: parsePhysicalId(physicalResourceId)?.applicationId,
        isTolerant: false,
      };
      const signal = AbortSignal.any([deadline.work.signal, lease.lost]);
      const turn = {
        request,
        services,
        ledger,
        // No event of CloudFormation's is behind it.
        confirmed: Promise.resolve(),
        shown: {},
        deadline: { ...deadline, work: { ...deadline.work, signal } },
      };
      const { federation: made } = await make(turn, order, noProgress());
      await ledger.settled();
      const open = ledger.journal.open.filter((attempt) => attempt.requestId !== requestId);
      return { journal: withStanding({ ...ledger.journal, open }, physicalResourceId, made) };
    },
    ({ journal }) =>
      journal ? { item: itemOf(journal), isFinished: isFinished(journal) } : { item: {}, isFinished: false },
  );
  return repaired.then(({ journal }) => journal !== undefined);
}
