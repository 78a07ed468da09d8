import { connectTrusted } from '../../cloudformation/confirm.ts';
import { describeStackResource, StackNotReadError } from '../../cloudformation/stacks.ts';
import { LeaseNotHadError, withLease } from '../../lease/lease.ts';
import { itemOf, journalIn } from '../journal/item.ts';
import { isFinished, type Journal } from '../journal/journal.ts';
import type { Standing } from '../journal/records.ts';
import { withSuccessOfOther } from '../journal/unrecorded-success.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { type ResourceName, resourceName } from '../resource-name.ts';
import type { Turn } from '../turn.ts';

/**
 * How long to wait for another resource's lease, in milliseconds. Two resources that take over from one another each hold
 * their own lease during that: neither may wait for ever.
 */
const patienceMs = 20_000;

/**
 * Works on the journal of another resource, under its lease.
 * @param work gets the journal, and a signal that aborts if the lease is lost. It returns the journal changed, if it is to change: that
 * is written before this function ends.
 * @throws InvalidRequestError if the other resource is busy for longer than that.
 */
export async function withJournalOf<T>(
  { services }: Pick<Turn, 'services'>,
  owner: ResourceName,
  signal: AbortSignal,
  work: (journal: Journal, lost: AbortSignal) => Promise<{ readonly result: T; readonly journal?: Journal }>,
): Promise<T> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const { result } = await withLease(
      services.leases,
      resourceName(owner),
      AbortSignal.any([signal, patience.signal]),
      async ({ item, lost, keep }) => {
        clearTimeout(timer);
        const journal = await withShownSuccess(services, owner, journalIn(item), signal);
        const { result, journal: changed } = await work(journal, lost);
        if (changed) await keep(itemOf(changed));
        // What cannot be read is kept as it is; a name that the table did not know is forgotten again.
        const mayForget = journal.answered.length > 0 || item.answered === undefined;
        return { result, isOver: mayForget && isFinished(changed ?? journal) };
      },
      ({ isOver }) => ({ item: {}, isFinished: isOver }),
    );
    return result;
  } catch (error) {
    if (!(error instanceof LeaseNotHadError && patience.signal.aborted)) throw error;
    throw new InvalidRequestError(
      `Adopt: the resource ${owner.logicalResourceId} of the stack ${owner.stackId} manages the application, and its stack is being deployed. Wait for that deployment to end, then deploy again.`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The last write of the owner's latest event may have failed: CloudFormation shows whether that went well. */
async function withShownSuccess(
  { trust }: Pick<Turn['services'], 'trust'>,
  { stackId, logicalResourceId }: ResourceName,
  journal: Journal,
  signal: AbortSignal,
): Promise<Journal> {
  if (!journal.open.some(({ federation }) => federation)) return journal;
  const stacks = connectTrusted(trust, stackId, signal);
  if (!stacks) return journal;
  const shown = await describeStackResource(stacks, stackId, logicalResourceId).catch((error: unknown) => {
    if (error instanceof StackNotReadError && error.failure === 'gone') return undefined;
    throw error;
  });
  const isThere = shown !== undefined && !gone.includes(shown.status);
  if (isThere && shown.physicalResourceId === undefined) return journal;
  return withSuccessOfOther(journal, isThere ? shown.physicalResourceId : undefined);
}

/** The federation of an application that a resource's journal lists as standing. */
export function standingWith({ standing }: Journal, applicationId: string): Standing | undefined {
  return standing.find(({ application }) => application.id === applicationId);
}

const gone = ['DELETE_COMPLETE', 'DELETE_SKIPPED'];

/**
 * Asks CloudFormation whether a stack, or the resource in it, is gone.
 * @throws StackNotReadError if CloudFormation does not say so.
 */
export async function isGone(
  { services }: Pick<Turn, 'services'>,
  { stackId, logicalResourceId }: ResourceName,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const stacks = connectTrusted(services.trust, stackId, signal);
    // In an account that the operator does not list, this is unknown.
    if (!stacks) return false;
    const shown = await describeStackResource(stacks, stackId, logicalResourceId);
    return shown === undefined || gone.includes(shown.status);
  } catch (error) {
    if (error instanceof StackNotReadError && error.failure === 'gone') return true;
    throw error;
  }
}
