import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { decodedKey, privateKeyPem } from './pasted-key.ts';

/** A key that signs client assertions, with the algorithm that goes with it and the ID that Okta knows it by. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: 'RS256' | 'ES256' | 'ES384' | 'ES512';
  readonly keyId: string | undefined;
}

const curveAlgorithms = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as const;
const curveSchema = z.enum(['prime256v1', 'secp384r1', 'secp521r1']);
const jwkSchema = z.lazy(() =>
  z.looseObject({ kty: z.enum(['RSA', 'EC']), d: z.string(), kid: z.optional(z.string()) }),
);
const jwkSetSchema = z.lazy(() => z.object({ keys: z.array(z.unknown()) }));

type PrivateJwk = z.infer<typeof jwkSchema>;

/**
 * Reads a private key as people paste it: PEM (PKCS#8, PKCS#1, SEC 1), a JWK or a JWK set, RSA or EC; in base64 too.
 *
 * @param text the key; a PEM may have lost its line breaks, or have them written as `\n`
 * @param keyId which key of a JWK set it is
 * @throws Error whose message continues "a key that cannot be used: ", without quoting any of the key
 */
export function readPrivateKey(text: string, keyId?: string): SigningKey {
  const pasted = decodedKey(text);
  const jwk = pasted.startsWith('{') ? readJwk(pasted, keyId) : undefined;
  const key = jwk ? importJwk(jwk) : importPem(privateKeyPem(pasted));
  return { key, algorithm: algorithmFor(key), keyId: jwk?.kid };
}

function readJwk(text: string, keyId: string | undefined): PrivateJwk {
  const json = parseJson(text);
  if (json === undefined) throw new Error('it starts like a JWK but is not JSON');
  const set = jwkSetSchema.safeParse(json);
  if (set.success) return chosenKey(set.data.keys, keyId);
  const jwk = jwkSchema.safeParse(json);
  if (!jwk.success) throw new Error('it is not a private JWK of type RSA or EC (a public one has no "d")');
  return jwk.data;
}

function chosenKey(keys: readonly unknown[], keyId: string | undefined): PrivateJwk {
  const usable = keys.flatMap((key) => jwkSchema.safeParse(key).data ?? []);
  if (usable.length === 0) {
    throw new Error('it is a JWK set without a private key of type RSA or EC (a public one has no "d")');
  }
  const chosen = keyId === undefined ? usable : usable.filter(({ kid }) => kid === keyId);
  const [only, ...others] = chosen;
  if (only && others.length === 0) return only;
  // Okta's console gives a key without a "kid" a set of its own.
  const [first] = usable;
  if (!only && first && usable.length === 1 && first.kid === undefined) return first;
  throw new Error(
    keyId === undefined
      ? `it is a JWK set with ${usable.length} private keys: set "keyId" to the "kid" of the one to use, or give that key alone`
      : `it is a JWK set with ${chosen.length} private keys of the "kid" that "keyId" names: there must be one`,
  );
}

function importJwk(jwk: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new Error('it is a JWK whose numbers do not make a private key');
  }
}

function importPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('it is a PEM whose content is not a private key, or is not complete');
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
