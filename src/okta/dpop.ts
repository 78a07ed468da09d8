import { createHash, randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';

/** A key pair of ours that a token is bound to: https://www.rfc-editor.org/rfc/rfc9449 */
export interface DpopKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Makes a key pair for DPoP. It lives as long as the tokens that are bound to it, and only in memory. */
export async function generateDpopKey(): Promise<DpopKey> {
  const { exportJWK, generateKeyPair } = await import('./jose.ts');
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, publicJwk: await exportJWK(publicKey) };
}

/**
 * Makes the proof for one request, good for that one only: https://www.rfc-editor.org/rfc/rfc9449#section-4.2
 *
 * @param now epoch milliseconds
 * @param bound the server's nonce if it asked for one, and the token that the request carries
 */
export async function dpopProof(
  key: DpopKey,
  request: { method: string; url: URL },
  now: number,
  bound: { nonce?: string | undefined; accessToken?: string },
): Promise<string> {
  const { nonce, accessToken } = bound;
  const { SignJWT } = await import('./jose.ts');
  return new SignJWT({
    jti: randomUUID(),
    htm: request.method,
    htu: `${request.url.origin}${request.url.pathname}`,
    iat: Math.floor(now / 1000),
    ...(nonce !== undefined && { nonce }),
    ...(accessToken !== undefined && { ath: createHash('sha256').update(accessToken).digest('base64url') }),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk })
    .sign(key.privateKey);
}
