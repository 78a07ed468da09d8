import { restoreOthers } from './give-back.ts';
import type { Past } from './journal/past.ts';
import type { Attempt, Standing } from './journal/records.ts';
import { retainedBefore } from './journal/retained.ts';
import { leftoversOf } from './leftovers.ts';
import { make } from './make.ts';
import type { Made, Order, Progress } from './order.ts';
import { removeLeftovers } from './remove-federation.ts';
import { type Outcome, succeeded, type Turn } from './turn.ts';

/**
 * Makes a federation, then removes what earlier attempts have left: nothing of them remains beside it.
 * @throws as `make` does.
 */
export async function makeAndCleanUp(turn: Turn, order: Order, progress: Progress): Promise<Outcome> {
  const { past } = order;
  const { request, ledger, shown } = turn;
  const retained = shown.isRollback ? undefined : retainedBefore(ledger.journal, request, past);
  const made = await make(turn, order, progress);
  progress.doing = 'removing what an earlier attempt had left';
  const left = await removeEarlier(turn, past, made);
  const { physicalResourceId, attributes, federation } = made;
  const isReused = retained?.physicalResourceId === physicalResourceId;
  return succeeded(physicalResourceId, attributes, {
    what: 'stands',
    federation,
    left,
    ...(isReused ? { retained: retained.properties } : {}),
  });
}

/**
 * Removes what earlier attempts left, now that a federation is whole. What an Update replaces is CloudFormation's to delete, by
 * its own physical ID.
 * @returns attempts that a federation which stays still has something of.
 */
async function removeEarlier(
  turn: Turn,
  { open, others, standing }: Past,
  made: Made,
): Promise<readonly Attempt[]> {
  const { request, deadline } = turn;
  const all = [...others, ...(standing ? [standing] : [])];
  const earlier = open.filter(({ requestId }) => requestId !== request.requestId);
  await removeLeftovers(turn, leftoversOf(turn, earlier, [made.federation, ...all]), deadline.work);
  const old = request.requestType === 'Update' ? request.physicalResourceId : undefined;
  const isElsewhere = ({ application, physicalResourceId }: Standing) =>
    application.id !== made.federation.application.id && physicalResourceId !== old;
  return restoreOthers(turn, all.filter(isElsewhere), earlier, deadline.work);
}
