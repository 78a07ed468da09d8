import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { parseOktaCredentials } from '../../../src/okta/credentials.ts';
import { privateKeyAuthorization } from '../../../src/okta/private-key-authorization.ts';
import type { Scope } from '../../../src/okta/refusal.ts';
import { RequestExecutor } from '../../../src/okta/request-executor.ts';
import { quickClock, type Reply, type Seen, startOrg } from './scripted-org.ts';

const TOKEN = '/oauth2/v1/token';
const HOUR = 3_600;
const purpose = { to: 'do it' };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ok: Reply = { status: 200, body: {} };

/** Starts an org that answers token requests by `token` and all others by `api`, and connects to it. */
async function org(
  token: (seen: Seen, before: number) => Reply,
  api: (seen: Seen) => Reply = () => ok,
  key: KeyObject = ec.privateKey,
) {
  let tokens = 0;
  const started = await startOrg((seen) => (seen.path === TOKEN ? token(seen, tokens++) : api(seen)));
  const clock = quickClock(Date.now());
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' });
  const credentials = parseOktaCredentials(
    JSON.stringify({ orgUrl: started.orgUrl, clientId: '0oa1', privateKey, keyId: 'k1' }),
  );
  if (credentials.kind !== 'privateKey') throw new Error('not a private key');
  const connect = () => {
    const patience = { signal: new AbortController().signal, deadline: () => clock.now() + 60_000, clock };
    const executor = new RequestExecutor(credentials, patience);
    const authorization = privateKeyAuthorization(credentials, executor, clock);
    return (path = '/api/v1/apps?q=x', needs?: Scope) =>
      executor.execute(
        { method: 'GET', url: `${started.orgUrl}${path}`, headers: {} },
        { ...purpose, ...(needs && { needs }) },
        authorization,
      );
  };
  return {
    connect,
    clock,
    orgUrl: started.orgUrl,
    tokenRequests: () => started.seen.filter(({ path }) => path === TOKEN),
    calls: () => started.seen.filter(({ path }) => path !== TOKEN),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

const given = (name: string, type = 'Bearer'): Reply => ({
  status: 200,
  body: { access_token: name, token_type: type, expires_in: HOUR },
});
const wantsNonce: Reply = {
  status: 400,
  body: { error: 'use_dpop_nonce', error_description: 'Authorization server requires nonce in DPoP proof.' },
  headers: { 'dpop-nonce': 'nonce-1' },
};
const field = (seen: Seen | undefined, name: string) => String(Object(seen?.body)[name]);
const proofOf = (seen: Seen | undefined) => String(seen?.headers.dpop);

describe('an API Services app with a private key', () => {
  it.each([
    ['RS256', rsa],
    ['ES384', ec],
  ])('signs its assertion with %s, for this org’s token endpoint, for a few minutes', async (alg, pair) => {
    await using okta = await org(
      () => given('t1'),
      () => ok,
      pair.privateKey,
    );
    await okta.connect()();
    const [request] = okta.tokenRequests();
    expect(field(request, 'scope')).toBe('okta.apps.manage okta.groups.read');
    const assertion = await jwtVerify(field(request, 'client_assertion'), pair.publicKey, {
      issuer: '0oa1',
      subject: '0oa1',
      audience: `${okta.orgUrl}${TOKEN}`,
      maxTokenAge: '5m',
      requiredClaims: ['jti', 'exp'],
    });
    expect(assertion.protectedHeader).toMatchObject({ alg, kid: 'k1' });
  });

  it('binds its token to its own key if Okta requires it, with Okta’s nonce', async () => {
    await using okta = await org((_, before) => (before === 0 ? wantsNonce : given('t1', 'DPoP')));
    await okta.connect()();
    const [first, second] = okta.tokenRequests();
    const proof = await jwtVerify(proofOf(second), EmbeddedJWK, { typ: 'dpop+jwt' });
    expect(proof.payload).toMatchObject({ htm: 'POST', htu: `${okta.orgUrl}${TOKEN}`, nonce: 'nonce-1' });
    // Okta takes neither a proof nor an assertion twice.
    expect(proofOf(first)).not.toBe(proofOf(second));
    expect(field(first, 'client_assertion')).not.toBe(field(second, 'client_assertion'));

    const [call] = okta.calls();
    expect(call?.headers.authorization).toBe('DPoP t1');
    const bound = await jwtVerify(proofOf(call), EmbeddedJWK, { typ: 'dpop+jwt' });
    expect(bound.payload).toMatchObject({
      htm: 'GET',
      htu: `${okta.orgUrl}/api/v1/apps`,
      ath: createHash('sha256').update('t1').digest('base64url'),
    });
    const thumbprints = await Promise.all(
      [second, call].map(async (seen) =>
        calculateJwkThumbprint(decodeProtectedHeader(proofOf(seen)).jwk ?? {}),
      ),
    );
    expect(thumbprints[0]).toBe(thumbprints[1]);
    expect(decodeProtectedHeader(proofOf(call)).jwk).not.toHaveProperty('d');
  });

  it('sends a plain bearer token if DPoP is off', async () => {
    await using okta = await org(() => given('t1'));
    await okta.connect()();
    expect(okta.calls()[0]?.headers).toMatchObject({ authorization: 'Bearer t1' });
    expect(okta.calls()[0]?.headers).not.toHaveProperty('dpop');
  });

  it('asks once for requests side by side, and in later events, until shortly before the token runs out', async () => {
    await using okta = await org((_, before) => given(`t${before}`));
    const first = okta.connect();
    await Promise.all([first(), first(), first()]);
    await okta.connect()();
    expect(okta.tokenRequests()).toHaveLength(1);

    await okta.clock.sleep((HOUR - 59) * 1000, new AbortController().signal);
    await okta.connect()();
    expect(okta.tokenRequests()).toHaveLength(2);
    expect(okta.calls().at(-1)?.headers.authorization).toBe('Bearer t1');
  });

  it('asks for a scope that not every template needs only if it is needed', async () => {
    await using okta = await org((_, before) => given(`t${before}`));
    const ask = okta.connect();
    await ask();
    await ask('/api/v1/policies', 'okta.policies.read');
    await ask();
    expect(okta.tokenRequests().map((request) => field(request, 'scope'))).toEqual([
      'okta.apps.manage okta.groups.read',
      'okta.apps.manage okta.groups.read okta.policies.read',
    ]);
    expect(okta.calls().map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t0',
      'Bearer t1',
      'Bearer t0',
    ]);
  });

  it('keeps its token if the org lacks a feature', async () => {
    await using okta = await org(
      (_, before) => given(`t${before}`),
      () => ({ status: 401, body: { errorCode: 'E0000015', errorSummary: 'No such feature' } }),
    );
    await expect(okta.connect()()).rejects.toMatchObject({ name: 'FeatureUnavailableError' });
    expect(okta.tokenRequests()).toHaveLength(1);
    expect(okta.calls()).toHaveLength(1);
  });

  it('asks again, once, when Okta no longer accepts the token', async () => {
    await using okta = await org(
      (_, before) => given(`t${before}`),
      ({ headers }) => (headers.authorization === 'Bearer t0' ? { status: 401, body: {} } : ok),
    );
    await okta.connect()();
    expect(okta.calls()).toHaveLength(2);
  });

  it('gives up when the new token is not taken either', async () => {
    await using okta = await org(
      (_, before) => given(`t${before}`),
      () => ({ status: 401, body: {} }),
    );
    await expect(okta.connect()()).rejects.toThrow(/access token that .* gave to the API Services app/);
    expect(okta.tokenRequests()).toHaveLength(2);
    expect(okta.calls()).toHaveLength(2);
  });

  it('gives the nonce that the API itself asks for, with the same token', async () => {
    await using okta = await org(
      () => given('t0', 'DPoP'),
      ({ headers }) => {
        const claims = JSON.parse(
          Buffer.from(String(headers.dpop).split('.')[1] ?? '', 'base64url').toString(),
        );
        if (claims.nonce === 'nonce-2') return ok;
        const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'nonce-2' };
        return { status: 401, body: {}, headers: challenge };
      },
    );
    await okta.connect()();
    expect(okta.tokenRequests()).toHaveLength(1);
  });

  it.each([
    [
      'invalid_client',
      401,
      /refused to give the API Services app 0oa1 an access token .*\(invalid_client: because\)\. Check that "clientId"/,
    ],
    ['invalid_scope', 400, /Grant the app the scopes okta\.apps\.manage okta\.groups\.read/],
    ['access_denied', 403, /and an admin role/],
  ])('says what to do when Okta refuses the token with %s', async (error, status, message) => {
    await using okta = await org(() => ({ status, body: { error, error_description: 'because' } }));
    await expect(okta.connect()()).rejects.toMatchObject({
      name: 'OktaError',
      errorCode: error,
      status,
      message: expect.stringMatching(message),
    });
    expect(okta.calls()).toHaveLength(0);
  });

  it('does not send an empty token when the answer holds none', async () => {
    await using okta = await org(() => ({ status: 200, body: {} }));
    await expect(okta.connect()()).rejects.toThrow(/its answer has no token/);
    expect(okta.calls()).toHaveLength(0);
  });

  it('repeats a token request that fails in passing', async () => {
    await using okta = await org((_, before) => (before === 0 ? 'break' : given('t1')));
    await okta.connect()();
    expect(okta.tokenRequests()).toHaveLength(2);
  });
});
