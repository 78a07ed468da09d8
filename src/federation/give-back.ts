import type { Allotment } from '../cloudformation/deadline.ts';
import { describeIdentityProvider } from '../cognito/identity-providers.ts';
import { getApplication } from '../okta/applications.ts';
import { allOf } from './all-of.ts';
import { connect } from './connections.ts';
import { withStanding } from './journal/journal.ts';
import { Ledger } from './journal/ledger.ts';
import { hasAttributes, isOfWatch, type Past } from './journal/past.ts';
import type { Attempt, FederationRecord, Standing } from './journal/records.ts';
import { asRetained } from './journal/retained.ts';
import { make } from './make.ts';
import { noProgress } from './order.ts';
import { isGone, standingWith, withJournalOf } from './ownership/owner.ts';
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
  return withJournalOf(turn, takenFrom, time.signal, async (journal, lost) => {
    const handed = standingWith(journal, id);
    if (!handed) return { result: false };
    if (!handed.handedTo || !isSameResource(handed.handedTo, request)) return { result: true };
    const isForGood = wasWhole && !turn.shown.isRollback && (await isGone(turn, takenFrom, time.signal));
    if (isForGood) return { result: false };
    const held = { ...time, signal: AbortSignal.any([time.signal, lost]) };
    const back = await restore(turn, federation, { ...handed, handedTo: undefined }, takenFrom, held);
    turn.services.log('Gave the federation back to the resource that it was taken over from.', { takenFrom });
    return { result: true, journal: withStanding(journal, handed.physicalResourceId, back) };
  });
}

/** Federations that stay still have something of these attempts. */
export class NotRestoredError extends Error {
  override readonly name = 'NotRestoredError';
  readonly attempts: readonly Attempt[];

  constructor(attempts: readonly Attempt[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.attempts = attempts;
  }
}

/**
 * Undoes what attempts have changed of federations that stay: each is as it was, as after a rollback.
 * @param stays federations of this resource that stand.
 * @param attempts that failed, or whose handler died.
 * @throws NotRestoredError
 */
export async function restoreStanding(
  turn: Turn,
  stays: readonly Standing[],
  attempts: readonly Attempt[],
  time: Allotment,
): Promise<void> {
  const left = new Set<Attempt>();
  let cause: unknown;
  for (const standing of stays) {
    const since = attempts.filter((attempt) => mayHaveChanged(attempt, standing));
    // A rollback has left it, but its Delete could not set it back to what it was while it was retained.
    const goal = (standing.isReturned && asRetained(standing)) || standing;
    // If a success was not recorded, the properties in force are unknown.
    if (since.length === 0 || standing.handedTo || !hasAttributes(standing)) continue;
    try {
      const { application, provider } = await isThere(turn, standing, time);
      // One that is gone is not made again.
      if (application && provider)
        turn.ledger.restored(await goBackTo(onItsOwn(turn, goal, since), goal, since, time));
    } catch (error) {
      cause = error;
      turn.services.warn('It is not known whether an attempt has changed a federation that stays.', error);
      // An attempt that noted nothing may have changed nothing.
      for (const attempt of since) if (attempt.federation) left.add(attempt);
    }
  }
  if (left.size > 0) throw new NotRestoredError([...left], cause);
}

/** The same for an event whose own work is done: what could not be restored is left to the next event. @returns those attempts. */
export async function restoreOthers(
  ...asked: Parameters<typeof restoreStanding>
): Promise<readonly Attempt[]> {
  try {
    await restoreStanding(...asked);
    return [];
  } catch (error) {
    if (!(error instanceof NotRestoredError)) throw error;
    return error.attempts;
  }
}

/** Tells whether a federation still has its application, and its provider. */
async function isThere(
  turn: Turn,
  { application, provider }: Standing,
  time: Allotment,
): Promise<Readonly<Record<'application' | 'provider', boolean>>> {
  const { services, request } = turn;
  const { userPoolId, providerName, roleArn, clientId } = provider;
  const target = { userPoolId, secretId: application.secretId, roleArn };
  const { cognito, okta } = connect(services, request, target, time);
  const [there, inCognito] = await allOf([
    application.id === undefined ? undefined : okta.then((org) => getApplication(org, application.id ?? '')),
    describeIdentityProvider(cognito, userPoolId, providerName),
  ]);
  const isSame = inCognito !== undefined && inCognito.clientId === clientId;
  return { application: there !== undefined, provider: isSame };
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
 * Rolls back a Create or a replacement that had reused a retained federation: that one is as it was before, and stands.
 * @returns `undefined` if there was none, or it is not whole any more.
 */
export async function retainedAgain(turn: Turn, { standing, open }: Past): Promise<Standing | undefined> {
  if (!standing || standing.handedTo || !hasAttributes(standing)) return undefined;
  // The last write of that Create may have failed: then what stands is what was retained.
  const isUnwritten = open.some(
    ({ requestType, federation }) =>
      requestType === 'Create' && federation?.application.id === standing.application.id,
  );
  const before = asRetained(standing, standing.retained ?? (isUnwritten ? standing.properties : undefined));
  if (!before) return undefined;
  const { request, deadline, shown } = turn;
  const { physicalResourceId, properties } = standing;
  // CloudFormation has it by another ID if it has never heard of the Create's success.
  const isFailed = request.requestType === 'Delete' && request.physicalResourceId !== physicalResourceId;
  if (!isFailed && !shown.isRollback) return undefined;
  const { application, provider } = await isThere(turn, standing, deadline.work);
  if (!application || !provider) return undefined;
  const since: Attempt = {
    requestId: physicalResourceId,
    requestType: 'Create',
    properties,
    federation: standing,
  };
  return goBackTo(turn, before, [since, ...open], deadline.work);
}

/**
 * Sets a federation that stands back to its own properties, without what attempts have added since.
 * @returns it, as it stands now.
 */
async function goBackTo(
  turn: Turn,
  standing: Standing,
  since: readonly Attempt[],
  time: Allotment,
): Promise<Standing> {
  const past = { standing, others: [], open: since, latest: undefined, died: [], isUpToDate: true };
  const made = await make(
    { ...turn, deadline: { ...turn.deadline, work: time } },
    {
      properties: parseProperties(standing.properties),
      past,
      applicationId: standing.application.id,
      isTolerant: true,
    },
    noProgress(),
  );
  return { ...standing, ...made.federation, attributes: { ...made.attributes } };
}

/** What is done is noted only at the end: if the handler dies, the next event does it again. What else the event made is noted apart. */
function onItsOwn(turn: Turn, standing: Standing, open: readonly Attempt[]): Turn {
  const journal = { open, standing: [standing], answered: [] };
  return { ...turn, ledger: new Ledger({ keep: async () => undefined }, turn.request, journal) };
}

/** As a rollback of the owner's own Update would. @returns what stands, unless the application is gone. */
async function restore(
  turn: Turn,
  federation: FederationRecord,
  standing: Standing,
  owner: ResourceName,
  time: Allotment,
): Promise<Standing> {
  const stackName = owner.stackId.split('/')[1] ?? '';
  const asOwner = { ...turn, request: { ...turn.request, ...owner, stackName } };
  if (!(await isThere(asOwner, standing, time)).application) return standing;
  const { requestId, requestType, properties } = turn.request;
  const record = { ...federation, takenFrom: undefined };
  const since: Attempt = { requestId, requestType, properties: { ...properties }, federation: record };
  return goBackTo(onItsOwn(asOwner, standing, [since]), standing, [since], time);
}
