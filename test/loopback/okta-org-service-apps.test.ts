import { createHash, randomUUID } from 'node:crypto';
import { Client, DefaultRequestExecutor } from '@okta/okta-sdk-nodejs';
import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { type OktaOrg, webApplication, withOrg } from '../support/okta-org.ts';

interface ServiceApp {
  clientId: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  algorithm: 'RS256' | 'ES256';
}

const token = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  scope: z.string(),
});

describe('service apps of the local Okta org', () => {
  let org: OktaOrg;

  withOrg((started) => {
    org = started;
  });

  const endpoint = () => `${org.url}/oauth2/v1/token`;

  async function serviceApp(options: {
    dpop: boolean;
    scopes?: string[];
    algorithm?: ServiceApp['algorithm'];
  }) {
    const { dpop, scopes = ['okta.apps.manage', 'okta.groups.read'], algorithm = 'RS256' } = options;
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'the-key' }] };
    const made = await org.control('POST', '/service-apps', { jwks, scopes, dpop });
    const { clientId } = z.looseObject({ clientId: z.string() }).parse(made.body);
    return { clientId, privateKey, publicKey, algorithm };
  }

  function assertion(app: ServiceApp, claims: object = {}, key = app.privateKey): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const own = {
      iss: app.clientId,
      sub: app.clientId,
      aud: endpoint(),
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
    };
    return new SignJWT({ ...own, ...claims })
      .setProtectedHeader({ alg: app.algorithm, kid: 'the-key' })
      .sign(key);
  }

  async function proof(app: ServiceApp, claims: object, key: ServiceApp = app): Promise<string> {
    return new SignJWT({ jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: app.algorithm, jwk: await exportJWK(key.publicKey) })
      .sign(key.privateKey);
  }

  async function request(clientAssertion: string, scope = 'okta.apps.manage', dpop?: string) {
    const answer = await fetch(endpoint(), {
      method: 'POST',
      headers: dpop === undefined ? {} : { dpop },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: clientAssertion,
      }),
    });
    const body = z.looseObject({ error: z.string().optional() }).parse(await answer.json());
    return { status: answer.status, nonce: answer.headers.get('dpop-nonce'), body };
  }

  it.each(['RS256', 'ES256'] as const)(
    'get a token for an assertion signed with %s, and call with it',
    async (algorithm) => {
      const app = await serviceApp({ dpop: false, algorithm });
      const { access_token, ...rest } = token.parse((await request(await assertion(app))).body);
      expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3600, scope: 'okta.apps.manage' });
      const bearer = { authorization: `Bearer ${access_token}` };
      expect((await org.call('GET', '/api/v1/apps', undefined, bearer)).status).toBe(200);
      expect(await org.call('GET', '/api/v1/groups', undefined, bearer)).toMatchObject({
        status: 403,
        body: { errorCode: 'E0000006' },
      });
      expect(
        (await org.call('GET', '/api/v1/apps', undefined, { authorization: 'Bearer undefined' })).status,
      ).toBe(401);
    },
  );

  it('are refused a bad signature, a wrong audience, an expired or far-off assertion, and one used before', async () => {
    const app = await serviceApp({ dpop: false });
    const now = Math.floor(Date.now() / 1000);
    const { privateKey } = await generateKeyPair('RS256');
    const used = await assertion(app);
    expect((await request(used)).status).toBe(200);
    for (const bad of [
      used,
      await assertion(app, {}, privateKey),
      await assertion(app, { aud: org.url }),
      await assertion(app, { exp: now - 1 }),
      await assertion(app, { exp: now + 2 * 60 * 60 }),
      await assertion(app, { exp: undefined }),
      await assertion(app, { iss: 'another' }),
      await assertion({ ...app, clientId: '0oaunknown' }),
      'not a token',
    ]) {
      expect(await request(bad)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
  });

  it('are refused a scope that is not granted, and no scope at all', async () => {
    const app = await serviceApp({ dpop: false });
    const refused = { status: 400, body: { error: 'invalid_scope' } };
    expect(await request(await assertion(app), 'okta.apps.manage okta.users.manage')).toMatchObject(refused);
    expect(await request(await assertion(app), '')).toMatchObject(refused);
  });

  it('must prove possession, with a nonce of the org, if DPoP is required', async () => {
    const app = await serviceApp({ dpop: true });
    const claims = { htm: 'POST', htu: endpoint() };
    const ask = async (dpop?: string) => request(await assertion(app), 'okta.apps.manage', dpop);
    expect(await ask()).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
    const challenged = await ask(await proof(app, claims));
    expect(challenged).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    const { nonce } = challenged;
    for (const bad of [{ htu: org.url }, { htm: 'GET' }, { iat: 1 }]) {
      const answer = await ask(await proof(app, { ...claims, nonce, ...bad }));
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
    }
    expect(await ask(await proof(app, { ...claims, nonce: 'made-up' }))).toMatchObject({
      body: { error: 'use_dpop_nonce' },
    });
    const good = await proof(app, { ...claims, nonce });
    expect(await ask(good)).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    expect(await ask(good)).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
  });

  it('call with a bound token and a proof for that very call only', async () => {
    const app = await serviceApp({ dpop: true });
    const other = await serviceApp({ dpop: true });
    const claims = { htm: 'POST', htu: endpoint() };
    const { nonce } = await request(await assertion(app), 'okta.apps.manage', await proof(app, claims));
    const answer = await request(
      await assertion(app),
      'okta.apps.manage',
      await proof(app, { ...claims, nonce }),
    );
    const { access_token } = token.parse(answer.body);
    const ath = createHash('sha256').update(access_token).digest('base64url');
    const right = { htm: 'GET', htu: `${org.url}/api/v1/apps`, ath };
    const call = async (dpop: string, scheme = 'DPoP') =>
      (
        await org.call('GET', '/api/v1/apps?limit=5', undefined, {
          authorization: `${scheme} ${access_token}`,
          dpop,
        })
      ).status;
    const good = await proof(app, right);
    expect(await call(good)).toBe(200);
    expect(await call(good)).toBe(401);
    expect(await call(await proof(app, right), 'Bearer')).toBe(401);
    expect(await call(await proof(app, { ...right, htm: 'POST' }))).toBe(401);
    expect(await call(await proof(app, { ...right, htu: `${org.url}/api/v1/groups` }))).toBe(401);
    expect(await call(await proof(app, { ...right, ath: 'wrong' }))).toBe(401);
    expect(await call(await proof(app, right, other))).toBe(401);
  });

  describe('and administrators find their way with the Okta SDK', () => {
    const sent = z.looseObject({ url: z.string(), method: z.string(), body: z.string().nullish() });

    /** Sends what the SDK sends, and holds it against the contract. */
    class ContractExecutor extends DefaultRequestExecutor {
      override async fetch(request: Parameters<DefaultRequestExecutor['fetch']>[0]) {
        const answer = await super.fetch(request);
        const text = await answer.clone().text();
        const { url, method, body } = sent.parse(request);
        const { pathname: path } = new URL(url);
        const requestBody = path.startsWith('/api/') && body ? { requestBody: JSON.parse(body) } : {};
        const answerBody = text === '' ? {} : { answerBody: JSON.parse(text) };
        org.hold({ method, path, status: answer.status, ...requestBody, ...answerBody });
        return answer;
      }
    }

    const common = () => ({
      orgUrl: org.url,
      requestExecutor: new ContractExecutor(),
      cacheMiddleware: null,
    });

    async function roundTrip(client: Client): Promise<void> {
      const made = await client.applicationApi.createApplication({ application: webApplication('By SDK') });
      const appId = z.string().parse(made.id);
      const groups: string[] = [];
      for await (const group of await client.groupApi.listGroups({ q: 'Eng' }))
        if (group) groups.push(`${group.id}`);
      expect(groups).toHaveLength(1);
      const [groupId = ''] = groups;
      await client.applicationApi.assignGroupToApplication({
        appId,
        groupId,
        applicationGroupAssignment: {},
      });
      const assigned: unknown[] = [];
      for await (const each of await client.applicationApi.listApplicationGroupAssignments({ appId })) {
        assigned.push(each?.id);
      }
      expect(assigned).toEqual(groups);
      await expect(client.applicationApi.deleteApplication({ appId })).rejects.toMatchObject({
        errorCode: 'E0000056',
      });
      await client.applicationApi.deactivateApplication({ appId });
      await client.applicationApi.deleteApplication({ appId });
      await expect(client.applicationApi.getApplication({ appId })).rejects.toMatchObject({ status: 404 });
    }

    it('with an API token', async () => {
      await roundTrip(new Client({ ...common(), token: org.apiToken }));
    });

    it.each([false, true])('with a private key (DPoP: %s)', async (dpop) => {
      const { clientId, privateKey } = await serviceApp({ dpop });
      const credentials = { clientId, privateKey: await exportPKCS8(privateKey), keyId: 'the-key' };
      const scopes = ['okta.apps.manage', 'okta.groups.read'];
      await roundTrip(new Client({ ...common(), ...credentials, authorizationMode: 'PrivateKey', scopes }));
    });
  });
});
