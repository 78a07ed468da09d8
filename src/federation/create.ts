import { formatPhysicalId, nothingMadeId } from '../cloudformation/physical-id.ts';
import { explain } from './explain.ts';
import { restoreStanding } from './give-back.ts';
import { pastOf } from './journal/past.ts';
import { leftoversOf } from './leftovers.ts';
import { makeAndCleanUp } from './make-and-clean-up.ts';
import { noProgress } from './order.ts';
import { placeOf } from './properties/identity.ts';
import { type Properties, parseProperties } from './properties/properties.ts';
import { attempted, removeLeftovers } from './remove-federation.ts';
import { failed, type Outcome, type RequestOf, type Turn } from './turn.ts';

/** Creates a complete federation, or leaves nothing of it. */
export async function create(turn: Turn<RequestOf<'Create'>>): Promise<Outcome> {
  const { request, deadline, services, ledger } = turn;
  const progress = noProgress();
  const wasInterrupted = ledger.journal.open.length > 0;
  let properties: Properties | undefined;
  try {
    properties = parseProperties(request.properties);
    const past = pastOf(ledger.journal, request, placeOf(properties), turn.shown);
    const order = { properties, past, applicationId: undefined, isTolerant: false };
    return await makeAndCleanUp(turn, order, progress);
  } catch (error) {
    services.warn('Create failed.', error);
    const reason = explain(error, deadline.work, progress.doing);
    const nothing = nothingMadeId(request.requestId);
    if (!progress.began && !wasInterrupted) return failed(nothing, reason, { what: 'unchanged' });
    try {
      const asked = attempted(error, wasInterrupted);
      const leftovers = leftoversOf(turn, ledger.journal.open, ledger.journal.standing);
      await removeLeftovers(turn, leftovers, deadline.cleanUp, asked);
      await restoreStanding(turn, ledger.journal.standing, ledger.journal.open, deadline.cleanUp);
      return failed(nothing, reason, { what: 'removed' });
    } catch (left) {
      services.warn('What the failed Create had made could not be removed.', left);
      const still = explain(left, deadline.cleanUp, 'removing what it had made');
      // CloudFormation's next Delete finds it by this ID, by the journal, or by its name tag.
      const id = properties && {
        ...placeOf(properties),
        applicationId: properties.Adopt ? undefined : ledger.federation?.application.id,
        requestId: request.requestId,
      };
      return failed(
        id ? formatPhysicalId(id) : nothing,
        `${reason} What was made is still there: ${still} CloudFormation deletes it next; if that fails, fix the cause, then delete the stack again.`,
        {
          what: 'broken off',
        },
      );
    }
  }
}
