import {
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Secret } from '../secret.ts';
import { ask, type Cognito, unlessNotFound, untilAlone } from './client.ts';

/** What an OIDC identity provider is set to. */
export interface OidcSettings {
  readonly clientId: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  readonly attributesRequestMethod: 'GET' | 'POST';
  /** Pool attribute ← claim. */
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly idpIdentifiers: readonly string[];
}

export interface IdentityProvider extends OidcSettings {
  readonly type: string;
  /** Cognito gives it back, so that an update can carry it over. */
  readonly clientSecret: Secret | undefined;
  /** Everything that the provider is set to but for the secret, as Cognito names it. */
  readonly otherDetails: Readonly<Record<string, string>>;
}

/** The pool has a provider of this name. */
export class DuplicateProviderError extends Error {
  override readonly name = 'DuplicateProviderError';
}

const managedDetails = new Set([
  'client_id',
  'client_secret',
  'oidc_issuer',
  'authorize_scopes',
  'attributes_request_method',
]);

// Cognito discovers these at the issuer and gives them back beside it: with another issuer they would be wrong.
const discoveredDetails = new Set([
  'authorize_url',
  'token_url',
  'attributes_url',
  'jwks_uri',
  'attributes_url_add_attributes',
]);

/**
 * @returns the provider, or `undefined` where the pool has none of that name.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeIdentityProvider.html
 */
export async function describeIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
): Promise<IdentityProvider | undefined> {
  const command = new DescribeIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: providerName });
  const found = await unlessNotFound(ask(cognito, (client, options) => client.send(command, options)));
  const provider = found?.IdentityProvider;
  if (!provider) return undefined;
  const details = provider.ProviderDetails ?? {};
  const clientSecret = details.client_secret;
  return {
    type: provider.ProviderType ?? '',
    clientId: details.client_id ?? '',
    clientSecret: clientSecret ? new Secret(clientSecret) : undefined,
    issuer: details.oidc_issuer ?? '',
    scopes: (details.authorize_scopes ?? '').split(/\s+/).filter(Boolean),
    attributesRequestMethod: details.attributes_request_method === 'POST' ? 'POST' : 'GET',
    attributeMapping: provider.AttributeMapping ?? {},
    idpIdentifiers: provider.IdpIdentifiers ?? [],
    otherDetails: Object.fromEntries(Object.entries(details).filter(([name]) => !managedDetails.has(name))),
  };
}

/** @throws DuplicateProviderError where the name is taken. */
export async function createIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  settings: OidcSettings,
  clientSecret: Secret,
): Promise<void> {
  const command = new CreateIdentityProviderCommand({
    UserPoolId: userPoolId,
    ProviderName: providerName,
    ProviderType: 'OIDC',
    ProviderDetails: providerDetails(settings, clientSecret),
    AttributeMapping: { ...settings.attributeMapping },
    IdpIdentifiers: [...settings.idpIdentifiers],
  });
  try {
    await ask(cognito, (client, options) => client.send(command, options));
  } catch (error) {
    if (error instanceof Error && error.name === 'DuplicateProviderException') {
      throw new DuplicateProviderError(error.message, { cause: error });
    }
    throw error;
  }
}

/**
 * Sets a provider anew and carries over what this project does not manage.
 * @param current as it was read.
 */
export async function updateIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  settings: OidcSettings,
  clientSecret: Secret,
  current: IdentityProvider | undefined,
): Promise<void> {
  const sameIssuer = current?.issuer === settings.issuer;
  const kept = Object.entries(current?.otherDetails ?? {}).filter(
    ([name]) => sameIssuer || !discoveredDetails.has(name),
  );
  const command = new UpdateIdentityProviderCommand({
    UserPoolId: userPoolId,
    ProviderName: providerName,
    ProviderDetails: { ...Object.fromEntries(kept), ...providerDetails(settings, clientSecret) },
    AttributeMapping: { ...settings.attributeMapping },
    IdpIdentifiers: [...settings.idpIdentifiers],
  });
  await untilAlone(cognito, () => ask(cognito, (client, options) => client.send(command, options)));
}

/** Deletes a provider; one that is gone is success. */
export async function deleteIdentityProvider(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
): Promise<void> {
  const command = new DeleteIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: providerName });
  await unlessNotFound(
    untilAlone(cognito, () => ask(cognito, (client, options) => client.send(command, options))),
  );
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
function providerDetails(settings: OidcSettings, clientSecret: Secret): Record<string, string> {
  return {
    client_id: settings.clientId,
    client_secret: clientSecret.reveal(),
    oidc_issuer: settings.issuer,
    authorize_scopes: settings.scopes.join(' '),
    attributes_request_method: settings.attributesRequestMethod,
  };
}
