import { timingSafeEqual } from 'node:crypto';
import type { JWK } from 'jose';
import { type Account, type ClientMetadata, errors } from 'oidc-provider';
import type { Application, Org } from './org.ts';
import { tokenClaims } from './token-claims.ts';

/** @returns what oidc-provider wants to know of a client; nothing for one that is unknown or inactive */
export function clientMetadata(org: Org, clientId: string): ClientMetadata | undefined {
  const application = org.applicationOfClient(clientId);
  if (application?.status !== 'ACTIVE') return undefined;
  const { document, secrets } = application;
  const client = document.settings.oauthClient;
  const secret = secrets.find(({ status }) => status === 'ACTIVE');
  return {
    client_id: clientId,
    client_name: document.label,
    ...(secret && { client_secret: secret.value }),
    token_endpoint_auth_method: document.credentials.oauthClient.token_endpoint_auth_method,
    application_type: client.application_type === 'native' ? 'native' : 'web',
    grant_types: client.grant_types.filter(
      (grant) => grant === 'authorization_code' || grant === 'refresh_token',
    ),
    response_types: client.grant_types.includes('authorization_code') ? ['code'] : [],
    redirect_uris: client.redirect_uris ?? [],
    post_logout_redirect_uris: client.post_logout_redirect_uris ?? [],
    ...(client.jwks && { jwks: { keys: publicKeys(client.jwks.keys) } }),
    ...(client.dpop_bound_access_tokens && { dpop_bound_access_tokens: true }),
  };
}

/**
 * @returns whether a secret is one of the client's: Okta takes either of its active ones
 * @see https://developer.okta.com/docs/guides/client-secret-rotation-key/main/
 */
export function isSecretOf(org: Org, clientId: string, actual: string): boolean {
  const secrets = org.applicationOfClient(clientId)?.secrets ?? [];
  return secrets.some(({ value, status }) => status === 'ACTIVE' && sameText(value, actual));
}

/**
 * @returns false: the request may do without PKCE
 * @throws InvalidRequest if the application demands it
 */
export function requiresPkce(org: Org, clientId: string): boolean {
  if (org.applicationOfClient(clientId)?.document.credentials.oauthClient.pkce_required) {
    throw new errors.InvalidRequest('PKCE code challenge is required by the application.');
  }
  return false;
}

/**
 * @param request the client that asks, whether it gets an access token, and whether it asks the org's own server
 * @returns the user, whose claims depend on their destination
 */
export function account(
  org: Org,
  userId: string,
  request: { clientId: string; besideAccessToken: boolean; ofOrgServer: boolean },
): Account | undefined {
  const user = org.users.get(userId);
  if (!user) return undefined;
  const { clientId, ...where } = request;
  return {
    accountId: userId,
    claims: (use, scope) =>
      tokenClaims(org, user, org.applicationOfClient(clientId), {
        ...where,
        use: use === 'id_token' ? 'id-token' : 'userinfo',
        scopes: scope.split(' '),
      }),
  };
}

/** @returns public keys as libraries want them: without the IDs and statuses that Okta gives them, and without nulls */
export function publicKeys(
  keys: NonNullable<Application['document']['settings']['oauthClient']['jwks']>['keys'],
): JWK[] {
  return keys.map(({ id: _id, status: _status, kid, use, ...key }) => ({
    ...key,
    ...(kid !== undefined && { kid }),
    ...(use !== undefined && { use }),
  }));
}

/** Compares two secrets in constant time. */
export function sameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
