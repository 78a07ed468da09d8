import {
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Secret } from '../secret.ts';
import { ask, type Cognito, unlessNotFound, untilAlone } from './client.ts';
import {
  fromCognito,
  type IdentityProvider,
  type OidcSettings,
  providerDetails,
  storedEndpoints,
} from './provider-details.ts';
import { refusedKey } from './refused-key.ts';

export type { IdentityProvider, OidcSettings } from './provider-details.ts';

/** The pool has a provider of this name. */
export class DuplicateProviderError extends Error {
  override readonly name = 'DuplicateProviderError';
}

/** Another provider of the pool has one of the identifiers. */
export class IdentifierTakenError extends Error {
  override readonly name = 'IdentifierTakenError';
}

/**
 * @returns the provider, or `undefined` if the pool has none of that name.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeIdentityProvider.html
 */
export async function describeIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
): Promise<IdentityProvider | undefined> {
  const command = new DescribeIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: providerName });
  const found = await unlessNotFound(ask(cognito, (client, options) => client.send(command, options)));
  return found?.IdentityProvider && fromCognito(found.IdentityProvider);
}

/**
 * @returns the provider as Cognito answered.
 * @throws DuplicateProviderError if the name is taken, or one of the identifiers.
 * @throws IdentifierTakenError if Cognito names the identifiers as the reason.
 */
export async function createIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  settings: OidcSettings,
  clientSecret: Secret,
): Promise<IdentityProvider | undefined> {
  const command = new CreateIdentityProviderCommand({
    UserPoolId: userPoolId,
    ProviderName: providerName,
    ProviderType: 'OIDC',
    ProviderDetails: providerDetails(settings, clientSecret),
    AttributeMapping: { ...settings.attributeMapping },
    IdpIdentifiers: [...settings.idpIdentifiers],
  });
  try {
    const { IdentityProvider } = await ask(cognito, (client, options) => client.send(command, options));
    return IdentityProvider && fromCognito(IdentityProvider);
  } catch (error) {
    if (error instanceof Error && error.name === 'DuplicateProviderException') {
      throw new DuplicateProviderError(error.message, { cause: error });
    }
    throw explained(error, userPoolId, settings);
  }
}

/**
 * Sets a provider and carries over what this project does not manage. `updateIdentityProviderOf` also checks whose it is.
 * @param current as it was read.
 * @throws IdentifierTakenError
 */
export async function updateIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  settings: OidcSettings,
  clientSecret: Secret,
  current: IdentityProvider | undefined,
): Promise<void> {
  await untilAlone(cognito, () =>
    sendUpdate(cognito, userPoolId, providerName, settings, clientSecret, current),
  );
}

/**
 * Makes one try of an update. A key that AWS has added to the description only is left out.
 * @returns the provider as Cognito answered.
 * @throws ConcurrentModificationException
 * @throws IdentifierTakenError
 */
export async function sendUpdate(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  settings: OidcSettings,
  clientSecret: Secret,
  current: IdentityProvider | undefined,
): Promise<IdentityProvider | undefined> {
  const kept = { ...current?.otherDetails };
  for (const endpoint of storedEndpoints) delete kept[endpoint];
  for (;;) {
    const command = new UpdateIdentityProviderCommand({
      UserPoolId: userPoolId,
      ProviderName: providerName,
      ProviderDetails: { ...kept, ...providerDetails(settings, clientSecret) },
      AttributeMapping: { ...settings.attributeMapping },
      IdpIdentifiers: [...settings.idpIdentifiers],
    });
    try {
      const { IdentityProvider } = await ask(cognito, (client, options) => client.send(command, options));
      return IdentityProvider && fromCognito(IdentityProvider);
    } catch (error) {
      const key = refusedKey(error, Object.keys(kept));
      if (key === undefined) throw explained(error, userPoolId, settings);
      delete kept[key];
    }
  }
}

/**
 * Makes one try of a delete.
 * @throws ConcurrentModificationException
 * @throws ResourceNotFoundException
 */
export async function sendDelete(cognito: Cognito, userPoolId: string, providerName: string): Promise<void> {
  const command = new DeleteIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: providerName });
  await ask(cognito, (client, options) => client.send(command, options));
}

/** Cognito's two ways to refuse an identifier; an update cannot be refused for its name. */
function explained(error: unknown, userPoolId: string, { idpIdentifiers }: OidcSettings): unknown {
  if (!(error instanceof Error) || idpIdentifiers.length === 0) return error;
  const isTaken =
    error.name === 'DuplicateProviderException' ||
    (error.name === 'InvalidParameterException' &&
      /^(?!.*validation error).*identifier/i.test(error.message));
  if (!isTaken) return error;
  return new IdentifierTakenError(
    `IdpIdentifiers: Cognito refused ${idpIdentifiers.join(', ')} for user pool ${userPoolId} (${error.message}). Remove the identifier here, or from the other identity provider.`,
    { cause: error },
  );
}
