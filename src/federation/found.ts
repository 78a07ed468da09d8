import * as z from 'zod/mini';
import type { IdentityProvider } from '../cognito/identity-providers.ts';
import type { Application } from '../okta/applications.ts';

/**
 * How an adopted application and its provider were found: of what this project may change, what it was before. The marker
 * keeps it, so that the resource's Delete, or the rollback of its Create, leaves them as they were.
 */
export const foundSchema = z.object({
  label: z.string(),
  pkceRequired: z.optional(z.boolean()),
  grantTypes: z.optional(z.array(z.string())),
  responseTypes: z.optional(z.array(z.string())),
  issuerMode: z.optional(z.string()),
  initiateLoginUri: z.optional(z.string()),
  logoUri: z.optional(z.string()),
  notes: z.optional(z.string()),
  postLogoutRedirectUris: z.optional(z.array(z.string())),
  /** Whether it was active. */
  active: z.boolean(),
  provider: z.optional(
    z.object({
      issuer: z.string(),
      scopes: z.array(z.string()),
      attributesRequestMethod: z.enum(['GET', 'POST']),
      attributeMapping: z.record(z.string(), z.string()),
      idpIdentifiers: z.array(z.string()),
    }),
  ),
});

export type Found = z.output<typeof foundSchema>;

/** Notes down what an application and its provider are like before they are adopted. */
export function noteFound(application: Application, provider: IdentityProvider | undefined): Found {
  const client = application.settings?.oauthClient;
  return {
    label: application.label,
    active: application.status === 'ACTIVE',
    pkceRequired: application.credentials?.oauthClient?.pkce_required,
    grantTypes: client?.grant_types,
    responseTypes: client?.response_types,
    issuerMode: client?.issuer_mode,
    initiateLoginUri: client?.initiate_login_uri ?? undefined,
    logoUri: client?.logo_uri ?? undefined,
    notes: application.settings?.notes?.admin ?? undefined,
    postLogoutRedirectUris: client?.post_logout_redirect_uris,
    ...(provider
      ? {
          provider: {
            issuer: provider.issuer,
            scopes: [...provider.scopes],
            attributesRequestMethod: provider.attributesRequestMethod,
            attributeMapping: { ...provider.attributeMapping },
            idpIdentifiers: [...provider.idpIdentifiers],
          },
        }
      : {}),
  };
}
