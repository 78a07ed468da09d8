import type { Allotment } from '../../cloudformation/deadline.ts';
import { connect, type Services, targetOfRecord } from '../connections.ts';
import type { Journal } from '../journal/journal.ts';
import { pastOf } from '../journal/past.ts';
import { observeForRemoval } from '../observe/observe.ts';
import { mayDelete } from '../plan/permissions.ts';
import { planRemoval } from '../plan/plan-removal.ts';
import type { Plan } from '../plan/steps.ts';
import { asksToDeleteAdopted, wholeOf } from '../remove.ts';
import type { RequestOf } from '../turn.ts';
import { onlyListed } from './only-listed.ts';

/**
 * Observes and plans as the Delete of a federation does, with the same code, and changes nothing.
 * @param keptApplicationId an application that the federation in its place adopts again.
 * @returns `undefined` if the journal does not know the federation, or a takeover decides about it.
 * @throws everything that a call throws.
 */
export async function foreseeRemoval(
  request: RequestOf<'Delete'>,
  journal: Journal,
  services: Services,
  time: Allotment,
  keptApplicationId?: string,
): Promise<Plan | undefined> {
  const past = pastOf(journal, request, undefined);
  const { standing } = past;
  if (!standing || standing.handedTo || standing.takenFrom) return undefined;
  const { federation, clientIds, hasApplication, hasProvider } = wholeOf(past, standing);
  const { application: record, provider } = federation;
  const connections = connect(services, request, targetOfRecord(federation), time);
  const isKept = record.id !== undefined && record.id === keptApplicationId;
  const goes = hasApplication && !isKept ? record : undefined;
  const observed = await observeForRemoval(connections, provider, record.id, goes);
  const mayGo = mayDelete({ adoption: services.adoption, request }, observed.application);
  const removal = {
    application: goes,
    provider: hasProvider ? provider : undefined,
    clientIds,
    deletesAdopted: asksToDeleteAdopted(request, standing) && mayGo,
  };
  const plan = planRemoval(removal, observed);
  return onlyListed(plan, connections.cognito, provider, (await observed.appClientIds) ?? []);
}
