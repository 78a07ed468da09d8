import { z } from 'zod';
import { OktaOrg, webApplication, withOrg } from '../support/okta-org.ts';

const identified = z.looseObject({ id: z.string() });
const some = z.array(identified);

/** What Terraform's provider and Okta's SDKs do around an application, one life each. */
describe('what is around an application in the local Okta org', () => {
  let org: OktaOrg;

  withOrg((started) => {
    org = started;
  });

  /** Calls, and expects the status. @returns the answer's body */
  async function call(status: number, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await org.call(method, path, body);
    expect([method, path, answer.status]).toEqual([method, path, status]);
    return answer.body;
  }

  it('an authentication policy lives with its rules, and its applications go back to the default', async () => {
    const sent = { name: 'Strict', type: 'ACCESS_POLICY', description: 'Two factors', priority: 1 };
    const { id } = identified.parse(await call(200, 'POST', '/api/v1/policies', sent));
    const path = `/api/v1/policies/${id}`;
    expect(await call(200, 'GET', path)).toMatchObject({ ...sent, system: false, conditions: null });
    const [catchAll] = some.parse(await call(200, 'GET', `${path}/rules`));
    expect(catchAll).toMatchObject({ name: 'Catch-all Rule', system: true, priority: 99 });
    const rule = { name: 'Office', type: 'ACCESS_POLICY', actions: { appSignOn: { access: 'ALLOW' } } };
    const made = identified.parse(await call(200, 'POST', `${path}/rules`, rule));
    await call(200, 'PUT', `${path}/rules/${made.id}`, { ...rule, name: 'Home' });
    expect(await call(200, 'GET', `${path}/rules/${made.id}`)).toMatchObject({ name: 'Home', priority: 0 });
    await call(403, 'DELETE', `${path}/rules/${catchAll?.id}`);
    await call(204, 'DELETE', `${path}/rules/${made.id}`);
    await call(404, 'GET', `${path}/rules/${made.id}`);

    const application = identified.parse(await call(200, 'POST', '/api/v1/apps', webApplication('Portal')));
    await call(204, 'PUT', `/api/v1/apps/${application.id}/policies/${id}`);
    await call(204, 'DELETE', path);
    await call(404, 'GET', path);
    const [systemPolicy] = z
      .array(z.looseObject({ id: z.string(), system: z.boolean() }))
      .parse(await call(200, 'GET', '/api/v1/policies?type=ACCESS_POLICY'))
      .filter(({ system }) => system);
    expect(await call(200, 'GET', `/api/v1/apps/${application.id}`)).toMatchObject({
      _links: { accessPolicy: { href: expect.stringContaining(systemPolicy?.id ?? 'none') } },
    });
    await call(403, 'DELETE', `/api/v1/policies/${systemPolicy?.id}`);
  });

  it('a grant of an API scope is made, shown with the same ID, and revoked', async () => {
    const { id } = identified.parse(await call(200, 'POST', '/api/v1/apps', webApplication('Portal')));
    const path = `/api/v1/apps/${id}/grants`;
    const sent = { issuer: org.url, scopeId: 'okta.users.read' };
    const made = identified.parse(await call(200, 'POST', path, sent));
    expect(made).toMatchObject({ ...sent, clientId: id, _embedded: { scope: { id: 'okta.users.read' } } });
    expect(some.parse(await call(200, 'GET', path)).map((grant) => grant.id)).toEqual([made.id]);
    await call(400, 'POST', path, { ...sent, issuer: 'https://elsewhere.example.com' });
    await call(204, 'DELETE', `${path}/${made.id}`);
    await call(404, 'GET', `${path}/${made.id}`);
    expect(await call(200, 'GET', path)).toEqual([]);
  });

  it('an authorization server is made with its issuer, changed and deleted', async () => {
    const sent = {
      name: 'Orders',
      description: 'For orders',
      audiences: ['api://orders'],
      issuerMode: 'ORG_URL',
    };
    const { id } = identified.parse(await call(201, 'POST', '/api/v1/authorizationServers', sent));
    const path = `/api/v1/authorizationServers/${id}`;
    expect(await call(200, 'GET', path)).toMatchObject({
      ...sent,
      issuer: `${org.url}/oauth2/${id}`,
      default: false,
    });
    expect((await fetch(`${org.url}/oauth2/${id}/.well-known/openid-configuration`)).status).toBe(200);
    await call(200, 'PUT', path, { ...sent, name: 'All orders' });
    await call(204, 'POST', `${path}/lifecycle/deactivate`);
    expect(await call(200, 'GET', path)).toMatchObject({ name: 'All orders', status: 'INACTIVE' });
    await call(204, 'DELETE', path);
    await call(404, 'GET', path);
  });

  it('a user is made, assigned, changed, deactivated and deleted', async () => {
    const profile = {
      firstName: 'Alan',
      lastName: 'Turing',
      email: 'alan@example.com',
      login: 'alan@example.com',
    };
    const made = await call(200, 'POST', '/api/v1/users', {
      profile: { ...profile, department: 'Research' },
    });
    expect(made).toMatchObject({ status: 'PROVISIONED', profile: { ...profile, department: 'Research' } });
    const { id } = identified.parse(made);
    await call(400, 'POST', '/api/v1/users', { profile });
    const application = identified.parse(await call(200, 'POST', '/api/v1/apps', webApplication('Portal')));
    const assigned = await call(200, 'POST', `/api/v1/apps/${application.id}/users`, { id, scope: 'USER' });
    expect(assigned).toMatchObject({ id, scope: 'USER', profile: { given_name: 'Alan', nickname: null } });
    const { headers } = await org.call('GET', `/api/v1/apps/${application.id}/users`);
    expect(headers.get('link')).toContain('?limit=50>; rel="self"');
    await call(200, 'POST', `/api/v1/users/${id}`, { profile: { lastName: 'Mathison' } });
    expect(await call(200, 'GET', `/api/v1/users/${id}`)).toMatchObject({
      profile: { firstName: 'Alan', lastName: 'Mathison', department: 'Research' },
    });
    await call(204, 'DELETE', `/api/v1/users/${id}`);
    expect(await call(200, 'GET', `/api/v1/users/${id}`)).toMatchObject({ status: 'DEPROVISIONED' });
    await call(204, 'DELETE', `/api/v1/users/${id}`);
    await call(404, 'GET', `/api/v1/users/${id}`);
  });

  it('an application of another kind is made, replaced and deleted', async () => {
    const sent = {
      name: 'bookmark',
      label: 'Menu',
      signOnMode: 'BOOKMARK',
      settings: { app: { requestIntegration: false, url: 'https://menu.example.com/' } },
    };
    const made = await call(200, 'POST', '/api/v1/apps', sent);
    expect(made).toMatchObject({ ...sent, status: 'ACTIVE' });
    const { id } = identified.parse(made);
    await call(200, 'PUT', `/api/v1/apps/${id}`, { ...sent, label: 'Lunch' });
    expect(await call(200, 'GET', `/api/v1/apps/${id}`)).toMatchObject({ label: 'Lunch' });
    await call(403, 'DELETE', `/api/v1/apps/${id}`);
    await call(200, 'POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
    await call(204, 'DELETE', `/api/v1/apps/${id}`);
    await call(404, 'GET', `/api/v1/apps/${id}`);
  });
});

describe('the control port of the local Okta org', () => {
  it('sets the plan, the limits and the neighbors, and a reset takes all of it back', async () => {
    await using org = await OktaOrg.start();
    await org.control('POST', '/settings', { pipeline: 'v1', readLagMs: 500 });
    expect((await org.control('GET', '/settings')).body).toMatchObject({ pipeline: 'v1', readLagMs: 500 });
    expect((await org.control('POST', '/settings', { pipeline: 'v3' })).status).toBe(400);
    const organization = await (await fetch(`${org.url}/.well-known/okta-organization`)).json();
    expect(organization).toMatchObject({ pipeline: 'v1', _links: { alternate: { href: org.customUrl } } });
    await org.control('POST', '/applications', { label: 'Payroll', signOnMode: null });
    expect((await org.call('GET', '/api/v1/apps?q=Payroll')).body).toHaveLength(1);
    await org.control('POST', '/rate-limit', { concurrent: 1 });
    const refused = await org.call('GET', '/api/v1/apps');
    expect([refused.status, refused.headers.get('x-rate-limit-limit')]).toEqual([429, '0']);
    await org.control('POST', '/rate-limit', { profile: 'free' });
    expect((await org.call('GET', '/api/v1/apps')).headers.get('x-rate-limit-limit')).toBe('10');
    await org.control('POST', '/reset');
    expect((await org.control('GET', '/settings')).body).toMatchObject({ pipeline: 'idx' });
    expect((await org.call('GET', '/api/v1/apps?q=Payroll')).body).toEqual([]);
    expect((await org.call('GET', '//api/v1/apps')).status).toBe(200);
  });
});
