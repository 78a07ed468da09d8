import { randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { BrowserSession } from '../support/browser-session.ts';
import { type OktaOrg, REDIRECT_URI, webApplication, withOrg } from '../support/okta-org.ts';

const application = z.looseObject({
  id: z.string(),
  credentials: z.object({ oauthClient: z.looseObject({ client_secret: z.string() }) }),
});
const users = z.array(z.looseObject({ email: z.string(), password: z.string() }));
const claim = z.looseObject({ id: z.string(), name: z.string(), expression: z.string() });
const tokens = z.looseObject({ id_token: z.string(), access_token: z.string() });

describe('claims of the local Okta org', () => {
  let org: OktaOrg;

  withOrg((started) => {
    org = started;
  });

  async function create(settings: object = {}, oauthClient: object = {}) {
    const document = webApplication('Portal', oauthClient);
    const sent = { ...document, settings: { ...document.settings, ...settings } };
    const made = application.parse((await org.call('POST', '/api/v1/apps', sent)).body);
    return { id: made.id, secret: made.credentials.oauthClient.client_secret };
  }

  async function assignEveryone(id: string) {
    const found = z.array(z.looseObject({ id: z.string() }));
    const [everyone] = found.parse((await org.call('GET', '/api/v1/groups?q=Everyone')).body);
    await org.call('PUT', `/api/v1/apps/${id}/groups/${everyone?.id}`);
  }

  async function codeFor(id: string, scope: string): Promise<string> {
    const [ada] = users.parse((await org.control('GET', '/users')).body);
    if (!ada) throw new Error('The org has no user.');
    const query = new URLSearchParams({
      client_id: id,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope,
      state: 'a-state',
    });
    const back = await new BrowserSession().signIn(`${org.url}/oauth2/v1/authorize?${query}`, ada);
    return back.searchParams.get('code') ?? back.search;
  }

  async function redeem(
    code: string,
    { id, secret }: { id: string; secret: string },
    headers: Record<string, string> = {},
  ) {
    const answer = await fetch(`${org.url}/oauth2/v1/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        client_id: id,
        client_secret: secret,
      }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  /** What a sign-in gives: the ID token's claims, and userinfo's. */
  async function signIn(client: { id: string; secret: string }, scope = 'openid email profile') {
    const { id_token, access_token } = tokens.parse(
      (await redeem(await codeFor(client.id, scope), client)).body,
    );
    const userinfo = await fetch(`${org.url}/oauth2/v1/userinfo`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    return { idToken: decodeJwt(id_token), userinfo: z.looseObject({}).parse(await userinfo.json()) };
  }

  async function addClaim(id: string, name: string, expression: string) {
    const made = await org.call('POST', `/api/v1/apps/${id}/federated-claims`, { name, expression });
    expect(made.status).toBe(201);
    return claim.parse(made.body);
  }

  it('hold no groups with any scopes, unless a filter or a federated claim says so', async () => {
    const client = await create();
    await assignEveryone(client.id);
    const { idToken, userinfo } = await signIn(client, 'openid profile groups');
    expect([idToken, userinfo]).toEqual([
      expect.not.objectContaining({ groups: expect.anything() }),
      expect.not.objectContaining({ groups: expect.anything() }),
    ]);
  });

  it('hold the groups that the filter lets through, if the scope is asked for', async () => {
    const client = await create();
    await assignEveryone(client.id);
    const filter = { valueType: 'GROUPS', name: 'groups', groupFilterType: 'STARTS_WITH', value: 'Eng' };
    await org.call('POST', `/api/v1/internal/apps/${client.id}/settings/oauth/idToken`, filter);
    expect((await signIn(client, 'openid groups')).idToken).toMatchObject({ groups: ['Engineering'] });
    expect((await signIn(client, 'openid')).idToken).not.toHaveProperty('groups');
  });

  it.each([
    ['id-token', true, false],
    ['userinfo', false, true],
    ['both', true, true],
  ])(
    'hold the values of federated claims, by the org’s settings: %s',
    async (claimsIn, inIdToken, inUserinfo) => {
      await org.control('POST', '/settings', { claimsIn });
      const client = await create();
      await assignEveryone(client.id);
      const groups =
        "user.getGroups({'group.profile.name': 'Eng', 'operator': 'STARTS_WITH'}).![profile.name]";
      await addClaim(client.id, 'groups', groups);
      await addClaim(client.id, 'surname', 'user.profile.lastName');
      await addClaim(client.id, 'tier', '"gold"');
      await addClaim(client.id, 'team', 'user.profile.department');
      const expected = { groups: ['Engineering'], surname: 'Lovelace', tier: 'gold' };
      const { idToken, userinfo } = await signIn(client);
      expect(idToken).toEqual((inIdToken ? expect : expect.not).objectContaining(expected));
      expect(userinfo).toEqual((inUserinfo ? expect : expect.not).objectContaining(expected));
      expect([idToken, userinfo]).not.toContainEqual(expect.objectContaining({ team: expect.anything() }));
    },
  );

  it('are thin in the ID token of the org, unless the org is set otherwise', async () => {
    const client = await create();
    await assignEveryone(client.id);
    expect((await signIn(client)).idToken).not.toHaveProperty('given_name');
    await org.control('POST', '/settings', { idTokens: 'full' });
    expect((await signIn(client)).idToken).toMatchObject({ given_name: 'Ada' });
  });

  it('are for everyone in Federation Broker Mode, with no group assigned', async () => {
    const brokered = await create({ implicitAssignment: true });
    expect((await signIn(brokered)).idToken).toMatchObject({ email: 'ada@example.com' });
    const other = await create();
    expect(await codeFor(other.id, 'openid')).toContain('access_denied');
  });

  it('come only to a client with a DPoP proof with a nonce, if the application demands it', async () => {
    const client = await create({}, { dpop_bound_access_tokens: true });
    await assignEveryone(client.id);
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proof = (claims: object) =>
      new SignJWT({ jti: randomUUID(), htm: 'POST', htu: `${org.url}/oauth2/v1/token`, ...claims })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
        .setIssuedAt()
        .sign(privateKey);
    const code = await codeFor(client.id, 'openid');
    expect(await redeem(code, client)).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof', error_description: 'The DPoP proof JWT header is missing.' },
    });
    expect(await redeem(code, { ...client, secret: 'wrong' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const asked = await redeem(code, client, { dpop: await proof({}) });
    expect(asked).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    const nonce = asked.headers.get('dpop-nonce');
    expect(await redeem(code, client, { dpop: await proof({ nonce }) })).toMatchObject({
      status: 200,
      body: { token_type: 'DPoP' },
    });
  });
});
