import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import type { Clock } from '../retry/clock.ts';
import { Secret } from '../secret.ts';
import type { OktaCredentials } from './credentials.ts';
import { type DpopKey, dpopProof } from './dpop.ts';
import { OktaError } from './errors.ts';
import type { OktaAnswer, OktaRequest } from './exchange.ts';
import type { SigningKey } from './private-key.ts';
import { reasonOf, type Scope } from './refusal.ts';
import type { RequestExecutor } from './request-executor.ts';

/** A token for the Management API. */
export interface AccessToken {
  readonly value: Secret;
  /** How it is sent: bound to our key, or not because the app has DPoP switched off. */
  readonly scheme: 'DPoP' | 'Bearer';
  /** Epoch milliseconds from which a new one is asked for. */
  readonly renewAt: number;
}

const everydayScopes: readonly Scope[] = ['okta.apps.manage', 'okta.groups.read'];
const assertionLifetimeS = 300;
/** A token is renewed this long before it runs out, so that none runs out on its way. */
const renewBeforeMs = 60_000;

/**
 * The scopes to ask for, if this one is needed: Okta refuses a token whole if the app lacks one of its scopes, so that one
 * which only some templates need is not always among them.
 */
export function scopesFor(needs: Scope | undefined): string {
  return [...new Set([...everydayScopes, ...(needs ? [needs] : [])])].join(' ');
}

const tokenSchema = z.lazy(() =>
  z.object({
    // What no header may hold would be quoted by the error that says so.
    access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    token_type: z.string(),
    expires_in: z.number().check(z.positive()),
  }),
);

/**
 * Asks Okta for a token by client credentials, with a signed assertion (private_key_jwt) and a proof of possession.
 * Okta answers the first proof with a nonce, which the next must carry.
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 * https://developer.okta.com/docs/guides/dpop/nonoktaresourceserver/main/
 *
 * @param scope the scopes, with spaces between them
 * @throws OktaError if Okta refuses, with the fix
 * @throws OktaUnreachableError if Okta does not answer
 */
export async function requestAccessToken(
  credentials: OktaCredentials & { kind: 'privateKey' },
  keys: { readonly signing: SigningKey; readonly dpop: DpopKey },
  scope: string,
  executor: RequestExecutor,
  clock: Clock,
): Promise<AccessToken> {
  const url = new URL('/oauth2/v1/token', credentials.orgUrl);
  const purpose = { to: 'give an access token' };
  let nonce: string | undefined;
  const prepare = async (): Promise<OktaRequest> => ({
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      dpop: await dpopProof(keys.dpop, { method: 'POST', url }, clock.now(), { nonce }),
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await clientAssertion(credentials, keys.signing, url, clock.now()),
    }).toString(),
  });
  // A token more does no harm: the request may be repeated.
  let answer = await executor.ask(prepare, true, purpose);
  if (answer.status === 400 && reasonOf(answer).code === 'use_dpop_nonce') {
    nonce = answer.headers['dpop-nonce'];
    answer = await executor.ask(prepare, true, purpose);
  }
  if (answer.status !== 200) throw tokenRefusal(answer, credentials, scope);
  const token = tokenSchema.safeParse(parseJson(answer.body));
  if (!token.success) throw tokenRefusal(answer, credentials, scope);
  const lifetime = token.data.expires_in * 1000;
  return {
    value: new Secret(token.data.access_token),
    scheme: token.data.token_type.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer',
    renewAt: clock.now() + lifetime - Math.min(renewBeforeMs, lifetime / 2),
  };
}

/** https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/#jwt-with-private-key */
async function clientAssertion(
  credentials: OktaCredentials & { kind: 'privateKey' },
  signingKey: SigningKey,
  audience: URL,
  now: number,
): Promise<string> {
  const kid = credentials.keyId ?? signingKey.keyId;
  const issuedAt = Math.floor(now / 1000);
  const { SignJWT } = await import('./jose.ts');
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: signingKey.algorithm, ...(kid !== undefined && { kid }) })
    .setIssuer(credentials.clientId)
    .setSubject(credentials.clientId)
    .setAudience(audience.href)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + assertionLifetimeS)
    .sign(signingKey.key);
}

function fixFor(code: string | undefined, scope: string): string | undefined {
  switch (code) {
    case 'invalid_client':
      return 'Check that "clientId" is the API Services app\'s, that the app is active, and that the public half of "privateKey" is among its keys ("keyId" names which, if it has several)';
    case 'invalid_scope':
      return `Grant the app the scopes ${scope} (Okta API Scopes)`;
    case 'access_denied':
      return `Grant the app the scopes ${scope} (Okta API Scopes) and an admin role`;
    case 'unauthorized_client':
      return 'Use an app of the type API Services, with the grant type Client Credentials';
    case 'invalid_dpop_proof':
      return 'Okta does not accept the DPoP proof: check the clock of the machine';
    default:
      return undefined;
  }
}

/** Turns a refusal of the token endpoint into the error that says so. */
export function tokenRefusal(
  answer: OktaAnswer,
  credentials: OktaCredentials & { kind: 'privateKey' },
  scope: string,
): OktaError {
  const { code, words } = reasonOf(answer);
  const requestId = answer.headers['x-okta-request-id'];
  const reason = answer.status === 200 ? 'its answer has no token' : [code, words].filter(Boolean).join(': ');
  const fix = fixFor(code, scope);
  const message =
    `Okta refused to give the API Services app ${credentials.clientId} an access token at ${credentials.orgUrl} (${reason}).` +
    `${fix ? ` ${fix}.` : ''}${requestId ? ` Okta request ID ${requestId}.` : ''}`;
  return new OktaError(message, { status: answer.status, errorCode: code, requestId });
}
