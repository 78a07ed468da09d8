import { type AppClient, listAppClientsWith } from '../../cognito/app-clients.ts';
import type { Connections } from '../connections.ts';
import type { Identity } from '../properties/identity.ts';

/** More than a template has; a pool may have hundreds. */
const mostProbed = 10;

/**
 * Finds app clients that name the provider themselves, and that people can sign in to: the sign-in is probed with them if the
 * template names none. Never a reason to fail: the right to list app clients is not needed for anything else.
 * @param most how many of the pool's app clients are described, each by a call.
 */
export async function listingClients(
  { cognito, log }: Pick<Connections, 'cognito' | 'log'>,
  { userPoolId, providerName }: Identity,
  most = Number.POSITIVE_INFINITY,
): Promise<ReadonlyMap<string, AppClient>> {
  const found = await listAppClientsWith(cognito, userPoolId, providerName, most).catch((error: unknown) => {
    if (cognito.signal.aborted) throw error;
    log('The app clients could not be listed; the sign-in is probed without them.', {
      reason: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  });
  const usable = (found ?? []).filter(
    ({ oauthEnabled, oauthFlows, callbackUrls }) =>
      oauthEnabled && oauthFlows.includes('code') && callbackUrls.length > 0,
  );
  const first = usable.toSorted((one, other) => one.id.localeCompare(other.id)).slice(0, mostProbed);
  return new Map(first.map((client) => [client.id, client]));
}
