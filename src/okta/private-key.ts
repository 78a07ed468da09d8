import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';

/** A key that signs client assertions, with the algorithm that goes with it and the ID that Okta knows it by. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: 'RS256' | 'ES256' | 'ES384' | 'ES512';
  readonly keyId: string | undefined;
}

const curveAlgorithms = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as const;
const curveSchema = z.enum(['prime256v1', 'secp384r1', 'secp521r1']);
const jwkSchema = z.looseObject({ kty: z.enum(['RSA', 'EC']), d: z.string(), kid: z.optional(z.string()) });

/**
 * Reads a private key as people paste it: PEM (PKCS#8, PKCS#1, SEC 1) or a JWK, RSA or EC.
 *
 * @param text the key; a PEM may have its line breaks written as `\n`, as they end up in hand-made JSON
 * @throws Error whose message says what is wrong with the key, without quoting any of it
 */
export function readPrivateKey(text: string): SigningKey {
  const trimmed = text.trim();
  const jwk = trimmed.startsWith('{') ? readJwk(trimmed) : undefined;
  const key = jwk ? importJwk(jwk) : importPem(trimmed.replaceAll('\\n', '\n'));
  return { key, algorithm: algorithmFor(key), keyId: jwk?.kid };
}

function readJwk(text: string): z.infer<typeof jwkSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('it starts like a JWK but is not JSON');
  }
  const jwk = jwkSchema.safeParse(json);
  if (!jwk.success) throw new Error('it is not a private JWK of type RSA or EC (a public one has no "d")');
  return jwk.data;
}

function importJwk(jwk: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new Error('it is a JWK whose numbers do not make a private key');
  }
}

function importPem(pem: string): KeyObject {
  if (/-----BEGIN (?:[A-Z]+ )?PUBLIC KEY-----/.test(pem)) throw new Error('it is the public key');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    throw new Error('it is encrypted with a passphrase');
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('it is neither a PEM private key (PKCS#8, PKCS#1 or SEC 1) nor a private JWK');
  }
}

/** RFC 7518, section 3.1; Okta takes RS256 and the ES algorithms, and no RSA key below 2,048 bits. */
function algorithmFor(key: KeyObject): SigningKey['algorithm'] {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') {
    if ((details?.modulusLength ?? 0) < 2048) throw new Error('it is an RSA key of less than 2048 bits');
    return 'RS256';
  }
  const curve = curveSchema.safeParse(details?.namedCurve);
  if (key.asymmetricKeyType === 'ec' && curve.success) return curveAlgorithms[curve.data];
  throw new Error('it is neither an RSA key nor an EC key on P-256, P-384 or P-521');
}
