import type { Cognito } from '../../cognito/client.ts';
import { describeIdentityProvider, type IdentityProvider } from '../../cognito/identity-providers.ts';
import { type LeaseTable, withLease } from '../../lease/lease.ts';
import type { Identity } from '../properties/identity.ts';

/**
 * Guards the name of a provider: another stack may delete the provider and make its own while this one works. The lease keeps
 * other federations of this provider stack away from the name, and the provider is looked at again once it is held. Both
 * happen beside the steps before, so that no step waits for them.
 */
export interface ProviderGuard extends Disposable {
  /**
   * Runs a step with the provider as it is now.
   * @param work is given a connection that ends if the lease is lost.
   */
  during(work: (current: IdentityProvider | undefined, cognito: Cognito) => Promise<void>): Promise<void>;
}

export function guardProvider(
  leases: LeaseTable,
  { userPoolId, providerName }: Identity,
  cognito: Cognito,
): ProviderGuard {
  const finished = Promise.withResolvers<void>();
  const held = Promise.withResolvers<Cognito>();
  const name = `provider ${userPoolId} ${providerName}`;
  withLease(leases, name, cognito.signal, async (lease) => {
    held.resolve({ ...cognito, signal: lease.signal });
    await finished.promise;
  }).catch(held.reject);
  const look = held.promise.then((own) => describeIdentityProvider(own, userPoolId, providerName));
  // Avoids an unhandledRejection if no step gets as far as the provider.
  look.catch(() => undefined);
  return {
    async during(work) {
      const current = await look;
      await work(current, await held.promise);
    },
    [Symbol.dispose]: () => finished.resolve(),
  };
}
