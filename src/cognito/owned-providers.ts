import type { Secret } from '../secret.ts';
import { type Cognito, unlessNotFound, untilAlone } from './client.ts';
import {
  describeIdentityProvider,
  type IdentityProvider,
  type OidcSettings,
  sendDelete,
  sendUpdate,
} from './identity-providers.ts';

/**
 * Changes of a provider that look right before each write at whose it is: its `client_id` says that. Cognito has no
 * conditional write, so the caller holds a lease on the provider's name.
 */

/** A first look that the caller has begun under the lease, so that the write need not wait for one. A repeat looks again. */
export interface Look {
  provider: Promise<IdentityProvider | undefined> | undefined;
}

function look(cognito: Cognito, userPoolId: string, providerName: string, looked: Look | undefined) {
  const first = looked?.provider;
  if (looked) looked.provider = undefined;
  return first ?? describeIdentityProvider(cognito, userPoolId, providerName);
}

/** The provider has the client ID of another owner. */
export class ForeignProviderError extends Error {
  override readonly name = 'ForeignProviderError';
}

/** The provider no longer exists. */
export class ProviderGoneError extends Error {
  override readonly name = 'ProviderGoneError';
}

/**
 * Deletes a provider if it has this client ID.
 * @returns `gone` if there is none of the name, `foreign` if it has another client ID; both leave the pool as it is.
 */
export async function deleteIdentityProviderOf(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  clientId: string,
  looked?: Look,
): Promise<'deleted' | 'gone' | 'foreign'> {
  const outcome = await unlessNotFound(
    untilAlone(cognito, async () => {
      const provider = await look(cognito, userPoolId, providerName, looked);
      if (!provider) return 'gone';
      if (provider.clientId !== clientId) return 'foreign';
      await sendDelete(cognito, userPoolId, providerName);
      return 'deleted';
    }),
  );
  return outcome ?? 'gone';
}

/**
 * Sets a provider, as `updateIdentityProvider`, if it has one of the resource's own client IDs.
 * @param ownClientIds beside the one in `settings`: the client ID before this update, if it changes.
 * @returns the provider as Cognito answered.
 * @throws ForeignProviderError
 * @throws ProviderGoneError
 * @throws IdentifierTakenError
 */
export async function updateIdentityProviderOf(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  settings: OidcSettings,
  clientSecret: Secret,
  ownClientIds: readonly string[],
  looked?: Look,
): Promise<IdentityProvider | undefined> {
  return untilAlone(cognito, async () => {
    const found = await look(cognito, userPoolId, providerName, looked);
    const current = requireOwn(found, userPoolId, providerName, [settings.clientId, ...ownClientIds]);
    return sendUpdate(cognito, userPoolId, providerName, settings, clientSecret, current);
  });
}

/**
 * Gives a provider another client secret, if it has this client ID. All else stays as it is by then.
 * @throws ForeignProviderError
 * @throws ProviderGoneError
 */
export async function setClientSecretOf(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  clientId: string,
  clientSecret: Secret,
  looked?: Look,
): Promise<void> {
  await untilAlone(cognito, async () => {
    const current = await look(cognito, userPoolId, providerName, looked);
    const own = requireOwn(current, userPoolId, providerName, [clientId]);
    await sendUpdate(cognito, userPoolId, providerName, own, clientSecret, own);
  });
}

function requireOwn(
  current: IdentityProvider | undefined,
  userPoolId: string,
  providerName: string,
  ownClientIds: readonly string[],
): IdentityProvider {
  if (!current) {
    throw new ProviderGoneError(
      `ProviderName: user pool ${userPoolId} no longer has the identity provider ${providerName}. Deploy again to create it.`,
    );
  }
  if (!ownClientIds.includes(current.clientId)) {
    throw new ForeignProviderError(
      `ProviderName: the identity provider ${providerName} of user pool ${userPoolId} now has the client ID ${current.clientId || '(none)'}, which is not this resource's. Set another ProviderName, or delete that provider and deploy again.`,
    );
  }
  return current;
}
