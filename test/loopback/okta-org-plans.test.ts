import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DpopProofs } from '../../local/okta/dpop.ts';
import { FREE_LIMITS, RateLimit } from '../../local/okta/management/rate-limit.ts';
import { ManagementApi } from '../../local/okta/management/router.ts';
import { Org } from '../../local/okta/org.ts';
import { otherApplication } from '../../local/okta/other-applications.ts';
import { webApplication } from '../support/okta-org.ts';

const ORIGIN = 'https://acme.okta.com';
const made = z.looseObject({
  id: z.string(),
  status: z.string(),
  settings: z.looseObject({ oauthClient: z.looseObject({}) }),
});
const failure = z.object({
  errorCode: z.string(),
  errorSummary: z.string(),
  errorCauses: z.array(z.object({ errorSummary: z.string() })),
});

/** An org in this process, with a clock that the test sets. */
function anOrg() {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const org = new Org(randomBytes(24).toString('base64url'), {
    now: () => clock.now,
    random: () => 1,
    usual: { readLagMs: 0 },
  });
  const rateLimit = new RateLimit();
  const api = new ManagementApi(org, new DpopProofs(), rateLimit);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await api.answer({
      method,
      url: new URL(path, ORIGIN),
      headers: { authorization: `SSWS ${org.apiToken}` },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    });
    const shown: unknown = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
    return { status: answer.status, headers: answer.headers ?? {}, body: shown };
  };
  const create = async (label: string, oauthClient: object = {}, settings: object = {}) => {
    const document = webApplication(label, oauthClient);
    const sent = { ...document, settings: { ...document.settings, ...settings } };
    return made.parse((await call('POST', '/api/v1/apps', sent)).body);
  };
  const groupId = (name: string) => [...org.groups.values()].find((group) => group.name === name)?.id ?? '';
  return { org, call, create, clock, rateLimit, groupId };
}

/** Status, code and first cause of a refusal. */
function refusal({ status, body }: { status: number; body: unknown }) {
  const { errorCode, errorSummary, errorCauses } = failure.parse(body);
  return [status, errorCode, errorCauses[0]?.errorSummary ?? errorSummary];
}

describe('groups of an application', () => {
  it('cannot be changed while it is inactive: Okta does not find the application then', async () => {
    const { call, create, groupId } = anOrg();
    const { id } = await create('Portal');
    const path = `/api/v1/apps/${id}/groups/${groupId('Engineering')}`;
    expect((await call('PUT', path, {})).status).toBe(200);
    await call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    const notFound = [404, 'E0000007', `Not found: Resource not found: ${id} (AppInstance)`];
    expect(refusal(await call('PUT', path, {}))).toEqual(notFound);
    expect(refusal(await call('DELETE', path))).toEqual(notFound);
    await call('POST', `/api/v1/apps/${id}/lifecycle/activate`);
    expect((await call('GET', path)).status).toBe(200);
  });

  it('can be hidden while it is inactive, because no recording says whether they are', async () => {
    const { org, call, create } = anOrg();
    const { id } = await create('Portal');
    await call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    expect((await call('GET', `/api/v1/apps/${id}/groups`)).status).toBe(200);
    org.settings.inactiveGroups = 'not-found';
    expect((await call('GET', `/api/v1/apps/${id}/groups`)).status).toBe(404);
  });

  it('are refused in Federation Broker Mode', async () => {
    const { call, create, groupId } = anOrg();
    const { id } = await create('Portal', {}, { implicitAssignment: true });
    expect(refusal(await call('PUT', `/api/v1/apps/${id}/groups/${groupId('Engineering')}`, {}))).toEqual([
      400,
      'E0000001',
      'It is not possible to assign groups to an AppInstance that has Federation Broker Mode enabled',
    ]);
  });
});

describe('lists', () => {
  it('give one page of groups for q, with no way to the rest, and find each by search', async () => {
    const { org, call } = anOrg();
    for (let n = 0; n < 5; n += 1) org.addGroup(`Team ${n}`);
    const start = await call('GET', '/api/v1/groups?q=team&limit=2');
    expect(start.body).toHaveLength(2);
    expect(start.headers).not.toHaveProperty('link');
    const search = new URLSearchParams({ search: 'profile.name eq "Team 4"' });
    const found = await call('GET', `/api/v1/groups?${search}`);
    expect(found.body).toEqual([expect.objectContaining({ profile: { name: 'Team 4', description: null } })]);
    expect(found.headers).toHaveProperty('link');
    const all = await call('GET', '/api/v1/groups?limit=2');
    expect(all.headers.link).toHaveLength(2);
  });

  it('take q, filter and limit of applications together, and refuse a made-up cursor', async () => {
    const { call, create } = anOrg();
    const { id } = await create('Portal 1');
    await create('Portal 2');
    await create('Other');
    await call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    const query = new URLSearchParams({ q: 'Portal', filter: 'status eq "ACTIVE"', limit: '1' });
    const { body, headers } = await call('GET', `/api/v1/apps?${query}`);
    expect(body).toEqual([expect.objectContaining({ label: 'Portal 2' })]);
    expect(headers.link).toEqual([expect.stringContaining('rel="self"')]);
    expect(refusal(await call('GET', '/api/v1/apps?after=00u1madeup&limit=1'))).toEqual([
      400,
      'E0000029',
      'Invalid cursor.',
    ]);
  });

  it('hold applications of other kinds, directories without a sign-on mode and inactive ones among them', async () => {
    const { org, call } = anOrg();
    const directory = otherApplication(
      { name: 'csv_directory_v2', label: 'Portal users', signOnMode: null },
      { accessPolicyId: org.defaultAccessPolicyId },
    );
    org.otherApplications.set(directory.id, directory);
    const shown = z.looseObject({ signOnMode: z.string().nullable(), status: z.string() });
    const all = z.array(shown).parse((await call('GET', '/api/v1/apps')).body);
    expect(new Set(all.map(({ signOnMode }) => signOnMode))).toEqual(
      new Set(['OPENID_CONNECT', 'SAML_2_0', 'BOOKMARK', 'BROWSER_PLUGIN', null]),
    );
    expect(all.map(({ status }) => status)).toContain('INACTIVE');
    expect((await call('GET', '/api/v1/apps?q=Portal')).body).toEqual([
      expect.objectContaining({ id: directory.id, signOnMode: null }),
    ]);
    const noClient = await call('GET', `/api/v1/apps/${directory.id}/credentials/secrets`);
    expect(noClient.status).toBe(404);
  });
});

describe('a new application', () => {
  it('answers 404 to every call about it until reads catch up with the create', async () => {
    const { org, call, create, clock, groupId } = anOrg();
    org.settings.readLagMs = 2_000;
    const { id } = await create('Portal');
    const calls = [
      ['GET', `/api/v1/apps/${id}`],
      ['GET', `/api/v1/apps/${id}/groups`],
      ['GET', `/api/v1/apps/${id}/credentials/secrets`],
      ['PUT', `/api/v1/apps/${id}/groups/${groupId('Everyone')}`],
      ['POST', `/api/v1/apps/${id}/lifecycle/deactivate`],
    ] as const;
    for (const [method, path] of calls) {
      expect(refusal(await call(method, path))).toEqual([
        404,
        'E0000007',
        `Not found: Resource not found: ${id} (AppInstance)`,
      ]);
    }
    expect((await call('GET', '/api/v1/apps?q=Portal')).body).toEqual([]);
    clock.now += 2_000;
    for (const [method, path] of calls) expect((await call(method, path)).status).toBe(200);
    expect((await call('GET', '/api/v1/apps?q=Portal')).body).toHaveLength(1);
  });

  it('is refused beyond the number that the plan has', async () => {
    const { org, call, create } = anOrg();
    org.settings.mostApplications = 1;
    await create('First');
    expect(refusal(await call('POST', '/api/v1/apps', webApplication('Second')))).toEqual([
      400,
      'E0000001',
      'Cannot create application instance. Maximum number of instances has been reached.',
    ]);
  });

  it('is refused if the org wants labels of active clients to differ', async () => {
    const { org, call, create } = anOrg();
    org.settings.uniqueLabels = true;
    const { id } = await create('Portal');
    expect(refusal(await call('POST', '/api/v1/apps', webApplication('Portal')))).toEqual([
      400,
      'E0000001',
      'label: An active OpenID Connect Client instance with the label "Portal" already exists.',
    ]);
    await call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    expect((await call('POST', '/api/v1/apps', webApplication('Portal'))).status).toBe(200);
  });

  it('may not have null in its profile, for what becomes of it is not known', async () => {
    const { call, create } = anOrg();
    const { id } = await create('Portal');
    const document = { ...webApplication('Portal'), profile: { owner: { name: null } } };
    expect((await call('PUT', `/api/v1/apps/${id}`, document)).status).toBe(400);
  });
});

describe('a replaced application', () => {
  it('keeps its secret if it is sent an empty one, and may be inactive', async () => {
    const { org, call, create } = anOrg();
    const { id } = await create('Portal');
    const secret = org.applications.get(id)?.secrets[0]?.value;
    await call('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    const document = webApplication('Renamed', {}, { client_secret: '' });
    const { status, body } = await call('PUT', `/api/v1/apps/${id}`, document);
    expect([status, made.parse(body).status]).toEqual([200, 'INACTIVE']);
    expect(org.applications.get(id)?.secrets.map(({ value }) => value)).toEqual([secret]);
  });

  it('needs a consent method in some orgs, although their documents do not show it', async () => {
    const { org, call, create } = anOrg();
    const { id } = await create('Portal', { consent_method: 'TRUSTED' });
    org.settings.consentMethod = 'demanded';
    const shown = made.parse((await call('GET', `/api/v1/apps/${id}`)).body);
    expect(shown.settings.oauthClient).not.toHaveProperty('consent_method');
    expect((await call('PUT', `/api/v1/apps/${id}`, webApplication('Portal'))).status).toBe(400);
    const sent = webApplication('Portal', { consent_method: 'TRUSTED' });
    expect((await call('PUT', `/api/v1/apps/${id}`, sent)).status).toBe(200);
  });
});

describe('the Classic Engine', () => {
  it('shows no policies and no newer features, and has no policy to assign', async () => {
    const { org, call, create } = anOrg();
    org.settings.pipeline = 'v1';
    const { id } = await create('Portal');
    const { body } = await call('GET', `/api/v1/apps/${id}`);
    expect(body).not.toHaveProperty('universalLogout');
    expect(body).not.toHaveProperty('_links.accessPolicy');
    expect(body).not.toHaveProperty('settings.oauthClient.consent_method');
    const [policy] = org.policies.keys();
    expect((await call('PUT', `/api/v1/apps/${id}/policies/${policy}`)).status).toBe(404);
    expect((await call('GET', '/api/v1/policies?type=ACCESS_POLICY')).status).toBe(400);
  });
});

describe('a feature that the plan lacks', () => {
  it.each([
    ['federated-claims', (id: string) => `/api/v1/apps/${id}/federated-claims`],
    ['authorization-servers', () => '/api/v1/authorizationServers'],
  ] as const)('%s answers 401 E0000015, and the token stays good', async (feature, path) => {
    const { org, call, create } = anOrg();
    const { id } = await create('Portal');
    org.settings.missingFeatures = [feature];
    expect(refusal(await call('GET', path(id)))).toEqual([
      401,
      'E0000015',
      'You do not have permission to access the feature you are requesting',
    ]);
    expect((await call('GET', `/api/v1/apps/${id}`)).status).toBe(200);
  });
});

describe('limits', () => {
  it('of a free org let creates, secrets and lifecycle calls share ten a minute', async () => {
    const { rateLimit, call, create } = anOrg();
    rateLimit.setAll(FREE_LIMITS, 3600);
    const { id } = await create('Portal');
    const secrets = `/api/v1/apps/${id}/credentials/secrets`;
    for (let n = 0; n < 4; n += 1) {
      expect((await call('GET', secrets)).status).toBe(200);
      expect((await call('POST', `/api/v1/apps/${id}/lifecycle/activate`)).status).toBe(200);
    }
    const tenth = await call('GET', secrets);
    expect(tenth.headers).toMatchObject({ 'x-rate-limit-limit': '10', 'x-rate-limit-remaining': '0' });
    expect((await call('POST', '/api/v1/apps', webApplication('Eleventh'))).status).toBe(429);
    expect((await call('GET', `/api/v1/apps/${id}`)).status).toBe(200);
  });

  it('on calls at once refuse with a limit of 0', async () => {
    const { rateLimit, call } = anOrg();
    rateLimit.refuseConcurrent(1);
    const refused = await call('GET', '/api/v1/apps');
    expect([refused.status, failure.parse(refused.body).errorCode]).toEqual([429, 'E0000047']);
    expect(refused.headers).toMatchObject({ 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' });
    expect((await call('GET', '/api/v1/apps')).status).toBe(200);
  });
});
