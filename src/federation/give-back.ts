import type { Allotment } from '../cloudformation/deadline.ts';
import { withStanding } from './journal/journal.ts';
import { Ledger } from './journal/ledger.ts';
import type { Past } from './journal/past.ts';
import type { Attempt, FederationRecord, Standing } from './journal/records.ts';
import { make } from './make.ts';
import { noProgress } from './order.ts';
import { isGone, isRollingBack, standingWith, withJournalOf } from './ownership/owner.ts';
import { parseProperties } from './properties/properties.ts';
import { isSameResource, type ResourceName } from './resource-name.ts';
import type { Turn } from './turn.ts';

/**
 * Gives a federation that was taken over back to its owner, as the owner had it.
 *
 *     the owner's journal              what is done
 *     does not list it any more        nothing: it is this resource's alone
 *     lists it, not as handed to us    nothing, and nothing else may be done: the takeover never happened
 *     lists it as handed to us         given back, unless the owner is gone and this one was whole
 *
 * @param wasWhole of a federation that stood, not of an attempt.
 * @returns false if it is this resource's own to remove.
 */
export async function giveBack(
  turn: Turn,
  federation: FederationRecord,
  time: Allotment,
  wasWhole: boolean,
): Promise<boolean> {
  const { takenFrom, application } = federation;
  if (!takenFrom || application.id === undefined) return false;
  const { id } = application;
  const { request } = turn;
  return withJournalOf(turn, takenFrom, time.signal, async (journal) => {
    const handed = standingWith(journal, id);
    if (!handed) return { result: false };
    if (!handed.handedTo || !isSameResource(handed.handedTo, request)) return { result: true };
    const isForGood =
      wasWhole &&
      (await isGone(turn, takenFrom, time.signal)) &&
      !(await isRollingBack(turn, request.stackId, time.signal));
    if (isForGood) return { result: false };
    const back = { handedTo: undefined };
    await restore(turn, federation, { ...handed, ...back }, takenFrom, time);
    turn.services.log('Gave the federation back to the resource that it was taken over from.', { takenFrom });
    return { result: true, journal: withStanding(journal, handed.physicalResourceId, back) };
  });
}

/**
 * Sets a federation that stands back to its own properties, without what attempts have added since, as a rollback would.
 * @param past what is known of it, with those attempts.
 */
async function goBackTo(turn: Turn, standing: Standing, past: Past, time: Allotment): Promise<void> {
  await make(
    { ...turn, deadline: { ...turn.deadline, work: time } },
    {
      properties: parseProperties(standing.properties),
      past: { ...past, standing },
      applicationId: standing.application.id,
      isTolerant: true,
    },
    noProgress(),
  );
}

/**
 * A Create or a replacement that has failed gives a federation that stood at its place back as it was. Without that one's
 * application it has changed nothing of it.
 */
export async function restoreStanding(turn: Turn, past: Past | undefined): Promise<void> {
  const { standing } = past ?? {};
  const { federation } = turn.ledger;
  if (!past || !standing || standing.handedTo || federation?.application.id !== standing.application.id)
    return;
  const { open } = turn.ledger.journal;
  await goBackTo(turn, standing, { ...past, open }, turn.deadline.cleanUp);
}

/** As a rollback of the owner's own Update would. */
async function restore(
  turn: Turn,
  federation: FederationRecord,
  standing: Standing,
  owner: ResourceName,
  time: Allotment,
): Promise<void> {
  const { requestId, requestType, properties } = turn.request;
  const record = { ...federation, takenFrom: undefined };
  const since: Attempt = { requestId, requestType, properties: { ...properties }, federation: record };
  const stackName = owner.stackId.split('/')[1] ?? '';
  const request = { ...turn.request, ...owner, stackName };
  const open = [since];
  // What is done is noted in the owner's journal at the end; if this breaks off, the next event does it again.
  const ledger = new Ledger({ keep: async () => undefined }, request, {
    open,
    standing: [standing],
    answered: [],
  });
  const past = { standing, others: [], open, latest: undefined, died: [], isUpToDate: true };
  await goBackTo({ ...turn, request, ledger }, standing, past, time);
}
