import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { randomSecret } from './identifiers.ts';

const NONCE_LIFETIME = 24 * 60 * 60 * 1000;
const PROOF_LIFETIME = 5 * 60;
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

const claims = z.object({
  jti: z.string().min(1),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string().optional(),
  nonce: z.string().optional(),
});

/** Why a DPoP proof was refused. */
export class DpopProofError extends Error {
  readonly code: 'invalid_dpop_proof' | 'use_dpop_nonce';

  constructor(code: DpopProofError['code'], message: string) {
    super(message);
    this.name = 'DpopProofError';
    this.code = code;
  }
}

/** What a proof must be for. */
export interface ProofContext {
  method: string;
  /** The request's URI without query and fragment. */
  uri: string;
  /** At a resource: the access token, whose hash the proof must hold. */
  accessToken?: string;
  /** At the token endpoint: a nonce of this server is demanded. */
  needsNonce?: boolean;
}

/**
 * Verifies proofs of possession, each for one use, and gives out the nonces that Okta demands in them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3
 */
export class DpopProofs {
  readonly #used = new Set<string>();
  readonly #nonces = new Map<string, number>();

  /** @returns a nonce for the `DPoP-Nonce` header */
  issueNonce(): string {
    const nonce = randomSecret(18);
    this.#nonces.set(nonce, Date.now() + NONCE_LIFETIME);
    return nonce;
  }

  /**
   * @param proof the `DPoP` header
   * @returns the thumbprint of the key that the proof shows possession of
   * @throws DpopProofError with the error code for the client
   */
  async verify(proof: string | undefined, context: ProofContext): Promise<{ thumbprint: string }> {
    if (!proof) throw invalid('The DPoP proof JWT header is missing.');
    const { protectedHeader, payload } = await verifySignature(proof);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw invalid('The DPoP proof must hold the claims jti, htm, htu and iat.');
    const { jti, htm, htu, iat, ath, nonce } = parsed.data;
    if (htm !== context.method) throw invalid("The DPoP proof's htm is not the method of the request.");
    if (htu !== context.uri) throw invalid("The DPoP proof's htu is not the URI of the request.");
    if (Math.abs(Date.now() / 1000 - iat) > PROOF_LIFETIME)
      throw invalid("The DPoP proof's iat is not recent.");
    if (context.accessToken !== undefined) {
      const expected = createHash('sha256').update(context.accessToken).digest('base64url');
      if (ath !== expected) throw invalid("The DPoP proof's ath is not the hash of the access token.");
    }
    if (context.needsNonce && (this.#nonces.get(nonce ?? '') ?? 0) < Date.now()) {
      throw new DpopProofError('use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.');
    }
    if (this.#used.has(jti)) throw invalid("The DPoP proof's jti has been used before.");
    this.#used.add(jti);
    return {
      thumbprint: await calculateJwkThumbprint(z.record(z.string(), z.unknown()).parse(protectedHeader.jwk)),
    };
  }
}

function invalid(message: string): DpopProofError {
  return new DpopProofError('invalid_dpop_proof', message);
}

async function verifySignature(proof: string) {
  try {
    return await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ALGORITHMS });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw invalid(`The DPoP proof is not valid: ${error.message}.`);
  }
}
