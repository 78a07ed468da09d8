import type { Cognito } from '../../cognito/client.ts';
import { describeIdentityProvider } from '../../cognito/identity-providers.ts';
import type { Look } from '../../cognito/owned-providers.ts';
import { withLease } from '../../lease/lease.ts';
import type { LeaseTable } from '../../lease/table.ts';
import { eager } from '../all-of.ts';
import type { Identity } from '../properties/identity.ts';

/**
 * Guards the name of a provider: another stack may delete the provider and make its own while this one works. The lease keeps
 * other federations of this provider stack away from the name, and the provider is looked at again once it is held. Both
 * happen beside the steps before, so that no step waits for them.
 */
export interface ProviderGuard extends Disposable {
  /** Waits for the lease. The connection ends if the lease is lost. */
  held(): Promise<{ readonly cognito: Cognito; readonly look: Look }>;
}

export function guardProvider(
  leases: LeaseTable,
  { userPoolId, providerName }: Identity,
  cognito: Cognito,
): ProviderGuard {
  const finished = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<{ readonly cognito: Cognito; readonly look: Look }>();
  // Ends the wait for the lease if an earlier step fails.
  const given = new AbortController();
  let isTaken = false;
  const name = `provider ${userPoolId} ${providerName}`;
  const waiting = AbortSignal.any([cognito.signal, given.signal]);
  withLease(leases, name, waiting, async ({ signal }) => {
    const own = { ...cognito, signal };
    const provider = eager(describeIdentityProvider(own, userPoolId, providerName));
    isTaken = true;
    taken.resolve({ cognito: own, look: { provider } });
    await Promise.allSettled([finished.promise, provider]);
  }).catch(taken.reject);
  eager(taken.promise);
  return {
    held: () => taken.promise,
    [Symbol.dispose]: () => {
      finished.resolve();
      if (!isTaken) given.abort();
    },
  };
}
