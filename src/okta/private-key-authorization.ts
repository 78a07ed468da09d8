import { createHash } from 'node:crypto';
import type { Clock } from '../retry/clock.ts';
import { type AccessToken, requestAccessToken, scopesFor } from './access-token.ts';
import type { Authorization } from './authorization.ts';
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
const mostSessions = 20;

/** Authorizes by an access token that the app of the credentials is given for its private key. */
export function privateKeyAuthorization(
  credentials: PrivateKeyCredentials,
  executor: RequestExecutor,
  clock: Clock,
): Authorization {
  const owner = fingerprint(credentials);
  const signing = readPrivateKey(credentials.privateKey.reveal(), credentials.keyId);
  const pending = new Map<string, Promise<Session>>();
  let resourceNonce: string | undefined;

  async function session(scope: string): Promise<Session> {
    const known = sessions.get(`${owner} ${scope}`);
    if (known && clock.now() < known.token.renewAt) return known;
    // Requests that run side by side share one new token.
    const opening = pending.get(scope) ?? open(scope).finally(() => pending.delete(scope));
    pending.set(scope, opening);
    return opening;
  }

  async function open(scope: string): Promise<Session> {
    const id = `${owner} ${scope}`;
    const dpop = sessions.get(id)?.dpopKey ?? (await generateDpopKey());
    const token = await requestAccessToken(credentials, { signing, dpop }, scope, executor, clock);
    sessions.delete(id);
    const oldest = sessions.keys().next();
    if (sessions.size >= mostSessions && !oldest.done) sessions.delete(oldest.value);
    sessions.set(id, { dpopKey: dpop, token });
    return { dpopKey: dpop, token };
  }

  return {
    async headersFor(request, needs) {
      const { dpopKey, token } = await session(scopesFor(needs));
      const value = token.value.reveal();
      const authorization = `${token.scheme} ${value}`;
      if (token.scheme === 'Bearer') return { authorization };
      const bound = { accessToken: value, nonce: resourceNonce };
      return { authorization, dpop: await dpopProof(dpopKey, request, clock.now(), bound) };
    },
    renew(refusal) {
      // If the server requires a nonce in the proof (RFC 9449, section 9), the token is not at fault.
      const nonce = refusal.headers['dpop-nonce'];
      const wantsNonce = /use_dpop_nonce/.test(refusal.headers['www-authenticate'] ?? '');
      if (nonce !== undefined) resourceNonce = nonce;
      if (!wantsNonce) {
        for (const id of sessions.keys()) if (id.startsWith(`${owner} `)) sessions.delete(id);
      }
      return true;
    },
  };
}

function fingerprint({ orgUrl, clientId, privateKey, keyId }: PrivateKeyCredentials): string {
  return createHash('sha256')
    .update(JSON.stringify([orgUrl, clientId, keyId ?? '', privateKey.reveal()]))
    .digest('base64');
}
