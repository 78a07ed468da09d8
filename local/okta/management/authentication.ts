import { DpopProofError, type DpopProofs } from '../dpop.ts';
import type { Org } from '../org.ts';
import type { Caller } from './call.ts';
import { invalidToken, ManagementError } from './errors.ts';

/**
 * Finds out who calls the Management API.
 *
 * @param headers `authorization` with `SSWS`, `Bearer` or `DPoP`, and with the last a proof in `dpop`
 * @param method of the call, for the proof's `htm`
 * @param uri of the call without its query, for the proof's `htu`
 * @returns the caller
 * @throws ManagementError 401 E0000005 without a token, E0000011 with one that is not good
 * @see https://developer.okta.com/docs/reference/core-okta-api/#authentication
 */
export async function authenticate(
  org: Org,
  proofs: DpopProofs,
  headers: { authorization?: string | undefined; dpop?: string | undefined },
  method: string,
  uri: string,
): Promise<Caller> {
  // Okta's Python SDK sends an API token without the space.
  const [, scheme, credential] =
    /^(SSWS|(?:Bearer|DPoP)(?=\s))\s*(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (scheme === undefined || credential === undefined) {
    throw new ManagementError(401, 'E0000005', 'Invalid session');
  }
  if (scheme.toUpperCase() === 'SSWS') {
    if (credential !== org.apiToken) throw invalidToken();
    return { kind: 'token' };
  }
  const refuse = (description: string) =>
    invalidToken({
      'www-authenticate': `${scheme} error="invalid_token", error_description="${description}"`,
    });
  const token = org.accessTokens.get(credential);
  if (!token) throw refuse('The token is not known.');
  if (token.expiresAt <= Date.now()) throw refuse('The token has expired.');
  const application = org.applicationOfClient(token.clientId);
  if (application?.status !== 'ACTIVE') throw refuse('The client of the token is not active.');
  if ((scheme.toUpperCase() === 'DPOP') !== (token.thumbprint !== undefined)) {
    throw refuse('The token was issued for another authorization scheme.');
  }
  if (token.thumbprint !== undefined) {
    try {
      const proof = await proofs.verify(headers.dpop, { method, uri, accessToken: credential });
      if (proof.thumbprint !== token.thumbprint)
        throw refuse('The DPoP proof has another key than the token.');
    } catch (error) {
      if (!(error instanceof DpopProofError)) throw error;
      throw invalidToken({
        'www-authenticate': `DPoP error="${error.code}", error_description="${error.message}"`,
      });
    }
  }
  return { kind: 'service-app', clientId: token.clientId, scopes: token.scopes };
}
