import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import { explain } from './explain.ts';
import { restoreStanding } from './give-back.ts';
import {
  isUntouched,
  type Past,
  pastOf,
  rollsBack,
  stillStanding,
  takesBackSuccess,
} from './journal/past.ts';
import type { Standing } from './journal/records.ts';
import { leftoversOf } from './leftovers.ts';
import { makeAndCleanUp } from './make-and-clean-up.ts';
import { noProgress } from './order.ts';
import { isSameProvider, placeOf } from './properties/identity.ts';
import { parseProperties } from './properties/properties.ts';
import { attempted, removeLeftovers } from './remove-federation.ts';
import { failed, type Outcome, type RequestOf, succeeded, type Turn } from './turn.ts';

type UpdateTurn = Turn<RequestOf<'Update'>>;

/**
 * Changes a federation in place, or makes another whole if the pool or the provider's name changes; CloudFormation then
 * deletes the old one, because the physical ID changes.
 *
 * The journal and the physical ID say what is old, not `OldResourceProperties`: in a rollback those are the properties of
 * the attempt that failed.
 */
export async function update(turn: UpdateTurn): Promise<Outcome> {
  const { request, deadline, services, ledger, shown } = turn;
  const { isRollback = false } = shown;
  const { physicalResourceId } = request;
  const standing = stillStanding(ledger.journal, request);
  if (standing) {
    services.log('This goes back to what still stands; nothing is done.');
    return succeeded(standing.physicalResourceId, standing.attributes, { what: 'unchanged' });
  }
  const current = parsePhysicalId(physicalResourceId);
  const progress = noProgress();
  // An earlier delivery of this event died, and may have made something.
  const wasInterrupted = ledger.journal.open.some(({ requestId }) => requestId === request.requestId);
  let isReplacement = false;
  let past: Past | undefined;
  try {
    const properties = parseProperties(request.properties);
    const place = placeOf(properties);
    isReplacement = current !== undefined && !isSameProvider(current, place);
    past = pastOf(ledger.journal, request, place, shown);
    if (isRollback && past.standing?.handedTo) return goesWithIt(past.standing);
    const applicationId = isReplacement ? undefined : current?.applicationId;
    const isTolerant = rollsBack(past, request, isRollback) || takesBackSuccess(past, request, isRollback);
    const order = { properties, past, applicationId, isTolerant };
    return await makeAndCleanUp(turn, order, progress);
  } catch (error) {
    services.warn('Update failed.', error);
    const reason = explain(error, deadline.work, progress.doing);
    if (!progress.began && past?.standing && rollsBack(past, request, isRollback) && isUntouched(past)) {
      // There is nothing to undo: the problem existed before.
      return succeeded(past.standing.physicalResourceId, past.standing.attributes, { what: 'unchanged' });
    }
    if (!progress.began && !wasInterrupted) return failed(physicalResourceId, reason, { what: 'unchanged' });
    const isUndone = isReplacement && (await undo(turn, attempted(error, wasInterrupted)));
    // In place, CloudFormation's own rollback sets the old properties again.
    return failed(physicalResourceId, reason, { what: isUndone ? 'unchanged' : 'broken off' });
  }
}

/** In a rollback, a federation that another resource has taken over is given back by that one: to these properties. */
function goesWithIt({ physicalResourceId, attributes, ...federation }: Standing): Outcome {
  return succeeded(physicalResourceId, attributes, { what: 'stands', federation });
}

/** A failed replacement must leave nothing, with or without a rollback. */
async function undo(turn: UpdateTurn, asked: ReturnType<typeof attempted>): Promise<boolean> {
  const { request, deadline, services, ledger } = turn;
  const own = ledger.journal.open.filter(({ requestId }) => requestId === request.requestId);
  try {
    await removeLeftovers(turn, leftoversOf(turn, own, ledger.journal.standing), deadline.cleanUp, asked);
    await restoreStanding(turn, ledger.journal.standing, own, deadline.cleanUp);
    return true;
  } catch (left) {
    services.warn('What the failed replacement had made is left to the next event.', left);
    return false;
  }
}
