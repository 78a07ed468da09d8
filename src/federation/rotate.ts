import { setTimeout as pause } from 'node:timers/promises';
import { type IdentityProvider, updateIdentityProvider } from '../cognito/identity-providers.ts';
import { type Application, replaceApplication } from '../okta/applications.ts';
import {
  type ClientSecret,
  createClientSecret,
  deactivateClientSecret,
  deleteClientSecret,
  listClientSecrets,
} from '../okta/client-secrets.ts';
import type { Secret } from '../secret.ts';
import type { Site } from './apply.ts';
import { markerName, markerOf } from './marker.ts';

/** Says whether the template asks for another client secret than the one that is there. */
export function isRotationDue(application: Application, secretVersion: string | undefined): boolean {
  return secretVersion !== undefined && markerOf(application)?.secretVersion !== secretVersion;
}

/** Which secret takes over, which ones are in its way, and which ones it makes needless. */
export interface RotationPlan {
  readonly clear: readonly ClientSecret[];
  readonly successor: ClientSecret | 'new';
  readonly retire: readonly ClientSecret[];
}

/**
 * Plans a rotation, or what is left of one that broke off: an application holds two secrets at most. Pure.
 *
 *     Okta has         what happened                       what is left to do
 *     old              nothing yet                         make new, use it, retire old
 *     old, new         broke off before old went           use new, which Cognito may do already, retire old
 *     old (off), new   broke off in the end, or a leaving  clear old away; then as in line one
 */
export function planRotation(secrets: readonly ClientSecret[]): RotationPlan {
  const newestFirst = secrets.toSorted((a, b) => b.created.localeCompare(a.created));
  const [newest, ...older] = newestFirst.filter((secret) => secret.status === 'ACTIVE');
  const clear = newestFirst.filter((secret) => secret.status === 'INACTIVE');
  return newest && older.length > 0
    ? { clear, successor: newest, retire: older }
    : { clear, successor: 'new', retire: newest ? [newest] : [] };
}

// A sign-in that began before may still be on its way back to Cognito with the old secret in hand, and AWS and Okta take
// seconds to tell all their servers of the new one.
const graceMs = 5_000;

/**
 * Gives the application another client secret while people go on signing in: the second secret is in use and probed
 * before the first one goes. Repeated after a break-off, it goes on from there.
 * @param current the provider, as it is now.
 * @param probe tells whether people can sign in with a secret; throws where they cannot.
 * @throws what the probe throws; Cognito has the old secret again then.
 */
export async function rotate(
  site: Site,
  application: Application,
  current: IdentityProvider,
  secretVersion: string,
  probe: (clientSecret: Secret) => Promise<void>,
): Promise<void> {
  const { okta } = site;
  const plan = planRotation(await listClientSecrets(okta, application.id));
  for (const secret of plan.clear) await discard(site, application, secret);
  const successor =
    plan.successor === 'new' ? await createClientSecret(okta, application.id) : plan.successor;
  const [predecessor] = plan.retire;
  try {
    await setSecret(site, current, successor.clientSecret);
    await pause(graceMs, undefined, { signal: site.cognito.signal });
    await probe(successor.clientSecret);
  } catch (error) {
    if (predecessor) {
      await setSecret(site, current, predecessor.clientSecret);
      await discard(site, application, successor);
    }
    throw error;
  }
  for (const secret of plan.retire) await discard(site, application, secret);
  // Noted last: where anything before breaks off, the repeat finds the rotation still due.
  const marker = { ...markerOf(application), secretVersion };
  await replaceApplication(okta, {
    ...application,
    profile: { ...application.profile, [markerName]: marker },
  });
}

async function discard(site: Site, application: Application, secret: ClientSecret): Promise<void> {
  if (secret.status === 'ACTIVE') await deactivateClientSecret(site.okta, application.id, secret.id);
  await deleteClientSecret(site.okta, application.id, secret.id);
}

async function setSecret(site: Site, provider: IdentityProvider, clientSecret: Secret): Promise<void> {
  const { userPoolId, providerName } = site.identity;
  await updateIdentityProvider(site.cognito, userPoolId, providerName, provider, clientSecret, provider);
}
