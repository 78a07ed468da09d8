import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import type { Clock } from '../retry/clock.ts';
import type { OktaCredentials } from './credentials.ts';
import { type DpopKey, dpopProof } from './dpop.ts';
import { OktaError } from './errors.ts';
import type { OktaAnswer, OktaRequest } from './exchange.ts';
import type { SigningKey } from './private-key.ts';
import { parseJson, reasonOf } from './refusal.ts';
import type { RequestExecutor } from './request-executor.ts';

/** A token for the Management API. */
export interface AccessToken {
  readonly value: Secret;
  /** How it is sent: bound to our key, or not because the app has DPoP switched off. */
  readonly scheme: 'DPoP' | 'Bearer';
  /** Epoch milliseconds from which a new one is asked for. */
  readonly renewAt: number;
}

const SCOPES = 'okta.apps.manage okta.groups.read';
const ASSERTION_LIFETIME_S = 300;
/** A token is renewed this long before it runs out, so that none runs out on its way. */
const RENEW_BEFORE_MS = 60_000;

const tokenSchema = z.object({
  // What no header may hold would be quoted by the error that says so.
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  token_type: z.string(),
  expires_in: z.number().check(z.positive()),
});

/**
 * Asks Okta for a token by client credentials, with a signed assertion (private_key_jwt) and a proof of possession.
 * Okta answers the first proof with a nonce, which the next must carry.
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 * https://developer.okta.com/docs/guides/dpop/nonoktaresourceserver/main/
 *
 * @throws OktaError when Okta gives none, with the cure
 * @throws OktaUnreachableError when Okta does not answer
 */
export async function requestAccessToken(
  credentials: OktaCredentials & { kind: 'privateKey' },
  signingKey: SigningKey,
  dpopKey: DpopKey,
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
      dpop: await dpopProof(dpopKey, { method: 'POST', url }, clock.now(), { nonce }),
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: SCOPES,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await clientAssertion(credentials, signingKey, url, clock.now()),
    }).toString(),
  });
  // A token more does no harm: the request may be repeated.
  let answer = await executor.ask(prepare, true, purpose);
  if (answer.status === 400 && reasonOf(answer).code === 'use_dpop_nonce') {
    nonce = answer.headers['dpop-nonce'];
    answer = await executor.ask(prepare, true, purpose);
  }
  if (answer.status !== 200) throw tokenRefusal(answer, credentials);
  const token = tokenSchema.safeParse(parseJson(answer.body));
  if (!token.success) throw tokenRefusal(answer, credentials);
  const lifetime = token.data.expires_in * 1000;
  return {
    value: new Secret(token.data.access_token),
    scheme: token.data.token_type.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer',
    renewAt: clock.now() + lifetime - Math.min(RENEW_BEFORE_MS, lifetime / 2),
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
    .setExpirationTime(issuedAt + ASSERTION_LIFETIME_S)
    .sign(signingKey.key);
}

const cures: Record<string, string> = {
  invalid_client:
    'check that "clientId" is the API Services app\'s, that the app is active, and that the public half of "privateKey" is among its keys ("keyId" names which, where it has several)',
  invalid_scope: `grant the app the scopes ${SCOPES} (Okta API Scopes)`,
  access_denied: `grant the app the scopes ${SCOPES} (Okta API Scopes) and an admin role`,
  unauthorized_client: 'the app must be of the type API Services, with the grant type Client Credentials',
  invalid_dpop_proof: 'Okta does not accept the proof of possession: check the clock of the machine',
};

function tokenRefusal(answer: OktaAnswer, credentials: OktaCredentials & { kind: 'privateKey' }): OktaError {
  const { code, words } = reasonOf(answer);
  const requestId = answer.headers['x-okta-request-id'];
  const reason = answer.status === 200 ? 'its answer holds none' : [code, words].filter(Boolean).join(': ');
  const cure = code === undefined ? undefined : cures[code];
  const message =
    `Okta refused to give the API Services app ${credentials.clientId} an access token at ${credentials.orgUrl} (${reason})` +
    `${cure ? `; ${cure}` : ''}.${requestId ? ` Okta request ID ${requestId}.` : ''}`;
  return new OktaError(message, { status: answer.status, errorCode: code, requestId });
}
