import {
  accessPolicyIdOf,
  assignAccessPolicy,
  findAccessPolicies,
  listAccessPolicies,
} from '../../../src/okta/access-policies.ts';
import {
  createApplication,
  deactivateApplication,
  deleteApplication,
  findApplicationByClientId,
  findApplications,
  getApplication,
  type NewApplication,
  replaceApplication,
} from '../../../src/okta/applications.ts';
import { connectOkta } from '../../../src/okta/client.ts';
import {
  createClientSecret,
  deleteClientSecret,
  listClientSecrets,
} from '../../../src/okta/client-secrets.ts';
import { parseOktaCredentials } from '../../../src/okta/credentials.ts';
import { FeatureUnavailableError, InvalidIdError } from '../../../src/okta/errors.ts';
import {
  createFederatedClaim,
  deleteFederatedClaim,
  listFederatedClaims,
  replaceFederatedClaim,
} from '../../../src/okta/federated-claims.ts';
import { assignGroup, listAssignedGroupIds, unassignGroup } from '../../../src/okta/group-assignments.ts';
import { findGroups } from '../../../src/okta/groups.ts';
import { discoverCustomDomain, hostOfOrg } from '../../../src/okta/organization.ts';
import { oktaError, quickClock, type Reply, type Seen, startOrg } from './scripted-org.ts';

/** Starts an org with these routes, `METHOD /path`, and connects to it through the SDK as it comes. */
async function org(
  routes: Record<string, Reply | ((seen: Seen, orgUrl: string) => Reply)>,
  otherwise: Reply = { status: 404, body: oktaError('E0000007', 'Not found') },
) {
  const started = await startOrg((seen) => {
    const route = routes[`${seen.method} ${seen.path}`];
    if (route === undefined) return otherwise;
    return typeof route === 'function' ? route(seen, started.orgUrl) : route;
  });
  const credentials = parseOktaCredentials(JSON.stringify({ orgUrl: started.orgUrl, apiToken: 'a-token' }));
  const clock = quickClock();
  const { signal } = new AbortController();
  const okta = connectOkta(credentials, { signal, deadline: () => clock.now() + 60_000, clock });
  const asked = () => started.seen.map(({ method, path }) => `${method} ${path}`);
  return {
    okta,
    seen: started.seen,
    asked,
    orgUrl: started.orgUrl,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

const ID = '0oa00000000000000001';
const GROUP = '00g00000000000000001';
const application = {
  id: ID,
  name: 'oidc_client',
  label: 'The app',
  status: 'ACTIVE',
  created: '2026-01-01T00:00:00.000Z',
  signOnMode: 'OPENID_CONNECT',
  profile: { owner: 'us' },
  credentials: { oauthClient: { client_id: ID, token_endpoint_auth_method: 'client_secret_basic' } },
  settings: {
    oauthClient: { redirect_uris: ['https://a.example.com'], grant_types: ['authorization_code'] },
  },
  _links: { self: { href: 'https://acme.okta.com' } },
};
const newApplication: NewApplication = {
  name: 'oidc_client',
  label: 'The app',
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
  settings: {
    oauthClient: { redirect_uris: ['https://a.example.com'], grant_types: ['authorization_code'] },
  },
};
const group = (id: string, name: string, type = 'OKTA_GROUP') => ({ id, type, profile: { name } });
const withSecret = {
  ...application,
  credentials: { oauthClient: { ...application.credentials.oauthClient, client_secret: 'a-hidden-value' } },
};

describe('applications', () => {
  it('are found on every page', async () => {
    const { label, ...unlabelled } = application;
    await using org1 = await org({
      'GET /api/v1/apps': ({ query }, orgUrl) => {
        const page = Number(query.get('after') ?? 0);
        const next = `<${orgUrl}/api/v1/apps?q=The&limit=200&after=${page + 1}>; rel="next"`;
        const self = `<${orgUrl}/api/v1/apps>; rel="self"`;
        return {
          status: 200,
          body: page === 1 ? [] : [{ ...unlabelled, label: `${label} ${page}` }],
          headers: { link: page < 2 ? `${self}, ${next}` : self },
        };
      },
    });
    const found = await findApplications(org1.okta, 'The');
    expect(found.map(({ label }) => label)).toEqual(['The app 0', 'The app 2']);
    expect(org1.seen[0]?.query.toString()).toBe('q=The&limit=200');
  });

  it('come with their client secret apart, so that nothing prints it', async () => {
    await using org1 = await org({ 'POST /api/v1/apps': { status: 200, body: withSecret } });
    const created = await createApplication(org1.okta, newApplication);
    expect(created.clientSecret.reveal()).toBe('a-hidden-value');
    expect(JSON.stringify(created)).not.toContain('hidden');
    expect(org1.seen[0]?.body).toEqual(newApplication);
  });

  it('are distinguished from none', async () => {
    await using org1 = await org({});
    expect(await getApplication(org1.okta, ID)).toBeUndefined();
  });

  it('go back without what is Okta’s own to say', async () => {
    await using org1 = await org({
      [`GET /api/v1/apps/${ID}`]: { status: 200, body: application },
      [`PUT /api/v1/apps/${ID}`]: { status: 200, body: { ...application, label: 'Renamed' } },
    });
    const read = await getApplication(org1.okta, ID);
    if (!read) throw new Error('not found');
    expect(await replaceApplication(org1.okta, { ...read, label: 'Renamed' })).toMatchObject({
      label: 'Renamed',
    });
    const { id, status, created, _links, ...writable } = application;
    const oauthClient = { ...application.settings.oauthClient, consent_method: 'TRUSTED' };
    expect(org1.seen[1]?.body).toEqual({ ...writable, label: 'Renamed', settings: { oauthClient } });
  });

  it('go back with the consent that they have, and without a null in their profile', async () => {
    const settings = {
      ...application.settings,
      oauthClient: { ...application.settings.oauthClient, consent_method: 'REQUIRED' },
    };
    const profile = {
      owner: 'us',
      gone: null,
      deep: { kept: false, gone: null, list: [1, null, { gone: null }] },
    };
    await using org1 = await org({ [`PUT /api/v1/apps/${ID}`]: { status: 200, body: application } });
    await replaceApplication(org1.okta, { ...application, settings, profile });
    expect(org1.seen[0]?.body).toMatchObject({ settings });
    expect(Object(org1.seen[0]?.body).profile).toEqual({ owner: 'us', deep: { kept: false, list: [1, {}] } });
  });

  it('are found by a client ID that was chosen by hand, and not past it', async () => {
    const chosen = { ...application, credentials: { oauthClient: { client_id: 'shop.client/1' } } };
    let pages = 0;
    await using org1 = await org({
      'GET /api/v1/apps': (_, orgUrl) => {
        pages += 1;
        const link = `<${orgUrl}/api/v1/apps?after=${pages}>; rel="next"`;
        return { status: 200, body: [{ id: 7 }, application, chosen], headers: { link } };
      },
    });
    expect(await findApplicationByClientId(org1.okta, 'shop.client/1')).toMatchObject({ id: ID });
    expect(org1.asked()).toEqual(['GET /api/v1/apps']);
  });

  it('are read from 200 pages at most', async () => {
    let pages = 0;
    await using org1 = await org({
      'GET /api/v1/apps': (_, orgUrl) => {
        pages += 1;
        const link = `<${orgUrl}/api/v1/apps?after=${pages}>; rel="next"`;
        return { status: 200, body: [application], headers: { link } };
      },
    });
    await expect(findApplications(org1.okta, 'The')).rejects.toThrow(/returned more than 200 pages/);
    expect(pages).toBe(200);
  });

  it.each(['', '.', '..', '../groups', `${ID}/groups`, 'a%2fb', 'a?b', `${ID}\n`])(
    'whose ID is %j are never asked for',
    async (id) => {
      await using org1 = await org({});
      expect(await getApplication(org1.okta, id)).toBeUndefined();
      await expect(deleteApplication(org1.okta, id)).rejects.toBeInstanceOf(InvalidIdError);
      await expect(assignGroup(org1.okta, ID, id)).rejects.toThrow(/is not an Okta ID \(groupId\)/);
      await expect(deleteClientSecret(org1.okta, ID, id)).rejects.toBeInstanceOf(InvalidIdError);
      await expect(deleteFederatedClaim(org1.okta, ID, id)).rejects.toBeInstanceOf(InvalidIdError);
      await expect(assignAccessPolicy(org1.okta, ID, id)).rejects.toBeInstanceOf(InvalidIdError);
      expect(org1.asked()).toEqual([]);
    },
  );

  it.each<[string, Reply]>([
    ['a web page', { status: 404, body: '<html>Not here</html>' }],
    ['JSON of another server', { status: 404, body: { error: 'not_found' } }],
    ['another error of Okta’s', { status: 404, body: oktaError('E0000048', 'Entity not found') }],
  ])('are not taken for gone by a 404 with %s', async (_, reply) => {
    await using org1 = await org({}, reply);
    await expect(getApplication(org1.okta, ID)).rejects.toMatchObject({ status: 404 });
    await expect(deactivateApplication(org1.okta, ID)).rejects.toMatchObject({ status: 404 });
    await expect(deleteApplication(org1.okta, ID)).rejects.toMatchObject({ status: 404 });
    await expect(listAssignedGroupIds(org1.okta, ID)).rejects.toMatchObject({ status: 404 });
    await expect(unassignGroup(org1.okta, ID, GROUP)).rejects.toMatchObject({ status: 404 });
    await expect(deleteClientSecret(org1.okta, ID, 'ocs1')).rejects.toMatchObject({ status: 404 });
    await expect(deleteFederatedClaim(org1.okta, ID, 'ofc1')).rejects.toMatchObject({ status: 404 });
  });

  it('are deleted, also when they are gone already', async () => {
    await using there = await org({ [`DELETE /api/v1/apps/${ID}`]: { status: 204 } });
    await deleteApplication(there.okta, ID);
    expect(there.asked()).toEqual([`DELETE /api/v1/apps/${ID}`]);
    await using gone = await org({});
    await expect(deleteApplication(gone.okta, ID)).resolves.toBeUndefined();
  });

  const deactivation = `POST /api/v1/apps/${ID}/lifecycle/deactivate`;
  const refused = { status: 400, body: oktaError('E0000001', 'Api validation failed') };

  it('are deactivated, also if they are inactive or gone already', async () => {
    await using inactive = await org({
      [deactivation]: refused,
      [`GET /api/v1/apps/${ID}`]: { status: 200, body: { ...application, status: 'INACTIVE' } },
    });
    await expect(deactivateApplication(inactive.okta, ID)).resolves.toBeUndefined();
    await using gone = await org({});
    await expect(deactivateApplication(gone.okta, ID)).resolves.toBeUndefined();
    await using goneMeanwhile = await org({ [deactivation]: refused });
    await expect(deactivateApplication(goneMeanwhile.okta, ID)).resolves.toBeUndefined();
  });

  it('are not taken for deactivated if Okta refuses and they are active', async () => {
    await using org1 = await org({
      [deactivation]: refused,
      [`GET /api/v1/apps/${ID}`]: { status: 200, body: application },
    });
    await expect(deactivateApplication(org1.okta, ID)).rejects.toThrow(/refused to deactivate/);
  });

  it('are not taken for deactivated when Okta forbids it', async () => {
    await using org1 = await org({
      [`POST /api/v1/apps/${ID}/lifecycle/deactivate`]: { status: 403, body: oktaError('E0000006', 'No') },
    });
    await expect(deactivateApplication(org1.okta, ID)).rejects.toThrow(
      /refused to deactivate the application 0oa0/,
    );
  });

  it('that are not as the API describes them are refused by name of the property', async () => {
    await using org1 = await org({
      [`GET /api/v1/apps/${ID}`]: { status: 200, body: { ...application, label: 7 } },
    });
    await expect(getApplication(org1.okta, ID)).rejects.toThrow(
      /an application that does not match its API's description at label/,
    );
  });
});

describe('groups', () => {
  it('are found by exactly their name, the imported ones of the same name too', async () => {
    await using org1 = await org({
      'GET /api/v1/groups': {
        status: 200,
        body: [
          group('g1', 'Sales'),
          group('g2', 'Sales EMEA'),
          group('g3', 'Sales', 'APP_GROUP'),
          group('g4', 'sales'),
        ],
      },
    });
    expect(await findGroups(org1.okta, 'Sales')).toEqual([
      { id: 'g1', name: 'Sales', type: 'OKTA_GROUP' },
      { id: 'g3', name: 'Sales', type: 'APP_GROUP' },
    ]);
  });

  it('are found by ID, and by a name that only looks like an ID', async () => {
    await using byId = await org({
      [`GET /api/v1/groups/${GROUP}`]: { status: 200, body: group(GROUP, 'Sales') },
    });
    expect(await findGroups(byId.okta, GROUP)).toMatchObject([{ id: GROUP }]);
    await using byName = await org({ 'GET /api/v1/groups': { status: 200, body: [group('g1', GROUP)] } });
    expect(await findGroups(byName.okta, GROUP)).toMatchObject([{ id: 'g1' }]);
  });

  it('are searched by name if so many start with it that the list is full', async () => {
    const name = 'Sales "EMEA" \\ all';
    const searches: (string | null)[] = [];
    await using org1 = await org({
      'GET /api/v1/groups': ({ query }) => {
        const search = query.get('search');
        searches.push(search);
        const many = Array.from({ length: 200 }, (_, index) => group(`g${index}`, `${name} ${index}`));
        return { status: 200, body: search ? [group('g999', name)] : many };
      },
    });
    expect(await findGroups(org1.okta, name)).toMatchObject([{ id: 'g999' }]);
    expect(searches).toEqual([null, 'profile.name eq "Sales \\"EMEA\\" \\\\ all"']);
  });

  it.each([
    ['composed', 'Vertrieb M\u00fcnchen', 'Vertrieb Mu\u0308nchen'],
    ['decomposed', 'Vertrieb Mu\u0308nchen', 'Vertrieb M\u00fcnchen'],
  ])('are found if the template has their name %s and Okta the other way', async (_, given, stored) => {
    await using org1 = await org({
      'GET /api/v1/groups': ({ query }) => ({
        status: 200,
        body: [group('g1', stored)].filter(({ profile }) => profile.name.startsWith(query.get('q') ?? '')),
      }),
    });
    expect(await findGroups(org1.okta, given)).toMatchObject([{ id: 'g1' }]);
  });

  it('that were imported name their source, if Okta does', async () => {
    const imported = (id: string, more: object) => ({ ...group(id, 'Sales', 'APP_GROUP'), ...more });
    await using org1 = await org({
      'GET /api/v1/groups': {
        status: 200,
        body: [
          group('g1', 'Sales'),
          imported('g2', {
            objectClass: ['okta:windows_security_principal'],
            profile: { name: 'Sales', windowsDomainQualifiedName: 'CORP\\Sales' },
          }),
          imported('g3', { _embedded: { app: { label: 'Workday' } } }),
          imported('g4', { objectClass: null }),
        ],
      },
    });
    const found = await findGroups(org1.okta, 'Sales');
    expect(found.map(({ source }) => source)).toEqual([
      undefined,
      'Active Directory (CORP\\Sales)',
      'Workday',
      undefined,
    ]);
  });

  it('include Everyone in every org: credentials that do not see it are limited', async () => {
    await using limited = await org({ 'GET /api/v1/groups': { status: 200, body: [] } });
    await expect(findGroups(limited.okta, 'Everyone')).rejects.toThrow(
      /does not show the group Everyone .* administrator role is limited to some groups/,
    );
    const builtIn = group('g1', 'Everyone', 'BUILT_IN');
    await using full = await org({ 'GET /api/v1/groups': { status: 200, body: [builtIn] } });
    expect(await findGroups(full.okta, 'Everyone')).toMatchObject([{ type: 'BUILT_IN' }]);
  });

  it('of an application are listed and removed, also if they or it are gone already', async () => {
    await using org1 = await org({
      [`GET /api/v1/apps/${ID}`]: { status: 200, body: application },
      [`GET /api/v1/apps/${ID}/groups`]: { status: 200, body: [{ id: GROUP, priority: 0 }] },
    });
    expect(await listAssignedGroupIds(org1.okta, ID)).toEqual([GROUP]);
    await expect(unassignGroup(org1.okta, ID, GROUP)).resolves.toBeUndefined();
    await expect(assignGroup(org1.okta, ID, GROUP)).rejects.toMatchObject({ isNotFound: true });
    await using gone = await org({});
    expect(await listAssignedGroupIds(gone.okta, ID)).toEqual([]);
    await expect(unassignGroup(gone.okta, ID, GROUP)).resolves.toBeUndefined();
    await expect(assignGroup(gone.okta, ID, GROUP)).rejects.toMatchObject({ isNotFound: true });
  });

  it('of an inactive application are not taken for none, although Okta answers 404', async () => {
    await using inactive = await org({
      [`GET /api/v1/apps/${ID}`]: { status: 200, body: { ...application, status: 'INACTIVE' } },
    });
    for (const call of [
      () => listAssignedGroupIds(inactive.okta, ID),
      () => assignGroup(inactive.okta, ID, GROUP),
      () => unassignGroup(inactive.okta, ID, GROUP),
    ]) {
      await expect(call()).rejects.toMatchObject({
        name: 'InactiveApplicationError',
        message: expect.stringMatching(/the application "The app" is inactive.* Activate it in Okta\./),
      });
    }
  });
});

describe('federated claims', () => {
  const claims = `/api/v1/apps/${ID}/federated-claims`;
  const claim = { id: 'ofc1', name: 'role', expression: 'user.profile.role' };
  const { id: _, ...sent } = claim;

  it('are listed, created, replaced and deleted', async () => {
    await using org1 = await org({
      [`GET ${claims}`]: { status: 200, body: [{ ...claim, created: '2026-01-01T00:00:00.000Z' }] },
      [`POST ${claims}`]: { status: 201, body: claim },
      [`PUT ${claims}/ofc1`]: { status: 200, body: claim },
      [`DELETE ${claims}/ofc1`]: { status: 204 },
    });
    expect(await listFederatedClaims(org1.okta, ID)).toEqual([claim]);
    expect(await createFederatedClaim(org1.okta, ID, sent)).toEqual(claim);
    expect(await replaceFederatedClaim(org1.okta, ID, claim)).toEqual(claim);
    await deleteFederatedClaim(org1.okta, ID, 'ofc1');
    expect(org1.seen.map(({ body }) => body)).toEqual(['', sent, sent, '']);
  });

  it('that are gone already count as deleted', async () => {
    await using org1 = await org({});
    await expect(deleteFederatedClaim(org1.okta, ID, 'ofc1')).resolves.toBeUndefined();
  });

  it.each([
    [401, 'E0000015'],
    [405, 'E0000022'],
  ])('are a feature that an org may lack: %i %s', async (status, code) => {
    await using org1 = await org({}, { status, body: oktaError(code, 'No such thing') });
    await expect(listFederatedClaims(org1.okta, ID)).rejects.toBeInstanceOf(FeatureUnavailableError);
    await expect(createFederatedClaim(org1.okta, ID, sent)).rejects.toBeInstanceOf(FeatureUnavailableError);
  });
});

describe('authentication policies', () => {
  const policy = (id: string, name: string) => ({ id, name, status: 'ACTIVE', type: 'ACCESS_POLICY' });

  it('are found by name or ID, and assigned', async () => {
    await using org1 = await org({
      'GET /api/v1/policies': {
        status: 200,
        body: [policy('rst1', 'Any two factors'), { id: null }, policy('rst2', 'rst1'), policy('rst3', 'Ü')],
      },
      [`PUT /api/v1/apps/${ID}/policies/rst1`]: { status: 204 },
    });
    expect(await findAccessPolicies(org1.okta, 'Any two factors')).toMatchObject([{ id: 'rst1' }]);
    expect(await findAccessPolicies(org1.okta, 'rst1')).toMatchObject([{ id: 'rst1' }]);
    expect(await findAccessPolicies(org1.okta, 'U\u0308')).toMatchObject([{ id: 'rst3' }]);
    expect(await findAccessPolicies(org1.okta, 'any two factors')).toEqual([]);
    expect(await listAccessPolicies(org1.okta)).toHaveLength(3);
    await assignAccessPolicy(org1.okta, ID, 'rst1');
    expect(org1.seen[0]?.query.toString()).toBe('type=ACCESS_POLICY');
    expect(org1.asked().at(-1)).toBe(`PUT /api/v1/apps/${ID}/policies/rst1`);
  });

  it('are named by a link of the application, if the org has them', () => {
    const href = 'https://acme.okta.com/api/v1/policies/rst1';
    expect(accessPolicyIdOf({ ...application, _links: { accessPolicy: { href } } })).toBe('rst1');
    expect(accessPolicyIdOf({ ...application, _links: {} })).toBeUndefined();
  });
});

describe('client secrets', () => {
  const secret = {
    id: 'ocs1',
    status: 'ACTIVE',
    created: '2026-01-01T00:00:00.000Z',
    client_secret: 'a-hidden-value',
  };

  it('are listed and made without being printed', async () => {
    await using org1 = await org({
      [`GET /api/v1/apps/${ID}/credentials/secrets`]: { status: 200, body: [secret] },
      [`POST /api/v1/apps/${ID}/credentials/secrets`]: { status: 201, body: secret },
    });
    const [listed] = await listClientSecrets(org1.okta, ID);
    expect(listed?.clientSecret.reveal()).toBe('a-hidden-value');
    expect(JSON.stringify([listed, await createClientSecret(org1.okta, ID)])).not.toContain('hidden');
  });

  it.each([
    ['asterisks', { ...secret, client_secret: '****' }],
    ['nothing', { ...secret, client_secret: undefined }],
    ['null', { ...secret, client_secret: null }],
  ])('that Okta shows with %s mean a missing right', async (_, hidden) => {
    await using org1 = await org({
      [`GET /api/v1/apps/${ID}/credentials/secrets`]: { status: 200, body: [hidden] },
    });
    await expect(listClientSecrets(org1.okta, ID)).rejects.toThrow(
      /does not show the client secret ocs1 .* permission okta\.apps\.clientCredentials\.read/,
    );
  });

  it('that are gone already count as deleted', async () => {
    await using org1 = await org({});
    await expect(deleteClientSecret(org1.okta, ID, 'ocs1')).resolves.toBeUndefined();
  });
});

describe('the custom domain', () => {
  it.each([
    [
      'is read without credentials',
      { alternate: { href: 'https://login.example.com/' } },
      'https://login.example.com',
    ],
    ['may be none', {}, undefined],
  ])('%s', async (_, _links, domain) => {
    await using org1 = await org({
      'GET /.well-known/okta-organization': { status: 200, body: { id: '00o1', _links } },
    });
    expect(await discoverCustomDomain(org1.okta)).toBe(domain);
    expect(org1.seen[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('a host', () => {
  const describing = (id: string) => ({
    'GET /.well-known/okta-organization': { status: 200, body: { id, _links: {} } },
  });

  it('is the org’s if it describes the org by the same ID, and no credentials go there', async () => {
    await using own = await org(describing('00o1'));
    await using custom = await org(describing('00o1'));
    await using stranger = await org(describing('00o2'));
    expect(await hostOfOrg(own.okta, `${own.orgUrl}/oauth2/default`)).toBe('org URL');
    expect(own.asked()).toEqual([]);
    expect(await hostOfOrg(own.okta, `${custom.orgUrl}/oauth2/default`)).toBe('another custom domain');
    expect(await hostOfOrg(own.okta, stranger.orgUrl)).toBeUndefined();
    expect(custom.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is not the org’s if it answers otherwise or cannot be asked', async () => {
    await using own = await org(describing('00o1'));
    await using page = await org({}, { status: 200, body: '<html>' });
    await using elsewhere = await org({}, { status: 302, headers: { location: own.orgUrl } });
    const closed = await org({});
    await closed[Symbol.asyncDispose]();
    for (const url of [page.orgUrl, elsewhere.orgUrl, closed.orgUrl, 'http://login.example.com', 'no URL']) {
      expect(await hostOfOrg(own.okta, url)).toBeUndefined();
    }
  });
});

describe('the SDK', () => {
  it('is not led astray by the variables that it reads unasked', async () => {
    const variables = {
      OKTA_CLIENT_ORGURL: 'https://other.example.com',
      OKTA_CLIENT_TOKEN: 'other',
      HTTPS_PROXY: 'http://127.0.0.1:1',
    };
    Object.assign(process.env, variables);
    try {
      await using org1 = await org({ [`GET /api/v1/apps/${ID}`]: { status: 200, body: application } });
      await getApplication(org1.okta, ID);
      expect(org1.seen[0]?.headers.authorization).toBe('SSWS a-token');
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
  });
});

test('calls until a signal end with it, and others of the connection go on', async () => {
  await using here = await org({
    [`PUT /api/v1/apps/${ID}`]: 'hang',
    [`GET /api/v1/apps/${ID}`]: { status: 200, body: application },
  });
  const lost = new AbortController();
  const read = await getApplication(here.okta, ID);
  if (!read) throw new Error('There is no application.');
  const write = replaceApplication(here.okta.until(lost.signal), read);
  const ended = expect(write).rejects.toThrow('the time was up');
  while (here.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  lost.abort();
  await ended;
  expect(await getApplication(here.okta, ID)).toBeDefined();
});
