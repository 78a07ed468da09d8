import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { DpopProofError, type DpopProofs } from './dpop.ts';
import { randomSecret } from './identifiers.ts';
import type { Answer } from './management/call.ts';
import { publicKeys } from './oidc-client.ts';
import type { Application, Org } from './org.ts';

const TOKEN_LIFETIME = 60 * 60;
const LONGEST_ASSERTION = 60 * 60;
const CLOCK_SKEW = 5 * 60;
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const claims = z.object({ exp: z.number(), jti: z.string().optional(), iss: z.string(), sub: z.string() });

/** An error of the token endpoint (RFC 6749, section 5.2). */
class TokenError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, description: string, headers: Record<string, string> = {}) {
    super(description);
    this.name = 'TokenError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * The token endpoint for API Services apps: client credentials, proved with a signed assertion, for a token of the
 * Management API.
 *
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export class ServiceApps {
  readonly #org: Org;
  readonly #proofs: DpopProofs;
  readonly #usedAssertions = new Set<string>();

  constructor(org: Org, proofs: DpopProofs) {
    this.#org = org;
    this.#proofs = proofs;
  }

  /**
   * @param form the request's parameters
   * @param endpoint URL of the token endpoint that was called
   * @param proof the `DPoP` header
   * @returns a token, or the error
   */
  async answer(form: URLSearchParams, endpoint: string, proof: string | undefined): Promise<Answer> {
    try {
      const application = await this.#authenticate(form, endpoint);
      const scopes = requestedScopes(form, application);
      const thumbprint = await this.#prove(application, endpoint, proof);
      const token = randomSecret(64);
      this.#org.accessTokens.set(token, {
        clientId: application.clientId,
        scopes: new Set(scopes),
        expiresAt: Date.now() + TOKEN_LIFETIME * 1000,
        ...(thumbprint !== undefined && { thumbprint }),
      });
      return {
        status: 200,
        headers: {
          'cache-control': 'no-store',
          ...(thumbprint !== undefined && { 'dpop-nonce': this.#proofs.issueNonce() }),
        },
        body: {
          token_type: thumbprint === undefined ? 'Bearer' : 'DPoP',
          expires_in: TOKEN_LIFETIME,
          access_token: token,
          scope: scopes.join(' '),
        },
      };
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const { status, code, message, headers } = error;
      return { status, headers, body: { error: code, error_description: message } };
    }
  }

  async #authenticate(form: URLSearchParams, endpoint: string): Promise<Application> {
    const refuse = (description: string) => new TokenError(401, 'invalid_client', description);
    const assertion = form.get('client_assertion');
    if (!assertion || form.get('client_assertion_type') !== ASSERTION_TYPE) {
      throw refuse(
        'Client Credentials requests to the Org Authorization Server must use the private_key_jwt ' +
          'token_endpoint_auth_method.',
      );
    }
    const application = this.#org.applicationOfClient(subjectOf(assertion) ?? '');
    const registered = application?.document.settings.oauthClient.jwks;
    if (application?.status !== 'ACTIVE' || !registered) {
      throw refuse('The client_assertion is not valid: its sub names no active service app.');
    }
    const { clientId } = application;
    const keys = publicKeys(registered.keys.filter(({ status }) => status === 'ACTIVE'));
    const verified = await jwtVerify(assertion, createLocalJWKSet({ keys }), {
      algorithms: ALGORITHMS,
      audience: endpoint,
      issuer: clientId,
      subject: clientId,
    }).catch((error: unknown) => {
      throw refuse(refusalOf(error));
    });
    const { data, success } = claims.safeParse(verified.payload);
    if (!success) throw refuse('The client_assertion must hold the claims iss, sub, aud and exp.');
    if (data.exp > Date.now() / 1000 + LONGEST_ASSERTION + CLOCK_SKEW) {
      throw refuse(
        'The client_assertion token has an expiration too far in the future: one hour is the longest.',
      );
    }
    if (data.jti !== undefined) {
      const used = `${clientId} ${data.jti}`;
      if (this.#usedAssertions.has(used)) throw refuse('The client_assertion token has been used before.');
      this.#usedAssertions.add(used);
    }
    return application;
  }

  /** @returns the thumbprint of the key that the token is to be bound to, if there is a proof */
  async #prove(
    application: Application,
    endpoint: string,
    proof: string | undefined,
  ): Promise<string | undefined> {
    if (!proof && !application.document.settings.oauthClient.dpop_bound_access_tokens) return undefined;
    try {
      const context = { method: 'POST', uri: endpoint, needsNonce: true };
      return (await this.#proofs.verify(proof, context)).thumbprint;
    } catch (error) {
      if (!(error instanceof DpopProofError)) throw error;
      const nonce: Record<string, string> = {};
      if (error.code === 'use_dpop_nonce') nonce['dpop-nonce'] = this.#proofs.issueNonce();
      throw new TokenError(400, error.code, error.message, nonce);
    }
  }
}

function subjectOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

function refusalOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The client_assertion token is expired.';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') {
    return 'The audience claim for client_assertion must be the endpoint invoked for the request.';
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed) {
    return 'The client_assertion signature is invalid.';
  }
  if (error instanceof errors.JOSEError) return `The client_assertion is not valid: ${error.message}.`;
  throw error;
}

function requestedScopes(form: URLSearchParams, application: Application): string[] {
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
  if (scopes.length === 0) {
    throw new TokenError(
      400,
      'invalid_scope',
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    );
  }
  if (scopes.some((scope) => !application.grantedScopes.has(scope))) {
    const refusal = 'One or more scopes are not configured for the authorization server resource.';
    throw new TokenError(400, 'invalid_scope', refusal);
  }
  return scopes;
}
