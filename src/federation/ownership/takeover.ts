import { isDeepStrictEqual } from 'node:util';
import { withStanding } from '../journal/journal.ts';
import type { Past } from '../journal/past.ts';
import type { Attempt, Standing } from '../journal/records.ts';
import type { Observed } from '../observe/observed.ts';
import { type Identity, isSameProvider } from '../properties/identity.ts';
import { InvalidRequestError, type Properties } from '../properties/properties.ts';
import { isSameResource, type ResourceName } from '../resource-name.ts';
import type { Turn } from '../turn.ts';
import { nameTagOf } from './name-tag.ts';
import { isGone, standingWith, withJournalOf } from './owner.ts';

/**
 * `Adopt` takes a federation over, without consent, from an owner that is gone, or from another logical ID of the same stack:
 *
 *     the name tag names another resource ──▶ is it gone, or of this stack? ──▶ its journal lists the application?
 *     ──▶ our journal says from whom ──▶ its journal says to whom ──▶ the application gets our name tag
 *
 * A second stack finds the first one's name in the owner's journal. The owner's Delete then leaves the federation alone.
 */
export interface Takeover {
  readonly from: ResourceName;
  /** What the owner's journal has of it; `undefined` if an earlier try of ours noted all of that already. */
  readonly inherited?: { readonly standing: Standing; readonly open: readonly Attempt[] };
}

type Found =
  | { readonly takeover: Takeover }
  /** The owner is gone, and so is what its journal knew: the application is as one that an administrator made. */
  | 'ownerless'
  | undefined;

/**
 * Finds out whether this resource can take over the application of `Adopt`.
 * @returns `undefined` if there is nothing to take over, or its owner is there.
 */
export async function findTakeover(
  turn: Turn,
  identity: Identity,
  properties: Properties,
  past: Past,
  { application }: Pick<Observed, 'application'>,
): Promise<Found> {
  const id = properties.Adopt?.ApplicationId;
  if (id === undefined || !application) return undefined;
  // It is this resource's own by now; the owner before may not list it any more.
  if (past.standing?.application.id === id) return undefined;
  const begun = past.open.findLast(
    ({ federation }) => federation?.takenFrom && federation.application.id === id,
  );
  if (begun?.federation?.takenFrom) return { takeover: { from: begun.federation.takenFrom } };
  const tag = nameTagOf(application.document);
  if (application.relation !== "another's" || !tag || isSameResource(tag, identity)) return undefined;
  const { signal } = turn.deadline.work;
  const isOfSameStack = tag.stackId === identity.stackId;
  if (!isOfSameStack && !(await isGone(turn, tag, signal))) return undefined;
  const from = { stackId: tag.stackId, logicalResourceId: tag.logicalResourceId };
  const inherited = await withJournalOf(turn, from, signal, async (journal) => ({
    result: { standing: standingWith(journal, id), open: journal.open },
  }));
  const { standing, open } = inherited;
  if (!standing) return isOfSameStack ? undefined : 'ownerless';
  requireUnclaimed(standing, identity, id);
  if (!isSameProvider(standing.provider, identity)) {
    const { providerName, userPoolId } = standing.provider;
    throw new InvalidRequestError(
      `Adopt.ApplicationId: the Okta application ${id} serves the identity provider ${providerName} of user pool ${userPoolId}, so only both together can be adopted. Set ProviderName to ${providerName} and UserPoolId to ${userPoolId}, or set Adopt.ApplicationId to another application.`,
    );
  }
  return { takeover: { from, inherited: { standing, open } } };
}

/**
 * Notes in the owner's journal that it has handed the federation over. From then on the owner leaves it alone.
 * @throws InvalidRequestError if the owner has changed it since it was looked at, or has handed it to another.
 */
export async function handOver(
  turn: Turn,
  identity: Identity,
  { from, inherited }: Takeover,
  applicationId: string,
): Promise<void> {
  const { stackId, logicalResourceId } = identity;
  await withJournalOf(turn, from, turn.deadline.work.signal, async (journal) => {
    const current = standingWith(journal, applicationId);
    if (current) requireUnclaimed(current, identity, applicationId);
    const isAsSeen = !inherited || isDeepStrictEqual(current, inherited.standing);
    if (!current || !isAsSeen) {
      throw new InvalidRequestError(
        `Adopt.ApplicationId: the resource ${from.logicalResourceId} of the stack ${from.stackId} changed or removed the Okta application ${applicationId} during this deployment. Deploy again.`,
      );
    }
    const handedTo = { stackId, logicalResourceId };
    return { result: undefined, journal: withStanding(journal, current.physicalResourceId, { handedTo }) };
  });
}

function requireUnclaimed({ handedTo }: Standing, identity: Identity, id: string): void {
  if (!handedTo || isSameResource(handedTo, identity)) return;
  throw new InvalidRequestError(
    `Adopt.ApplicationId: the resource ${handedTo.logicalResourceId} of the stack ${handedTo.stackId} has taken over the Okta application ${id}. Remove that resource first, or set Adopt.ApplicationId to another application.`,
  );
}

/** A resource that has handed its federation over no longer changes it. @throws InvalidRequestError */
export function requireNotHanded(past: Pick<Past, 'standing'>): void {
  const problem = handedProblem(past);
  if (problem !== undefined) throw new InvalidRequestError(problem);
}

/** @returns what is wrong, as a sentence; `undefined` if nothing is. */
export function handedProblem({ standing }: Pick<Past, 'standing'>): string | undefined {
  if (!standing?.handedTo) return undefined;
  const { handedTo, application } = standing;
  return `The resource ${handedTo.logicalResourceId} of the stack ${handedTo.stackId} has taken over the Okta application ${application.id} of this resource. Remove this resource from the template; nothing is deleted.`;
}
