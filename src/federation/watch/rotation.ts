import type { Deadline } from '../../cloudformation/deadline.ts';
import { describeIdentityProvider } from '../../cognito/identity-providers.ts';
import { type HeldLease, withLease } from '../../lease/lease.ts';
import type { Secret } from '../../secret.ts';
import { type Rotated, rotate } from '../apply/rotate.ts';
import type { Site } from '../apply/site.ts';
import { connect, type Services, targetOf } from '../connections.ts';
import { itemOf, journalIn } from '../journal/item.ts';
import { type Journal, withStanding } from '../journal/journal.ts';
import type { SecretRecord } from '../journal/records.ts';
import { probeSignIn } from '../made.ts';
import { type AdoptionMode, consentProblem } from '../plan/consent.ts';
import { adopterOf } from '../plan/permissions.ts';
import { parseIfValid } from '../properties/properties.ts';
import { resourceName } from '../resource-name.ts';
import type { Finding } from './check.ts';
import { leftByDeployments, type StandingFederation, unsettled, updateToSame } from './standing.ts';

/** A function that only waits costs money, and keeps other federations waiting. */
const patienceMs = 1_000;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Says whether the client secret is to be rotated. Pure.
 * @param secretSince when the secret in use was made, in milliseconds since the epoch.
 * @param askedAt when an administrator asked for a rotation, in milliseconds since the epoch: one that came later fulfils it.
 */
export function isRotationDue(
  { standing }: StandingFederation,
  secretSince: number | undefined,
  now: number,
  askedAt?: number,
): boolean {
  // An interrupted rotation is completed.
  if (standing.secret.predecessorIds) return true;
  if (askedAt !== undefined) return (standing.secret.since ?? 0) < askedAt;
  const days = parseIfValid(standing.properties)?.SecretRotation?.AutomaticallyAfterDays;
  return days !== undefined && secretSince !== undefined && now - secretSince >= days * dayMs;
}

/** Why a due rotation must wait; `undefined` if it may run. Pure. */
export function rotationObstacle(
  journal: Journal,
  { standing }: StandingFederation,
  { signIn, foresight }: Finding,
): string | undefined {
  if (leftByDeployments(journal, standing)) return unsettled;
  if (!foresight?.planned || !foresight.observed.application || !foresight.observed.provider)
    return 'It is not whole.';
  if (signIn.works === false) return 'Its sign-in does not work. Fix that first.';
  return undefined;
}

/**
 * Why an adopted application gets no new client secret: each rotation needs the consent of an Okta administrator, also one that
 * an operator asks for. Pure.
 */
export function consentObstacle(
  federation: StandingFederation,
  { foresight }: Finding,
  adoption: AdoptionMode,
): string | undefined {
  const { application } = foresight?.observed ?? {};
  // A rotation that has begun is completed: it may already be in use.
  const isBegun = federation.standing.secret.predecessorIds !== undefined;
  if (isBegun || application?.relation !== 'adopted') return undefined;
  const adopter = adopterOf(updateToSame(federation, 'watch'));
  return consentProblem(adoption, application.document, adopter, { rotate: true, delete: false });
}

/**
 * Rotates the client secret with no downtime, under the resource's lease, and records each step with the federation that
 * stands. The old secret must stay until all of Cognito uses the new one; another message finishes the rotation then. A
 * rotation that breaks off is completed by the next message, or settled by the next deployment.
 * @returns `undefined` if it was no longer due when the lease was acquired.
 * @throws RotationFailedError, if the new secret does not work; Cognito has the old one then.
 */
export async function rotateSecret(
  federation: StandingFederation,
  finding: Finding,
  services: Services,
  deadline: Deadline,
  askedAt?: number,
): Promise<Rotated | undefined> {
  return withLease(services.leases, resourceName(federation), deadline.work.signal, async (lease) => {
    const journal = journalIn(lease.item);
    const { physicalResourceId } = federation.standing;
    const standing = journal.standing.find((one) => one.physicalResourceId === physicalResourceId);
    const now = standing && { ...federation, standing };
    const since = standing?.secret.since ?? finding.secretSince;
    if (!now || rotationObstacle(journal, now, finding) || !isRotationDue(now, since, Date.now(), askedAt))
      return undefined;
    const record = (secret: SecretRecord) =>
      lease.keep(itemOf(withStanding(journal, physicalResourceId, { secret })));
    const order = await orderOf(now, finding, services, deadline, lease);
    if (!order) return undefined;
    const rotated = await rotate({ ...order, record }, now.standing.secret.version);
    if ('secret' in rotated) await record(rotated.secret);
    return rotated;
  });
}

async function orderOf(
  federation: StandingFederation,
  { foresight }: Finding,
  services: Services,
  deadline: Deadline,
  { lost }: HeldLease,
) {
  const { planned, observed } = foresight ?? {};
  if (!planned || !observed?.application || 'problem' in observed.issuer) return undefined;
  const { goal } = planned;
  const { identity, properties } = goal;
  const target = targetOf(properties);
  const request = updateToSame(federation, 'watch');
  const siteWithin = async (time: Deadline['work']): Promise<Site> => {
    const signal = AbortSignal.any([time.signal, lost]);
    const connections = connect(services, request, target, { ...time, signal });
    return { ...connections, identity, okta: await connections.okta, recorded: Promise.resolve() };
  };
  const site = await siteWithin(deadline.work);
  const provider = await describeIdentityProvider(site.cognito, identity.userPoolId, identity.providerName);
  if (!provider) return undefined;
  const { clientId, scopes } = provider;
  return {
    site,
    cleanUpSite: () => siteWithin(deadline.cleanUp),
    applicationId: observed.application.document.id,
    secret: federation.standing.secret,
    provider,
    probe: (clientSecret: Secret) =>
      probeSignIn(goal, observed, { clientId, clientSecret, scopes, provider }, site.time),
    patienceMs,
    warn: services.warn,
  };
}
