import { setTimeout as pause } from 'node:timers/promises';
import { describeIdentityProvider, type IdentityProvider } from '../../cognito/identity-providers.ts';
import { setClientSecretOf } from '../../cognito/owned-providers.ts';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import {
  type ClientSecret,
  deactivateClientSecret,
  deleteClientSecret,
  listClientSecrets,
} from '../../okta/client-secrets.ts';
import type { Secret } from '../../secret.ts';
import { allOf } from '../all-of.ts';
import type { SecretRecord } from '../journal/records.ts';
import { planRotation, planSettlement } from '../plan/rotation-plan.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { makeClientSecret, newestActive } from './client-secret.ts';
import { guardProvider } from './provider-guard.ts';
import type { Site } from './site.ts';

/** Whose client secret is rotated, and by what it is known whether people can sign in with one. */
export interface RotationOrder {
  readonly site: Site;
  /** The same within the time that is reserved for the clean-up. */
  readonly cleanUpSite: () => Promise<Site>;
  readonly applicationId: string;
  /** What the journal knows of the client secret. */
  readonly secret: SecretRecord;
  /** Writes it to the journal. */
  readonly record: (secret: SecretRecord) => Promise<void>;
  /** The provider, as it is now. */
  readonly provider: IdentityProvider;
  /** @throws if people cannot sign in with this secret. */
  readonly probe: (clientSecret: Secret) => Promise<void>;
  /** Milliseconds that this may wait before the old secret goes; if that is not enough, another call finishes. */
  readonly patienceMs: number;
  readonly warn: (message: string, error: unknown) => void;
}

/** Whether a rotation can begin and end. @param leftMs milliseconds. */
export function hasTimeToRotate(leftMs: number): boolean {
  return leftMs > graceMs + 5_000;
}

/**
 * Refuses a rotation that could not end in time, before it begins.
 * @param leftMs milliseconds.
 * @throws InvalidRequestError
 */
export function requireTimeToRotate({ predecessorIds }: SecretRecord, leftMs: number): void {
  if (predecessorIds || hasTimeToRotate(leftMs)) return;
  throw new InvalidRequestError(
    `SecretVersion: a rotation waits ${graceMs / 1000} seconds until all of Cognito uses the new client secret, and only ${Math.max(0, Math.floor(leftMs / 1000))} seconds are left. Set ServiceTimeout to 180 or more, or remove it.`,
  );
}

/** The new client secret does not work. The message says why, and which secret is in use now. */
export class RotationFailedError extends Error {
  override readonly name = 'RotationFailedError';
}

// A sign-in that began before may still be on its way back to Cognito and use the other secret, and AWS does not say how
// soon all of Cognito's servers use a new one. Tests in real time have less patience.
const graceMs = Number(process.env.ROTATION_GRACE_SECONDS ?? 60) * 1000;

/** What a rotation has come to: the client secret in use, or for how long the old one must stay, in milliseconds. */
export type Rotated = { readonly secret: SecretRecord } | { readonly oldStaysMs: number };

/**
 * Gives the application another client secret while people go on signing in: both are good until the second one is in
 * use and probed, and only then the first one goes. Repeated after a break-off, it goes on from there.
 *
 *     Okta      old ──────────────────────────────────────────────────────┤ off, deleted
 *               noted    new ─────────────────────────────────────────────────────────── noted
 *     Cognito   old ──────────────────┤ new, noted ─────────────────────────────────────
 *     probes             ├─ new works ┤     ├─ new works, and a minute goes by ┤
 *
 * @throws RotationFailedError if the new secret does not work; Cognito has the old one again then.
 * @throws InvalidRequestError if a second secret of another owner is in the way.
 */
export async function rotate(order: RotationOrder, secretVersion: string | undefined): Promise<Rotated> {
  const { site, applicationId, provider } = order;
  const secrets = await listClientSecrets(site.okta, applicationId);
  const plan = planRotation(secrets, order.secret.predecessorIds, provider.clientSecret);
  await discard(order.site, applicationId, plan.clear);
  let { successor } = plan;
  let noted = order.secret;
  if (successor === 'new') {
    const predecessorIds = plan.retire.map(({ id }) => id);
    const { givenAt, ...before } = order.secret;
    noted = { ...before, predecessorIds };
    await order.record(noted);
    successor = await makeClientSecret(site.okta, applicationId, plan.retire);
  }
  let given = isSame(successor.clientSecret, provider.clientSecret);
  try {
    // Before Cognito has it: its very next sign-in must not be the first to try it.
    await order.probe(successor.clientSecret);
    const wasGivenAt = given ? noted.givenAt : undefined;
    given = true;
    if (wasGivenAt === undefined) {
      await setSecret(site, provider, successor.clientSecret);
      noted = { ...noted, givenAt: Date.now() };
      await allOf([order.probe(successor.clientSecret), order.record(noted)]);
    }
    const isInUse = plan.retire.some(({ status }) => status === 'ACTIVE');
    const oldStaysMs = isInUse ? graceAfter(noted.givenAt ?? 0) : 0;
    if (oldStaysMs > order.patienceMs) return { oldStaysMs };
    await grace(site, oldStaysMs);
  } catch (error) {
    throw await giveUp(order, successor, plan.retire, given, error);
  }
  await discard(site, applicationId, plan.retire);
  return { secret: { version: secretVersion, since: noted.givenAt } };
}

/**
 * Ends an interrupted rotation that is no longer wanted, such as by the rollback of its update: one secret stays.
 * @returns that secret, and what the journal is to know of it.
 */
export async function settleRotation(
  order: RotationOrder,
): Promise<{ readonly clientSecret: Secret; readonly secret: SecretRecord }> {
  const { site, applicationId, provider } = order;
  const secrets = await listClientSecrets(site.okta, applicationId);
  const { keep, retire } = planSettlement(secrets, order.secret.predecessorIds, provider.clientSecret);
  const kept = keep ?? (await makeClientSecret(site.okta, applicationId, secrets));
  if (!isSame(kept.clientSecret, provider.clientSecret)) await setSecret(site, provider, kept.clientSecret);
  const { predecessorIds = [], givenAt, ...before } = order.secret;
  const isOld = predecessorIds.includes(kept.id);
  const isGiven = !isOld && isSame(kept.clientSecret, provider.clientSecret) && givenAt !== undefined;
  if (retire.some(({ status }) => status === 'ACTIVE'))
    await grace(site, isGiven ? graceAfter(givenAt) : graceMs);
  await discard(site, applicationId, retire);
  return {
    clientSecret: kept.clientSecret,
    secret: isOld ? before : { ...before, since: givenAt ?? Date.now() },
  };
}

/** Restores the old secret and deletes the new one, in the time that is reserved for that. */
async function giveUp(
  order: RotationOrder,
  successor: ClientSecret,
  predecessors: readonly ClientSecret[],
  given: boolean,
  reason: unknown,
): Promise<unknown> {
  const { applicationId, provider } = order;
  const old = predecessors.find(({ status }) => status === 'ACTIVE');
  // Nothing to go back to: a secret that may work is better than none.
  if (!old) return reason;
  try {
    const site = await order.cleanUpSite();
    if (given) {
      await setSecret(site, provider, old.clientSecret);
      await grace(site);
    }
    await discard(site, applicationId, [successor]);
    const { predecessorIds, givenAt, ...settled } = order.secret;
    await order.record(settled);
  } catch (error) {
    // Both secrets still work, and the journal says which one to delete: the next Update does it.
    order.warn('The old client secret could not be set again, or the new one not be deleted.', error);
    return reason;
  }
  return reason instanceof Error
    ? new RotationFailedError(
        `The rotation failed, and the old client secret is in use again: ${reason.message}`,
        {
          cause: reason,
        },
      )
    : reason;
}

/** What an interrupted rotation has left on an application that is given back. */
export interface Withdrawal {
  /** What Cognito gets back. */
  readonly old: Secret;
  /** Deletes the client secrets that the rotation made. Cognito must have the old one by then. */
  readonly finish: () => Promise<void>;
}

/**
 * Finds out how to withdraw an interrupted rotation.
 * @param inUse the client secret that Cognito has.
 * @returns `undefined` if there is nothing to withdraw, or no old secret that works: one that may work is better than none.
 */
export async function withdrawalOf(
  site: Site,
  applicationId: string,
  predecessorIds: readonly string[] = [],
  inUse: Secret | undefined,
): Promise<Withdrawal | undefined> {
  if (predecessorIds.length === 0) return undefined;
  const secrets = await listClientSecrets(site.okta, applicationId);
  const [old] = secrets.filter(({ id, status }) => predecessorIds.includes(id) && status === 'ACTIVE');
  const made = secrets.filter(({ id }) => !predecessorIds.includes(id));
  if (!old || made.length === 0) return undefined;
  const finish = async () => {
    if (!isSame(old.clientSecret, inUse)) await grace(site);
    await discard(site, applicationId, made);
  };
  return { old: old.clientSecret, finish };
}

async function discard(site: Site, applicationId: string, secrets: readonly ClientSecret[]): Promise<void> {
  for (const { id, status } of secrets) {
    if (status === 'ACTIVE') await deactivateClientSecret(site.okta, applicationId, id);
    await deleteClientSecret(site.okta, applicationId, id);
  }
}

async function setSecret(site: Site, provider: IdentityProvider, clientSecret: Secret): Promise<void> {
  const { userPoolId, providerName } = site.identity;
  using guard = guardProvider(site.leases, site.identity, site.cognito);
  const { cognito, look } = await guard.held();
  await setClientSecretOf(cognito, userPoolId, providerName, provider.clientId, clientSecret, look);
}

/** How long the old secret must stay, in milliseconds, if Cognito got the new one at that time. */
function graceAfter(givenAt: number): number {
  // A clock that is ahead must not make it longer.
  return Math.min(graceMs - (Date.now() - givenAt), graceMs);
}

async function grace(site: Site, ms = graceMs): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal: site.cognito.signal });
}

function isSame(one: Secret, other: Secret | undefined): boolean {
  return one.reveal() === other?.reveal();
}

/**
 * Gives Cognito a client secret that Okta takes, if the secrets in Okta were changed by hand.
 * @param inUse that Cognito has.
 * @returns the secret that Cognito has now; `undefined` if Okta takes the one in use.
 */
export async function repairSecret(
  site: Site,
  application: Application,
  inUse: Secret | undefined,
): Promise<Secret | undefined> {
  const secrets = await listClientSecrets(site.okta, application.id);
  const newest = newestActive(secrets);
  const works = ({ status, clientSecret }: ClientSecret) =>
    status === 'ACTIVE' && isSame(clientSecret, inUse);
  if (!newest || secrets.some(works)) return undefined;
  const { userPoolId, providerName } = site.identity;
  const provider = await describeIdentityProvider(site.cognito, userPoolId, providerName);
  if (provider?.clientId !== clientIdOf(application)) return undefined;
  await setSecret(site, provider, newest.clientSecret);
  return newest.clientSecret;
}
