import { createHash } from 'node:crypto';
import { type AccessToken, requestAccessToken } from './access-token.ts';
import type { Authorization } from './authorization.ts';
import type { Clock } from '../retry/clock.ts';
import type { OktaCredentials } from './credentials.ts';
import { type DpopKey, dpopProof, generateDpopKey } from './dpop.ts';
import { readPrivateKey } from './private-key.ts';
import type { RequestExecutor } from './request-executor.ts';

type PrivateKeyCredentials = OktaCredentials & { kind: 'privateKey' };

interface Session {
  readonly dpopKey: DpopKey;
  readonly token: AccessToken;
}

/** A warm function's tokens, by the hash of their credentials: a changed secret never meets an old token. */
const sessions = new Map<string, Session>();
const MOST_SESSIONS = 20;

/** Authorizes by an access token that the app of the credentials is given for its private key. */
export function privateKeyAuthorization(
  credentials: PrivateKeyCredentials,
  executor: RequestExecutor,
  clock: Clock,
): Authorization {
  const id = fingerprint(credentials);
  const signingKey = readPrivateKey(credentials.privateKey.reveal());
  let pending: Promise<Session> | undefined;
  let resourceNonce: string | undefined;

  async function session(): Promise<Session> {
    const known = sessions.get(id);
    if (known && clock.now() < known.token.renewAt) return known;
    // Requests that run side by side share one new token.
    pending ??= open().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  async function open(): Promise<Session> {
    const dpopKey = sessions.get(id)?.dpopKey ?? (await generateDpopKey());
    const token = await requestAccessToken(credentials, signingKey, dpopKey, executor, clock);
    sessions.delete(id);
    const oldest = sessions.keys().next();
    if (sessions.size >= MOST_SESSIONS && !oldest.done) sessions.delete(oldest.value);
    sessions.set(id, { dpopKey, token });
    return { dpopKey, token };
  }

  return {
    async headersFor(request) {
      const { dpopKey, token } = await session();
      const value = token.value.reveal();
      const authorization = `${token.scheme} ${value}`;
      if (token.scheme === 'Bearer') return { authorization };
      const bound = { accessToken: value, nonce: resourceNonce };
      return { authorization, dpop: await dpopProof(dpopKey, request, clock.now(), bound) };
    },
    renew(refusal) {
      // A nonce that the server wants in the proof (RFC 9449, section 9) is no fault of the token.
      const nonce = refusal.headers['dpop-nonce'];
      const wantsNonce = /use_dpop_nonce/.test(refusal.headers['www-authenticate'] ?? '');
      if (nonce !== undefined) resourceNonce = nonce;
      if (!wantsNonce) sessions.delete(id);
      return true;
    },
  };
}

function fingerprint({ orgUrl, clientId, privateKey, keyId }: PrivateKeyCredentials): string {
  return createHash('sha256')
    .update(JSON.stringify([orgUrl, clientId, keyId ?? '', privateKey.reveal()]))
    .digest('base64');
}
