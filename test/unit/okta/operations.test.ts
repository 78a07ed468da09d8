import {
  createApplication,
  deactivateApplication,
  deleteApplication,
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
import { findGroups, listAssignedGroupIds, unassignGroup } from '../../../src/okta/groups.ts';
import { discoverCustomDomain } from '../../../src/okta/organization.ts';
import { oktaError, quickClock, type Reply, type Seen, startOrg } from './scripted-org.ts';

/** Starts an org with these routes, `METHOD /path`, and connects to it through the SDK as it comes. */
async function org(routes: Record<string, Reply | ((seen: Seen, orgUrl: string) => Reply)>) {
  const started = await startOrg((seen) => {
    const route = routes[`${seen.method} ${seen.path}`];
    if (route === undefined) return { status: 404, body: oktaError('E0000007', 'Not found') };
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

  it('come with their client secret apart, where nothing prints it', async () => {
    await using org1 = await org({ 'POST /api/v1/apps': { status: 200, body: withSecret } });
    const created = await createApplication(org1.okta, newApplication);
    expect(created.clientSecret.reveal()).toBe('a-hidden-value');
    expect(JSON.stringify(created)).not.toContain('hidden');
    expect(org1.seen[0]?.body).toEqual(newApplication);
  });

  it('are told apart from none', async () => {
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
    expect(org1.seen[1]?.body).toEqual({ ...writable, label: 'Renamed' });
  });

  it('are deleted, also when they are gone already', async () => {
    await using there = await org({ [`DELETE /api/v1/apps/${ID}`]: { status: 204 } });
    await deleteApplication(there.okta, ID);
    expect(there.asked()).toEqual([`DELETE /api/v1/apps/${ID}`]);
    await using gone = await org({});
    await expect(deleteApplication(gone.okta, ID)).resolves.toBeUndefined();
  });

  it('are deactivated, also when they are inactive or gone already', async () => {
    await using inactive = await org({
      [`POST /api/v1/apps/${ID}/lifecycle/deactivate`]: {
        status: 400,
        body: oktaError('E0000001', 'inactive'),
      },
    });
    await expect(deactivateApplication(inactive.okta, ID)).resolves.toBeUndefined();
    expect(inactive.asked()).toEqual([`POST /api/v1/apps/${ID}/lifecycle/deactivate`]);
    await using gone = await org({});
    await expect(deactivateApplication(gone.okta, ID)).resolves.toBeUndefined();
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
      /an application that is not as its API describes it at label/,
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

  it('of an application are listed and taken away, also when they are gone already', async () => {
    await using org1 = await org({
      [`GET /api/v1/apps/${ID}/groups`]: { status: 200, body: [{ id: GROUP, priority: 0 }] },
    });
    expect(await listAssignedGroupIds(org1.okta, ID)).toEqual([GROUP]);
    await expect(unassignGroup(org1.okta, ID, GROUP)).resolves.toBeUndefined();
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
