import { z } from 'zod';
import { type OktaOrg, webApplication, withOrg } from '../support/okta-org.ts';

const application = z.looseObject({
  id: z.string(),
  label: z.string(),
  status: z.string(),
  profile: z.looseObject({}).optional(),
  credentials: z.looseObject({
    oauthClient: z.looseObject({ client_id: z.string(), client_secret: z.string().optional() }),
  }),
  settings: z.looseObject({ notes: z.looseObject({}), oauthClient: z.looseObject({}) }),
});
const secrets = z.array(z.looseObject({ id: z.string(), status: z.string(), client_secret: z.string() }));
const group = z.looseObject({ id: z.string(), profile: z.looseObject({ name: z.string() }) });
const failure = z.object({
  errorCode: z.string(),
  errorSummary: z.string(),
  errorLink: z.string(),
  errorId: z.string(),
  errorCauses: z.array(z.object({ errorSummary: z.string() })),
});

describe('the Management API of the local Okta org', () => {
  let org: OktaOrg;

  withOrg((started) => {
    org = started;
  });
  afterAll(() => {
    expect(org.contract?.unchecked ?? []).toEqual([]);
  });

  async function create(label: string, oauthClient?: object) {
    const answer = await org.call('POST', '/api/v1/apps', webApplication(label, oauthClient));
    expect(answer.status).toBe(200);
    return application.parse(answer.body);
  }

  function nextOf(headers: Headers): string | undefined {
    return /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.replace(org.url, '');
  }

  describe('an application', () => {
    it('has its ID for a client ID, and shows its secret in the answer to create only', async () => {
      const made = await create('Portal');
      expect(made.id).toMatch(/^0oa[0-9A-Za-z]{17}$/);
      expect(made.credentials.oauthClient.client_id).toBe(made.id);
      expect(made.credentials.oauthClient.client_secret).toMatch(/^.{40,}$/);
      const seen = application.parse((await org.call('GET', `/api/v1/apps/${made.id}`)).body);
      expect(seen.credentials.oauthClient).not.toHaveProperty('client_secret');
    });

    it('is replaced whole: a PUT resets what it leaves out', async () => {
      const { id } = await create('Portal', { logo_uri: 'https://example.com/logo.png' });
      const noted = { ...webApplication('Portal'), profile: { owner: 'me' } };
      await org.call('PUT', `/api/v1/apps/${id}`, noted);
      const seen = application.parse((await org.call('GET', `/api/v1/apps/${id}`)).body);
      expect(seen.profile).toEqual({ owner: 'me' });
      expect(seen.settings.oauthClient).toMatchObject({ logo_uri: null });
      await org.call('PUT', `/api/v1/apps/${id}`, webApplication('Portal'));
      const after = application.parse((await org.call('GET', `/api/v1/apps/${id}`)).body);
      expect(after).not.toHaveProperty('profile');
    });

    it.each([
      ['no label', { ...webApplication('x'), label: '' }, 'label'],
      ['no redirect URI', webApplication('x', { redirect_uris: [] }), 'redirect_uris'],
      ['a relative redirect URI', webApplication('x', { redirect_uris: ['/back'] }), 'redirect_uris'],
      ['an unknown grant', webApplication('x', { grant_types: ['magic'] }), 'grant_types'],
      ['an unknown issuer mode', webApplication('x', { issuer_mode: 'MINE' }), 'issuer_mode'],
      [
        'no PKCE without a secret',
        webApplication('x', {}, { token_endpoint_auth_method: 'none' }),
        'pkce_required',
      ],
    ])('with %s is refused', async (_what, body, field) => {
      const answer = await org.call('POST', '/api/v1/apps', body);
      expect(answer.status).toBe(400);
      expect(failure.parse(answer.body)).toMatchObject({
        errorCode: 'E0000001',
        errorSummary: `Api validation failed: ${field}`,
      });
    });

    it('cannot be deleted while it is active', async () => {
      const { id } = await create('Portal');
      const refused = await org.call('DELETE', `/api/v1/apps/${id}`);
      expect([refused.status, failure.parse(refused.body).errorCode]).toEqual([403, 'E0000056']);
      expect((await org.call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`)).status).toBe(200);
      expect((await org.call('POST', `/api/v1/apps/${id}/lifecycle/activate`)).status).toBe(200);
      expect((await org.call('DELETE', `/api/v1/apps/${id}`)).status).toBe(403);
      await org.call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
      expect((await org.call('DELETE', `/api/v1/apps/${id}`)).status).toBe(204);
      const gone = await org.call('GET', `/api/v1/apps/${id}`);
      expect(gone.status).toBe(404);
      expect(failure.parse(gone.body).errorSummary).toBe(
        `Not found: Resource not found: ${id} (AppInstance)`,
      );
    });

    it('is found by the start of its label, page by page', async () => {
      for (const label of ['Portal 1', 'Portal 2', 'Portal 3', 'Other portal']) await create(label);
      const labels: string[] = [];
      for (let path: string | undefined = '/api/v1/apps?q=portal&limit=2'; path; ) {
        const answer = await org.call('GET', path);
        labels.push(
          ...z
            .array(application)
            .parse(answer.body)
            .map(({ label }) => label),
        );
        path = nextOf(answer.headers);
      }
      expect(labels).toEqual(['Portal 1', 'Portal 2', 'Portal 3']);
    });

    it('takes an access policy of the org and no other', async () => {
      const { id } = await create('Portal');
      const policies = z
        .array(z.looseObject({ id: z.string(), system: z.boolean() }))
        .parse((await org.call('GET', '/api/v1/policies?type=ACCESS_POLICY')).body);
      expect(policies.filter(({ system }) => system)).toHaveLength(1);
      const chosen = policies.find(({ system }) => !system);
      expect((await org.call('PUT', `/api/v1/apps/${id}/policies/${chosen?.id}`)).status).toBe(204);
      expect((await org.call('GET', `/api/v1/apps/${id}`)).body).toMatchObject({
        _links: { accessPolicy: { href: `${org.url}/api/v1/policies/${chosen?.id}` } },
      });
      expect((await org.call('GET', `/api/v1/policies/${chosen?.id}`)).body).toMatchObject({
        id: chosen?.id,
        type: 'ACCESS_POLICY',
      });
      expect((await org.call('PUT', `/api/v1/apps/${id}/policies/rstunknown`)).status).toBe(404);
    });
  });

  describe('client secrets', () => {
    it('are two at most; one is deleted inactive, and one always stays active', async () => {
      const { id } = await create('Portal');
      const path = `/api/v1/apps/${id}/credentials/secrets`;
      const second = z.looseObject({ id: z.string() }).parse((await org.call('POST', path)).body).id;
      const third = await org.call('POST', path);
      expect([third.status, failure.parse(third.body).errorCauses[0]?.errorSummary]).toEqual([
        400,
        'You have reached the maximum number of client secrets per client.',
      ]);
      expect((await org.call('DELETE', `${path}/${second}`)).status).toBe(400);
      const [first] = secrets.parse((await org.call('GET', path)).body);
      expect((await org.call('POST', `${path}/${first?.id}/lifecycle/deactivate`)).status).toBe(200);
      expect((await org.call('POST', `${path}/${second}/lifecycle/deactivate`)).status).toBe(400);
      expect((await org.call('POST', `${path}/${first?.id}/lifecycle/activate`)).status).toBe(200);
      expect((await org.call('POST', `${path}/${first?.id}/lifecycle/deactivate`)).status).toBe(200);
      expect((await org.call('GET', `${path}/${first?.id}`)).body).toMatchObject({ status: 'INACTIVE' });
      expect((await org.call('DELETE', `${path}/${first?.id}`)).status).toBe(204);
      expect(secrets.parse((await org.call('GET', path)).body).map((left) => left.id)).toEqual([second]);
    });

    it('may be brought along', async () => {
      const { id } = await create('Portal');
      const own = `a-secret-of-${id}`;
      const made = await org.call('POST', `/api/v1/apps/${id}/credentials/secrets`, { client_secret: own });
      expect([made.status, made.body]).toEqual([201, expect.objectContaining({ client_secret: own })]);
    });
  });

  describe('federated claims', () => {
    it('are made, shown, replaced and deleted, each name once', async () => {
      const { id } = await create('Portal');
      const path = `/api/v1/apps/${id}/federated-claims`;
      const claim = z.looseObject({ id: z.string() });
      const sent = { name: 'surname', expression: 'user.profile.lastName' };
      const answer = await org.call('POST', path, sent);
      expect([answer.status, answer.body]).toEqual([201, expect.objectContaining(sent)]);
      const made = claim.parse(answer.body);
      expect((await org.call('GET', path)).body).toEqual([made]);
      expect((await org.call('POST', path, { ...sent, expression: '"x"' })).status).toBe(400);
      expect((await org.call('POST', path, { name: 'broken', expression: 'user.(' })).status).toBe(400);
      const changed = { name: 'mail', expression: 'user.email' };
      const replaced = await org.call('PUT', `${path}/${made.id}`, changed);
      expect([replaced.status, replaced.body]).toEqual([200, expect.objectContaining(changed)]);
      expect((await org.call('GET', `${path}/${made.id}`)).body).toMatchObject(changed);
      expect((await org.call('DELETE', `${path}/${made.id}`)).status).toBe(204);
      expect((await org.call('GET', `${path}/${made.id}`)).status).toBe(404);
    });
  });

  describe('group assignments', () => {
    async function groupNamed(name: string) {
      return z.array(group).parse((await org.call('GET', `/api/v1/groups?q=${name}`)).body);
    }

    it('are created, listed and removed', async () => {
      const { id } = await create('Portal');
      const [everyone] = await groupNamed('every');
      expect((await org.call('GET', `/api/v1/groups/${everyone?.id}`)).body).toEqual(everyone);
      const path = `/api/v1/apps/${id}/groups/${everyone?.id}`;
      expect((await org.call('GET', path)).status).toBe(404);
      expect((await org.call('PUT', path, {})).status).toBe(200);
      expect((await org.call('GET', path)).status).toBe(200);
      expect((await org.call('GET', `/api/v1/apps/${id}/groups`)).body).toEqual([
        expect.objectContaining({ id: everyone?.id }),
      ]);
      expect((await org.call('DELETE', path)).status).toBe(204);
      expect((await org.call('DELETE', path)).status).toBe(404);
    });

    it('come page by page, and go with their group', async () => {
      const { id } = await create('Portal');
      for (let n = 0; n < 25; n += 1) {
        const made = group.parse(
          (await org.call('POST', '/api/v1/groups', { profile: { name: `Team ${n}` } })).body,
        );
        await org.call('PUT', `/api/v1/apps/${id}/groups/${made.id}`);
      }
      const first = await org.call('GET', `/api/v1/apps/${id}/groups`);
      expect(first.body).toHaveLength(20);
      const rest = await org.call('GET', nextOf(first.headers) ?? '');
      expect(rest.body).toHaveLength(5);
      const [team] = await groupNamed('Team%2024');
      expect((await org.call('DELETE', `/api/v1/groups/${team?.id}`)).status).toBe(204);
      expect((await org.call('GET', `/api/v1/apps/${id}/groups?limit=200`)).body).toHaveLength(24);
    });
  });

  describe('the door', () => {
    it.each([
      ['a wrong token', { authorization: 'SSWS wrong' }, 401, 'E0000011'],
      ['no token', { authorization: '' }, 401, 'E0000005'],
    ])('refuses %s', async (_what, headers, status, code) => {
      const answer = await org.call('GET', '/api/v1/apps', undefined, headers);
      expect([answer.status, failure.parse(answer.body).errorCode]).toEqual([status, code]);
      expect(answer.headers.get('x-okta-request-id')).toBeTruthy();
      expect(Number(answer.headers.get('x-rate-limit-remaining'))).toBeGreaterThan(0);
    });

    it('refuses what is not JSON', async () => {
      const answer = await org.call('POST', '/api/v1/apps', '{"label":');
      expect([answer.status, failure.parse(answer.body).errorCode]).toEqual([400, 'E0000003']);
    });

    it('answers 429 with the time of the reset when the bucket of the minute is used up', async () => {
      await org.control('POST', '/rate-limit', { path: '^/api/v1/groups', perMinute: 2 });
      let refused = await org.call('GET', '/api/v1/groups');
      expect(refused.status).toBe(200);
      // Five, not three: the minute may turn in between.
      for (let n = 0; n < 5 && refused.status === 200; n += 1)
        refused = await org.call('GET', '/api/v1/groups');
      expect(failure.parse(refused.body).errorCode).toBe('E0000047');
      expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
      const reset = Number(refused.headers.get('x-rate-limit-reset'));
      expect(reset * 1000 - Date.now()).toBeLessThanOrEqual(60_000);
      await org.control('POST', '/rate-limit', {});
      expect((await org.call('GET', '/api/v1/groups')).status).toBe(200);
    });

    it('limits the endpoints of the sign-in too, and not its public metadata', async () => {
      const statuses = async () =>
        Promise.all(
          ['/oauth2/v1/authorize', '/oauth2/v1/token', '/.well-known/openid-configuration'].map(
            async (path) => {
              const method = path.endsWith('token') ? 'POST' : 'GET';
              const { status, headers } = await fetch(`${org.url}${path}`, { method, redirect: 'manual' });
              return [status, headers.get('x-rate-limit-remaining')];
            },
          ),
        );
      await org.control('POST', '/rate-limit', { path: '', perMinute: 0 });
      expect(await statuses()).toEqual([
        [429, '0'],
        [429, '0'],
        [200, null],
      ]);
      await org.control('POST', '/rate-limit', {});
      expect(await statuses()).toEqual([
        [400, expect.any(String)],
        [expect.any(Number), expect.any(String)],
        [200, null],
      ]);
    });
  });

  describe('the control port', () => {
    it('makes the nth call fail, before or after it takes effect', async () => {
      const path = '^/api/v1/apps$';
      await org.control('POST', '/faults', {
        method: 'POST',
        path,
        nth: 2,
        action: { type: 'answer', status: 503 },
      });
      await create('First');
      expect((await org.call('POST', '/api/v1/apps', webApplication('Second'))).status).toBe(503);
      await org.control('DELETE', '/faults');
      await org.control('POST', '/faults', { method: 'POST', path, action: { type: 'reset-after' } });
      await expect(org.call('POST', '/api/v1/apps', webApplication('Third'))).rejects.toThrow('fetch failed');
      const answer = await org.call('GET', '/api/v1/apps?q=oidc_client');
      const labels = z.array(application).parse(answer.body);
      expect(labels.map(({ label }) => label)).toEqual(['First', 'Third']);
      const calls = z
        .array(z.looseObject({ status: z.number().optional(), fault: z.string().optional() }))
        .parse((await org.control('GET', '/calls')).body);
      expect(calls.map(({ status, fault }) => [status, fault])).toEqual([
        [200, undefined],
        [503, 'answer'],
        [undefined, 'reset-after'],
        [200, undefined],
      ]);
    });

    it('shows no secret in its state, and each of them on request', async () => {
      const made = await create('Portal');
      const secret = made.credentials.oauthClient.client_secret;
      expect(JSON.stringify((await org.control('GET', '/state')).body)).not.toContain(secret);
      expect((await org.control('GET', `/secrets/${made.id}`)).body).toEqual([
        expect.objectContaining({ value: secret, status: 'ACTIVE' }),
      ]);
    });
  });
});
