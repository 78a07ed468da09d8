import type { AppClient } from '../../cognito/app-clients.ts';

// An app client may be allowed more, such as a resource server's scopes, which are not for a sign-in.
const signInScopes = ['openid', 'email', 'profile', 'phone'];

/**
 * The link that signs a person in to an app client through this provider.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export function signInUrl(domain: string, appClient: AppClient, providerName: string): string {
  const scopes = appClient.oauthScopes.filter((scope) => signInScopes.includes(scope));
  const query = new URLSearchParams({
    identity_provider: providerName,
    client_id: appClient.id,
    response_type: 'code',
    redirect_uri: appClient.defaultRedirectUri ?? appClient.callbackUrls[0] ?? '',
    scope: (scopes.length > 0 ? scopes : appClient.oauthScopes).join(' '),
  });
  return `https://${domain}/oauth2/authorize?${query}`;
}
