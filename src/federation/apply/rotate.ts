import { setTimeout as pause } from 'node:timers/promises';
import {
  describeIdentityProvider,
  type IdentityProvider,
  updateIdentityProvider,
} from '../../cognito/identity-providers.ts';
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
import { makeClientSecret } from './client-secret.ts';
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
  readonly warn: (message: string, error: unknown) => void;
}

/** The new client secret does not work. The message says why, and which secret is in use now. */
export class RotationFailedError extends Error {
  override readonly name = 'RotationFailedError';
}

// A sign-in that began before may still be on its way back to Cognito and use the other secret, and AWS and Okta
// take seconds to apply a change on all their servers.
const graceMs = 5_000;

/**
 * Gives the application another client secret while people go on signing in: both are good until the second one is in
 * use and probed, and only then the first one goes. Repeated after a break-off, it goes on from there.
 *
 *     Okta      old ──────────────────────────────────────────────┤ off, deleted
 *               noted    new ─────────────────────────────────────────────────── noted
 *     Cognito   old ──────────────────┤ new ────────────────────────────────────
 *     probes             ├─ new works ┤     ├─ new works, and grace ┤
 *
 * @throws RotationFailedError if the new secret does not work; Cognito has the old one again then.
 * @throws InvalidRequestError if a second secret of another owner is in the way.
 */
export async function rotate(order: RotationOrder, secretVersion: string | undefined): Promise<SecretRecord> {
  const { site, applicationId, provider } = order;
  const secrets = await listClientSecrets(site.okta, applicationId);
  const plan = planRotation(secrets, order.secret.predecessorIds, provider.clientSecret);
  await discard(order.site, applicationId, plan.clear);
  let { successor } = plan;
  if (successor === 'new') {
    const predecessorIds = plan.retire.map(({ id }) => id);
    await order.record({ ...order.secret, predecessorIds });
    successor = await makeClientSecret(site.okta, applicationId, predecessorIds);
  }
  let given = isSame(successor.clientSecret, provider.clientSecret);
  try {
    // Before Cognito has it: its very next sign-in must not be the first to try it.
    await order.probe(successor.clientSecret);
    given = true;
    await setSecret(site, provider, successor.clientSecret);
    await allOf([order.probe(successor.clientSecret), grace(site)]);
  } catch (error) {
    throw await giveUp(order, successor, plan.retire, given, error);
  }
  await discard(site, applicationId, plan.retire);
  return { version: secretVersion, since: Date.now() };
}

/**
 * Ends a rotation that broke off and is not wanted any more, such as by the rollback of its update: one secret stays.
 * @returns that secret.
 */
export async function settleRotation(order: RotationOrder): Promise<Secret> {
  const { site, applicationId, provider } = order;
  const secrets = await listClientSecrets(site.okta, applicationId);
  const { keep, retire } = planSettlement(secrets, order.secret.predecessorIds, provider.clientSecret);
  const kept =
    keep ??
    (await makeClientSecret(
      site.okta,
      applicationId,
      secrets.map(({ id }) => id),
    ));
  if (!isSame(kept.clientSecret, provider.clientSecret)) await setSecret(site, provider, kept.clientSecret);
  if (retire.some(({ status }) => status === 'ACTIVE')) await grace(site);
  await discard(site, applicationId, retire);
  return kept.clientSecret;
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
    const { predecessorIds, ...settled } = order.secret;
    await order.record(settled);
  } catch (error) {
    // Both secrets still work, and the journal says which one to delete: the next Update does it.
    order.warn('The old client secret could not be put back, or the new one not be taken away.', error);
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

/** What a rotation that broke off has left on an application that is given back. */
export interface Withdrawal {
  /** For Cognito to have again. */
  readonly old: Secret;
  /** Deletes the client secrets that the rotation made. Cognito must have the old one by then. */
  readonly finish: () => Promise<void>;
}

/**
 * Finds out how to withdraw a rotation that broke off.
 * @param inUse that Cognito has.
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
  await updateIdentityProvider(site.cognito, userPoolId, providerName, provider, clientSecret, provider);
}

async function grace(site: Site): Promise<void> {
  await pause(graceMs, undefined, { signal: site.cognito.signal });
}

function isSame(one: Secret, other: Secret | undefined): boolean {
  return one.reveal() === other?.reveal();
}

/**
 * Gives Cognito a client secret that Okta takes, if someone has changed the secrets in Okta.
 * @param inUse that Cognito has.
 * @returns the secret that Cognito has now; `undefined` if Okta takes the one in use.
 */
export async function repairSecret(
  site: Site,
  application: Application,
  inUse: Secret | undefined,
): Promise<Secret | undefined> {
  const secrets = await listClientSecrets(site.okta, application.id);
  const active = secrets.filter(({ status }) => status === 'ACTIVE');
  const [newest] = active.toSorted((one, other) => other.created.localeCompare(one.created));
  if (!newest || active.some(({ clientSecret }) => isSame(clientSecret, inUse))) return undefined;
  const { userPoolId, providerName } = site.identity;
  const provider = await describeIdentityProvider(site.cognito, userPoolId, providerName);
  if (provider?.clientId !== clientIdOf(application)) return undefined;
  await setSecret(site, provider, newest.clientSecret);
  return newest.clientSecret;
}
