import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import { BrowserSession, locationOf } from '../support/browser-session.ts';
import { type OktaOrg, REDIRECT_URI, webApplication, withOrg } from '../support/okta-org.ts';

const application = z.looseObject({
  id: z.string(),
  credentials: z.object({ oauthClient: z.looseObject({ client_secret: z.string() }) }),
});
const users = z.array(z.looseObject({ email: z.string(), password: z.string() }));
const tokens = z.object({ id_token: z.string(), access_token: z.string() });
const named = z.array(z.looseObject({ id: z.string() }));

describe('sign-in at the local Okta org', () => {
  let org: OktaOrg;

  withOrg((started) => {
    org = started;
  });

  async function user(email: string) {
    const found = users.parse((await org.control('GET', '/users')).body).find((each) => each.email === email);
    if (!found) throw new Error(`There is no user ${email}.`);
    return found;
  }

  async function create(oauthClient?: object, group?: string, credentials?: object) {
    const made = await org.call('POST', '/api/v1/apps', webApplication('Portal', oauthClient, credentials));
    const { id, credentials: shown } = application.parse(made.body);
    if (group) {
      const [found] = named.parse((await org.call('GET', `/api/v1/groups?q=${group}`)).body);
      await org.call('PUT', `/api/v1/apps/${id}/groups/${found?.id}`);
    }
    return { id, secret: shown.oauthClient.client_secret };
  }

  function authorize(
    id: string,
    changed: Record<string, string> = {},
    base = `${org.url}/oauth2/v1`,
  ): string {
    const parameters = {
      client_id: id,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid email profile',
      state: 'a-state',
      nonce: 'a-nonce',
      ...changed,
    };
    return `${base}/authorize?${new URLSearchParams(parameters)}`;
  }

  async function redeem(code: string, id: string, secret: string, base = `${org.url}/oauth2/v1`) {
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
    const answer = await fetch(`${base}/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_id: id, client_secret: secret }),
    });
    return { status: answer.status, body: z.looseObject({}).parse(await answer.json()) };
  }

  async function errorAt(url: string): Promise<string[]> {
    const { searchParams } = locationOf(await fetch(url, { redirect: 'manual' }));
    return [searchParams.get('error') ?? '', searchParams.get('error_description') ?? ''];
  }

  it('gives an assigned user a thin ID token, and all claims of the scopes at userinfo', async () => {
    const { id, secret } = await create({}, 'Engineering');
    const back = await new BrowserSession().signIn(authorize(id), await user('ada@example.com'));
    expect(back.searchParams.get('state')).toBe('a-state');
    const { body } = await redeem(back.searchParams.get('code') ?? '', id, secret);
    const { id_token, access_token } = tokens.parse(body);
    const keys = createRemoteJWKSet(new URL(`${org.url}/oauth2/v1/keys`));
    const { payload } = await jwtVerify(id_token, keys, { issuer: org.url, audience: id });
    const thin = { email: 'ada@example.com', name: 'Ada Lovelace', preferred_username: 'ada@example.com' };
    expect(payload).toMatchObject({ ...thin, nonce: 'a-nonce' });
    expect(payload).not.toHaveProperty('given_name');
    const claims = { ...thin, given_name: 'Ada', family_name: 'Lovelace' };
    const userinfo = await fetch(`${org.url}/oauth2/v1/userinfo`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(await userinfo.json()).toMatchObject(claims);
  });

  it.each([
    ['ORG_URL', 'customUrl', 'url'],
    ['CUSTOM_URL', 'url', 'customUrl'],
    ['DYNAMIC', 'url', 'url'],
    ['DYNAMIC', 'customUrl', 'customUrl'],
  ] as const)(
    'names the issuer that issuer_mode %s asks for when reached at %s',
    async (mode, host, issuer) => {
      const { id, secret } = await create({ issuer_mode: mode }, 'Everyone');
      const base = `${org[host]}/oauth2/v1`;
      const back = await new BrowserSession().signIn(authorize(id, {}, base), await user('ada@example.com'));
      const { body } = await redeem(back.searchParams.get('code') ?? '', id, secret, base);
      const keys = createRemoteJWKSet(new URL(`${base}/keys`));
      await jwtVerify(tokens.parse(body).id_token, keys, { issuer: org[issuer], audience: id });
      const discovery = await fetch(`${org[host]}/.well-known/openid-configuration`);
      expect(await discovery.json()).toMatchObject({ issuer: org[host], token_endpoint: `${base}/token` });
    },
  );

  it('refuses a user who is not assigned, a wrong password, and prompt=none without a session', async () => {
    const { id } = await create({}, 'Finance');
    const ada = await user('ada@example.com');
    const refused = await new BrowserSession().signIn(authorize(id), ada);
    expect(refused.searchParams.get('error')).toBe('access_denied');
    expect(refused.searchParams.get('error_description')).toBe(
      'User is not assigned to the client application.',
    );
    await expect(new BrowserSession().signIn(authorize(id), { ...ada, password: 'wrong' })).rejects.toThrow(
      '401',
    );
    expect(await errorAt(authorize(id, { prompt: 'none' }))).toEqual([
      'login_required',
      'The client specified not to prompt, but the user is not logged in.',
    ]);
  });

  it('shows an error page, and redirects nowhere, for a client or a redirect URI that it does not know', async () => {
    const { id } = await create();
    for (const url of [
      authorize('0oaunknown'),
      authorize(id, { redirect_uri: 'https://elsewhere.example.com/' }),
      authorize(id, { redirect_uri: 'https://elsewhere.example.com/', prompt: 'none' }),
    ]) {
      const answer = await fetch(url, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
  });

  it('refuses a request without state, with an unknown scope, and without PKCE if the client requires it', async () => {
    const { id } = await create({}, undefined, { pkce_required: true });
    const challenge = { code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' };
    expect(await errorAt(authorize(id))).toEqual([
      'invalid_request',
      'PKCE code challenge is required by the application.',
    ]);
    expect((await errorAt(authorize(id, { ...challenge, state: '' })))[0]).toBe('invalid_request');
    expect((await errorAt(authorize(id, { ...challenge, scope: 'openid magic' })))[0]).toBe('invalid_scope');
    expect((await errorAt(authorize(id, { ...challenge, prompt: 'none' })))[0]).toBe('login_required');
  });

  it('refuses an inactive application everywhere', async () => {
    const { id, secret } = await create();
    await org.call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    expect((await fetch(authorize(id), { redirect: 'manual' })).status).toBe(400);
    expect(await redeem('made-up', id, secret)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  it('takes either active secret, in the form or as basic authentication, and no inactive one', async () => {
    const { id, secret } = await create();
    const path = `/api/v1/apps/${id}/credentials/secrets`;
    const added = z.looseObject({ id: z.string(), client_secret: z.string() });
    const second = added.parse((await org.call('POST', path)).body);
    const ofGood = { status: 400, body: { error: 'invalid_grant' } };
    const ofBad = { status: 401, body: { error: 'invalid_client' } };
    expect(await redeem('made-up', id, secret)).toMatchObject(ofGood);
    expect(await redeem('made-up', id, second.client_secret)).toMatchObject(ofGood);
    expect(await redeem('made-up', id, 'wrong')).toMatchObject(ofBad);
    const basic = await fetch(`${org.url}/oauth2/v1/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${second.client_secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'made-up',
        redirect_uri: REDIRECT_URI,
      }),
    });
    expect([basic.status, await basic.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    await org.call('POST', `${path}/${second.id}/lifecycle/deactivate`);
    expect(await redeem('made-up', id, second.client_secret)).toMatchObject(ofBad);
  });

  it('lets a client in at a custom authorization server only by a policy', async () => {
    const { id, secret } = await create({}, 'Everyone');
    const other = await create({}, 'Everyone');
    const made = await org.control('POST', '/authorization-servers', { policies: [{ clients: [id] }] });
    const { issuer } = z.object({ issuer: z.string() }).parse(made.body);
    const discovery = await fetch(`${issuer}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/v1/authorize`,
    });
    expect(await errorAt(authorize(other.id, { prompt: 'none' }, `${issuer}/v1`))).toEqual([
      'access_denied',
      'Policy evaluation failed for this request, please check the policy configuration.',
    ]);
    const back = await new BrowserSession().signIn(
      authorize(id, {}, `${issuer}/v1`),
      await user('ada@example.com'),
    );
    const code = back.searchParams.get('code') ?? '';
    expect(await redeem(code, id, secret)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const { body } = await redeem(code, id, secret, `${issuer}/v1`);
    const keys = createRemoteJWKSet(new URL(`${issuer}/v1/keys`));
    await jwtVerify(tokens.parse(body).id_token, keys, { issuer, audience: id });
    expect((await fetch(`${org.url}/oauth2/unknown/.well-known/openid-configuration`)).status).toBe(404);
  });

  it('loses the answer of the token endpoint on demand, and the code is spent', async () => {
    const { id, secret } = await create({}, 'Everyone');
    const back = await new BrowserSession().signIn(authorize(id), await user('ada@example.com'));
    await org.control('POST', '/faults', { path: '/token$', action: { type: 'answer-after', status: 502 } });
    const code = back.searchParams.get('code') ?? '';
    await expect(redeem(code, id, secret)).rejects.toThrow();
    expect(await redeem(code, id, secret)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});
