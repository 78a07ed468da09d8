import type { IdentityProviderType } from '@aws-sdk/client-cognito-identity-provider';
import { Secret } from '../secret.ts';

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
  /** Everything else that the provider is set to, as Cognito names it. The issuer's endpoints are there if Cognito shows them. */
  readonly otherDetails: Readonly<Record<string, string>>;
}

const managedDetails = new Set([
  'client_id',
  'client_secret',
  'oidc_issuer',
  'authorize_scopes',
  'attributes_request_method',
]);

/**
 * The endpoints of the issuer. An update does not send them back: Cognito then reads them from the issuer again, and a
 * wrong one is corrected.
 */
export const storedEndpoints = ['authorize_url', 'token_url', 'attributes_url', 'jwks_uri'] as const;

/** Reads a provider as Cognito describes it. */
export function fromCognito(provider: IdentityProviderType): IdentityProvider {
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

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
export function providerDetails(settings: OidcSettings, clientSecret: Secret): Record<string, string> {
  return {
    client_id: settings.clientId,
    client_secret: clientSecret.reveal(),
    oidc_issuer: settings.issuer,
    authorize_scopes: settings.scopes.join(' '),
    attributes_request_method: settings.attributesRequestMethod,
  };
}
