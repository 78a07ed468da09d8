import type { Allotment } from '../cloudformation/deadline.ts';
import type { Application } from '../okta/applications.ts';
import type { Okta } from '../okta/client.ts';
import { OktaError } from '../okta/errors.ts';
import { hostOfOrg } from '../okta/organization.ts';
import { apply } from './apply/apply.ts';
import { withdrawalOf } from './apply/rotate.ts';
import { connect, targetOfRecord } from './connections.ts';
import { giveBack } from './give-back.ts';
import type { FederationRecord } from './journal/records.ts';
import type { Leftover } from './leftovers.ts';
import { findTagged } from './observe/find-application.ts';
import { observeForRemoval } from './observe/observe.ts';
import { nameTagOf } from './ownership/name-tag.ts';
import { mayDelete } from './plan/permissions.ts';
import { planRemoval, type Removal } from './plan/plan-removal.ts';
import type { Identity } from './properties/identity.ts';
import { InvalidRequestError } from './properties/properties.ts';
import { isSameResource } from './resource-name.ts';
import type { Turn } from './turn.ts';

interface Asked {
  /** Whether the federation stood, and was not only attempted. */
  readonly wasWhole: boolean;
  readonly deletesAdopted: boolean;
  /** Okta refused the credentials of the attempt: what the journal has no ID of was not made. */
  readonly wasRefused?: boolean;
  /** An earlier delivery of the event died: only Okta's answer shows what it made. */
  readonly needsAnswer?: boolean;
}

const attempt: Asked = { wasWhole: false, deletesAdopted: false };

/**
 * How to remove what a failed event made.
 * @param failure why the event failed.
 * @param wasInterrupted whether an earlier delivery of the event died.
 */
export function attempted(failure: unknown, wasInterrupted: boolean): Asked {
  return { ...attempt, wasRefused: isRefusal(failure), needsAnswer: wasInterrupted };
}

/**
 * Removes each of these. One that cannot be removed does not keep the others.
 * @throws the first failure.
 */
export async function removeLeftovers(
  turn: Turn,
  leftovers: readonly Leftover[],
  time: Allotment,
  asked: Asked = attempt,
): Promise<void> {
  const failures: unknown[] = [];
  for (const leftover of leftovers)
    await removeFederation(turn, leftover, time, asked).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Observes, plans and applies the removal of what the journal, or the physical ID, knows of a federation. */
export async function removeFederation(
  turn: Turn,
  leftover: Leftover,
  time: Allotment,
  asked: Asked = attempt,
): Promise<void> {
  const { federation, hasApplication, hasProvider } = leftover;
  if (await giveBack(turn, federation, time, asked.wasWhole)) return;
  const { application: record, provider } = federation;
  const { stackId, logicalResourceId } = turn.request;
  const identity = {
    stackId,
    logicalResourceId,
    userPoolId: provider.userPoolId,
    providerName: provider.providerName,
  };
  const connections = connect(turn.services, turn.request, targetOfRecord(federation), time);
  const permissions = { adoption: turn.services.adoption, request: turn.request };
  // Okta was asked for the URL before the first change: with it, an application may have been made.
  const isUnsure =
    record.id === undefined &&
    !asked.needsAnswer &&
    (record.orgUrl === undefined || asked.wasRefused === true);
  const okta = await connections.okta.catch(unlessUnsure<Okta>(turn, isUnsure));
  if (!okta) return;
  const applicationIds = record.id
    ? [record.id]
    : await leftUnderLabel(okta, identity, leftover).catch(unlessUnsure<string[]>(turn, isUnsure));
  if (!applicationIds) return;
  if (applicationIds.length === 0) await requireSameOrg(okta, federation, undefined);
  // Without an application there is no provider of it: the provider's client is made first.
  if (applicationIds.length === 0 && provider.clientId === undefined) return;
  const goes = hasApplication ? record : undefined;
  for (const applicationId of applicationIds.length > 0 ? applicationIds : [undefined]) {
    const observed = await observeForRemoval(connections, identity, applicationId, goes);
    // A provider that others have made under this name says nothing of our application's org.
    const isOurs = leftover.clientIds.has(observed.provider?.clientId ?? '');
    if (applicationId && !observed.application)
      await requireSameOrg(okta, federation, isOurs ? observed.provider?.issuer : undefined);
    if (!asked.wasWhole && isLostRace(federation, observed.application, identity)) return;
    const removal: Removal = {
      application: goes,
      provider: hasProvider ? provider : undefined,
      clientIds: leftover.clientIds,
      deletesAdopted: asked.deletesAdopted && mayDelete(permissions, observed.application),
    };
    const plan = planRemoval(removal, observed);
    turn.services.log('Planned the removal.', { steps: plan.map((stage) => stage.map((step) => step.do)) });
    const site = {
      ...connections,
      identity,
      okta,
      recorded: Promise.resolve(),
      appClientIds: observed.appClientIds,
    };
    await turn.confirmed;
    const inUse = observed.provider?.clientSecret;
    const isGivenBack = removal.application?.found && !removal.deletesAdopted && observed.application;
    const withdrawal = isGivenBack
      ? await withdrawalOf(site, isGivenBack.id, federation.secret.predecessorIds, inUse)
      : undefined;
    await apply(plan, site, {
      application: observed.application,
      clientSecret: withdrawal?.old ?? inUse,
    });
    await withdrawal?.finish();
    await observed.appClientIds;
  }
}

/** Another resource adopted the application before this attempt could: nothing was changed, and all of it is the other's. */
function isLostRace(
  { application: { found } }: FederationRecord,
  there: Application | undefined,
  own: Identity,
) {
  const tag = nameTagOf(there);
  return found !== undefined && tag !== undefined && !isSameResource(tag, own);
}

/** What carries this identity's name tag under the label, and belongs to no federation that stays. */
async function leftUnderLabel(
  okta: Okta,
  identity: Identity,
  { federation, stays }: Leftover,
): Promise<string[]> {
  const tagged = await findTagged(okta, identity, federation.application.label);
  return tagged.map(({ id }) => id).filter((id) => !stays.has(id));
}

/** Tells whether Okta does not let these credentials do something. */
function isRefusal(error: unknown): boolean {
  return error instanceof OktaError && (error.status === 401 || error.status === 403);
}

/** Credentials that do not work may be why an attempt failed, and nothing was made with them. */
function unlessUnsure<T>({ services }: Turn, isUnsure: boolean) {
  return (error: unknown): T | undefined => {
    if (!isUnsure || !(isRefusal(error) || error instanceof InvalidRequestError)) throw error;
    services.warn('It is not known whether a failed attempt left an application in Okta.', error);
    return undefined;
  };
}

/** "Not found" means "gone" only in the org that the application was in. */
async function requireSameOrg(
  okta: Okta,
  { application, provider }: FederationRecord,
  issuer: string | undefined,
): Promise<void> {
  const origin = application.orgUrl ?? (issuer && URL.parse(issuer)?.origin);
  if (!origin || (await hostOfOrg(okta, origin))) return;
  const which =
    application.id === undefined ? 'may have an application' : `has its application ${application.id}`;
  throw new InvalidRequestError(
    `The federation ${provider.providerName} of user pool ${provider.userPoolId} ${which} in the Okta org ${origin}, but the Okta secret names ${okta.orgUrl}. Put the credentials of ${origin} into the secret, then try again.`,
  );
}
