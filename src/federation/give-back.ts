import type { Allotment } from '../cloudformation/deadline.ts';
import { getApplication } from '../okta/applications.ts';
import { connect, targetOf } from './connections.ts';
import { withStanding } from './journal/journal.ts';
import { Ledger } from './journal/ledger.ts';
import { hasAttributes, type Past } from './journal/past.ts';
import type { Attempt, FederationRecord, Standing } from './journal/records.ts';
import { make } from './make.ts';
import { type Made, noProgress } from './order.ts';
import { isGone, isRollingBack, standingWith, withJournalOf } from './ownership/owner.ts';
import { isSameProvider, placeOf } from './properties/identity.ts';
import { parseIfValid, parseProperties } from './properties/properties.ts';
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
 * Undoes what attempts have changed of federations that stay: each is as it was, as after a rollback.
 * @param stays federations of this resource that stand.
 * @param attempts that failed, or whose handler died.
 */
export async function restoreStanding(
  turn: Turn,
  stays: readonly Standing[],
  attempts: readonly Attempt[],
  time: Allotment,
): Promise<void> {
  for (const standing of stays) {
    const since = attempts.filter((attempt) => mayHaveChanged(attempt, standing));
    // Of a success that was not written down it is not sure with which properties it stands.
    const isSure = hasAttributes(standing) && !standing.handedTo;
    if (since.length > 0 && isSure) await goBackTo(turn, standing, since, time);
  }
}

/** An attempt records what it adds; one that was to add nothing may still have changed settings. */
function mayHaveChanged({ federation, properties }: Attempt, { application, provider }: Standing): boolean {
  if (federation) return application.id !== undefined && federation.application.id === application.id;
  const asked = parseIfValid(properties);
  return asked !== undefined && !asked.Adopt && isSameProvider(placeOf(asked), provider);
}

/**
 * Takes a Create back that had gone on with a retained federation: that one is as it was before, and stands.
 * @returns `undefined` if there was none, or someone has deleted its application.
 */
export async function retainedAgain(turn: Turn, { standing, open }: Past): Promise<Standing | undefined> {
  if (!standing?.retained || standing.handedTo) return undefined;
  const { request, deadline } = turn;
  // CloudFormation has it by another ID if it has never heard of the Create's success.
  const isFailed =
    request.requestType === 'Delete' && request.physicalResourceId !== standing.physicalResourceId;
  if (!isFailed && !(await isRollingBack(turn, request.stackId, deadline.work.signal))) return undefined;
  const { retained, before, ...kept } = standing;
  const { physicalResourceId, application, provider, secret } = standing;
  const create: Attempt = {
    requestId: physicalResourceId,
    requestType: 'Create',
    properties: standing.properties,
    federation: { application, provider, secret },
  };
  const made = await goBackTo(turn, { ...kept, properties: retained }, [create, ...open], deadline.work);
  return (
    made && {
      ...made.federation,
      physicalResourceId,
      properties: retained,
      attributes: { ...made.attributes },
    }
  );
}

/**
 * Sets a federation that stands back to its own properties, without what attempts have added since.
 * @returns `undefined` if someone has deleted its application: it is not made again here.
 */
async function goBackTo(
  turn: Turn,
  standing: Standing,
  since: readonly Attempt[],
  time: Allotment,
): Promise<Made | undefined> {
  const properties = parseProperties(standing.properties);
  const okta = await connect(turn.services, turn.request, targetOf(properties), time).okta;
  const { id } = standing.application;
  if (id === undefined || !(await getApplication(okta, id))) return undefined;
  const past = { standing, others: [], open: since, latest: undefined, died: [], isUpToDate: true };
  return make(
    { ...turn, deadline: { ...turn.deadline, work: time } },
    { properties, past, applicationId: id, isTolerant: true },
    noProgress(),
  );
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
  await goBackTo({ ...turn, request, ledger }, standing, open, time);
}
