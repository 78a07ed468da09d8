import type { Allotment } from '../cloudformation/deadline.ts';
import { describeIdentityProvider } from '../cognito/identity-providers.ts';
import { getApplication } from '../okta/applications.ts';
import { allOf } from './all-of.ts';
import { connect } from './connections.ts';
import { withStanding } from './journal/journal.ts';
import { Ledger } from './journal/ledger.ts';
import { hasAttributes, isOfWatch, type Past } from './journal/past.ts';
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
    // If a success was not written down, its properties are not known for sure.
    if (since.length === 0 || standing.handedTo || !hasAttributes(standing)) continue;
    try {
      if (await isWhole(turn, standing, time)) await goBackTo(turn, standing, since, time);
    } catch (error) {
      // An attempt that noted nothing may have changed nothing.
      if (since.some(({ federation }) => federation)) throw error;
      turn.services.warn('It is not known whether an attempt has changed a federation that stays.', error);
    }
  }
}

/** Whether a federation still has its application and its provider: one that is gone is not made again. */
async function isWhole(turn: Turn, { application, provider }: Standing, time: Allotment): Promise<boolean> {
  const { services, request } = turn;
  const { userPoolId, providerName, roleArn, clientId } = provider;
  const target = { userPoolId, secretId: application.secretId, roleArn };
  const { cognito, okta } = connect(services, request, target, time);
  const [there, inCognito] = await allOf([
    application.id === undefined ? undefined : okta.then((org) => getApplication(org, application.id ?? '')),
    describeIdentityProvider(cognito, userPoolId, providerName),
  ]);
  return there !== undefined && inCognito !== undefined && inCognito.clientId === clientId;
}

/** An attempt records what it adds; one that was to add nothing may still have changed settings. */
function mayHaveChanged(attempt: Attempt, { application, provider }: Standing): boolean {
  const { federation, properties } = attempt;
  if (isOfWatch(attempt) || application.id === undefined) return false;
  if (federation) return federation.application.id === application.id;
  const asked = parseIfValid(properties);
  return (
    asked !== undefined &&
    isSameProvider(placeOf(asked), provider) &&
    asked.OktaSecretId === application.secretId &&
    (!asked.Adopt || asked.Adopt.ApplicationId === application.id)
  );
}

/**
 * Takes a Create back that had gone on with a retained federation: that one is as it was before, and stands.
 * @returns `undefined` if there was none, or it is not whole any more.
 */
export async function retainedAgain(turn: Turn, { standing, open }: Past): Promise<Standing | undefined> {
  if (!standing || standing.handedTo || !hasAttributes(standing)) return undefined;
  // The last write of that Create may have failed: then what stands is what was retained.
  const isUnwritten = open.some(
    ({ requestType, federation }) =>
      requestType === 'Create' && federation?.application.id === standing.application.id,
  );
  const retained = standing.retained ?? (isUnwritten ? standing.properties : undefined);
  if (!retained) return undefined;
  const { request, deadline } = turn;
  // CloudFormation has it by another ID if it has never heard of the Create's success.
  const isFailed =
    request.requestType === 'Delete' && request.physicalResourceId !== standing.physicalResourceId;
  if (!isFailed && !(await isRollingBack(turn, request.stackId, deadline.work.signal))) return undefined;
  if (!(await isWhole(turn, standing, deadline.work))) return undefined;
  const { physicalResourceId, application, provider, secret, attributes } = standing;
  const create: Attempt = {
    requestId: physicalResourceId,
    requestType: 'Create',
    properties: standing.properties,
    federation: { application, provider, secret },
  };
  // Its groups are those of the Create, which are not kept if the ones of before have another name by now.
  const before = {
    application: { ...application, groupIds: [] },
    provider,
    secret,
    physicalResourceId,
    properties: retained,
    attributes,
  };
  const made = await goBackTo(turn, before, [create, ...open], deadline.work);
  return {
    ...made.federation,
    physicalResourceId,
    properties: retained,
    attributes: { ...made.attributes },
  };
}

/** Sets a federation that stands back to its own properties, without what attempts have added since. */
async function goBackTo(
  turn: Turn,
  standing: Standing,
  since: readonly Attempt[],
  time: Allotment,
): Promise<Made> {
  const past = { standing, others: [], open: since, latest: undefined, died: [], isUpToDate: true };
  return make(
    { ...turn, deadline: { ...turn.deadline, work: time } },
    {
      properties: parseProperties(standing.properties),
      past,
      applicationId: standing.application.id,
      isTolerant: true,
    },
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
