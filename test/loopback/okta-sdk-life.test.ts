import { Client } from '@okta/okta-sdk-nodejs';
import { z } from 'zod';
import { OktaOrg, webApplication } from '../support/okta-org.ts';

/** Okta's own Node SDK, which knows nothing of the local org, leads whole lives in it. */

const text = z.string();

let org: OktaOrg;
let client: Client;

beforeAll(async () => {
  org = await OktaOrg.start();
  client = new Client({ orgUrl: org.url, token: org.apiToken });
});
afterAll(() => org[Symbol.asyncDispose]());

/** All items of a list of the SDK's, over all pages. */
async function all<T>(list: Promise<AsyncIterable<T | null>>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of await list) if (each !== null) found.push(each);
  return found;
}

const gone = { status: 404, errorCode: 'E0000007' };
const blank = { status: 400, errorCode: 'E0000001' };

/** An active application with a client secret. */
async function anApplication(label: string): Promise<string> {
  const made = await client.applicationApi.createApplication({ application: webApplication(label) });
  return text.parse(made.id);
}

async function removeApplication(appId: string): Promise<void> {
  await client.applicationApi.deactivateApplication({ appId });
  await client.applicationApi.deleteApplication({ appId });
}

describe("Okta's Node SDK", () => {
  it('makes, finds, assigns, and removes an application', async () => {
    const appId = await anApplication('By SDK');
    const found = await all(client.applicationApi.listApplications({ q: 'By SDK' }));
    expect(found).toMatchObject([{ id: appId, label: 'By SDK', signOnMode: 'OPENID_CONNECT' }]);
    const [everyone] = await all(client.groupApi.listGroups({ q: 'Everyone' }));
    const groupId = text.parse(everyone?.id);
    const assignment = { appId, groupId, applicationGroupAssignment: {} };
    expect(await client.applicationApi.assignGroupToApplication(assignment)).toMatchObject({ id: groupId });
    const policies = await all(client.policyApi.listPolicies({ type: 'ACCESS_POLICY' }));
    const policyId = text.parse(policies.find(({ name }) => name === 'Password only')?.id);
    await client.applicationApi.assignApplicationPolicy({ appId, policyId });
    expect(await client.applicationApi.getApplication({ appId })).toMatchObject({
      status: 'ACTIVE',
      _links: { accessPolicy: { href: expect.stringContaining(policyId) } },
    });
    const grant = { appId, oAuth2ScopeConsentGrant: { issuer: org.url, scopeId: 'okta.users.read' } };
    expect(await client.applicationApi.grantConsentToScope(grant)).toMatchObject({
      scopeId: 'okta.users.read',
    });
    await removeApplication(appId);
    await expect(client.applicationApi.getApplication({ appId })).rejects.toMatchObject(gone);
  });

  it('rotates a client secret', async () => {
    const appId = await anApplication('Rotated');
    const secrets = client.applicationSSOPublicKeysApi;
    const [first] = await all(secrets.listOAuth2ClientSecrets({ appId }));
    const second = await secrets.createOAuth2ClientSecret({ appId });
    expect(second).toMatchObject({ status: 'ACTIVE', client_secret: expect.any(String) });
    const secretId = text.parse(first?.id);
    expect(await secrets.deactivateOAuth2ClientSecret({ appId, secretId })).toMatchObject({
      status: 'INACTIVE',
    });
    await secrets.deleteOAuth2ClientSecret({ appId, secretId });
    const left = await all(secrets.listOAuth2ClientSecrets({ appId }));
    expect(left.map(({ id }) => id)).toEqual([second.id]);
    await removeApplication(appId);
  });

  it('makes a user and assigns it to an application', async () => {
    const appId = await anApplication('Of a user');
    const profile = {
      firstName: 'Alan',
      lastName: 'Turing',
      email: 'alan@example.com',
      login: 'alan@example.com',
    };
    const user = await client.userApi.createUser({ body: { profile }, activate: false });
    const id = text.parse(user.id);
    const assigned = await client.applicationApi.assignUserToApplication({
      appId,
      appUser: { id, scope: 'USER' },
    });
    expect(assigned).toMatchObject({ id, scope: 'USER' });
    await client.applicationApi.unassignUserFromApplication({ appId, userId: id });
    await removeApplication(appId);
  });

  it('makes an authorization server with a scope, a claim, a policy and a rule, and removes it', async () => {
    const api = client.authorizationServerApi;
    const authorizationServer = { name: 'Shop', description: 'Of the shop', audiences: ['api://shop'] };
    const authServerId = text.parse((await api.createAuthorizationServer({ authorizationServer })).id);
    const scope = await api.createOAuth2Scope({ authServerId, oAuth2Scope: { name: 'orders.read' } });
    expect(scope).toMatchObject({ name: 'orders.read', consent: 'IMPLICIT', system: false });
    const names = (await all(api.listOAuth2Scopes({ authServerId }))).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['openid', 'offline_access', 'orders.read']));
    await expect(
      api.createOAuth2Scope({ authServerId, oAuth2Scope: { name: 'orders.read' } }),
    ).rejects.toMatchObject(blank);
    const claim = await api.createOAuth2Claim({
      authServerId,
      oAuth2Claim: {
        name: 'department',
        claimType: 'IDENTITY',
        valueType: 'EXPRESSION',
        value: 'user.department',
      },
    });
    expect(claim).toMatchObject({ status: 'ACTIVE', conditions: { scopes: [] } });
    const policy = await api.createAuthorizationServerPolicy({
      authServerId,
      policy: {
        type: 'OAUTH_AUTHORIZATION_POLICY',
        name: 'All',
        description: 'All clients',
        priority: 1,
        conditions: { clients: { include: ['ALL_CLIENTS'] } },
      },
    });
    const policyId = text.parse(policy.id);
    const rule = await api.createAuthorizationServerPolicyRule({
      authServerId,
      policyId,
      policyRule: {
        type: 'RESOURCE_ACCESS',
        name: 'Sign-in',
        priority: 1,
        conditions: {
          people: { groups: { include: ['EVERYONE'] } },
          grantTypes: { include: ['authorization_code'] },
          scopes: { include: ['*'] },
        },
      },
    });
    const ruleId = text.parse(rule.id);
    await api.deactivateAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
    expect(await api.getAuthorizationServerPolicyRule({ authServerId, policyId, ruleId })).toMatchObject({
      status: 'INACTIVE',
    });
    await api.deleteAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
    await api.deleteAuthorizationServer({ authServerId });
    await expect(all(api.listOAuth2Claims({ authServerId }))).rejects.toMatchObject(gone);
  });

  it('makes a SAML application, whose metadata and key it reads', async () => {
    const url = 'https://app.example.com/saml';
    const made = await org.call('POST', '/api/v1/apps', {
      label: 'By SAML',
      signOnMode: 'SAML_2_0',
      settings: { signOn: { ssoAcsUrl: url, audience: url, recipient: url, destination: url } },
    });
    const appId = z.looseObject({ id: text }).parse(made.body).id;
    const [key] = await all(client.applicationApi.listApplicationKeys({ appId }));
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', x5c: [expect.any(String)] });
    const xml = await org.call('GET', `/api/v1/apps/${appId}/sso/saml/metadata`);
    expect(xml.headers.get('content-type')).toMatch(/^application\/xml/);
    expect(xml.body).toContain(`<ds:X509Certificate>${key?.x5c?.[0]}<`);
    await removeApplication(appId);
  });

  it('keeps a group rule, which is inactive at first and cannot be removed while it is active', async () => {
    const [finance] = await all(client.groupApi.listGroups({ q: 'Finance' }));
    const groupIds = [text.parse(finance?.id)];
    const rule = await client.groupApi.createGroupRule({
      groupRule: {
        type: 'group_rule',
        name: 'Finance',
        conditions: { expression: { value: 'user.department=="Finance"', type: 'urn:okta:expression:1.0' } },
        actions: { assignUserToGroups: { groupIds } },
      },
    });
    expect(rule).toMatchObject({ status: 'INACTIVE' });
    const ruleId = text.parse(rule.id);
    await client.groupApi.activateGroupRule({ ruleId });
    expect(await client.groupApi.getGroupRule({ ruleId })).toMatchObject({ status: 'ACTIVE' });
    await expect(client.groupApi.deleteGroupRule({ ruleId })).rejects.toMatchObject(blank);
    await client.groupApi.deactivateGroupRule({ ruleId });
    await client.groupApi.deleteGroupRule({ ruleId });
    await expect(client.groupApi.getGroupRule({ ruleId })).rejects.toMatchObject(gone);
  });

  it('keeps network zones, trusted origins and sign-on policies', async () => {
    const zoneApi = client.networkZoneApi;
    const gateways = [{ type: 'CIDR', value: '192.0.2.0/24' }];
    // The SDK's type of a zone has only what all kinds of zone have.
    const office = { type: 'IP' as const, name: 'Office', gateways };
    const zone = await zoneApi.createNetworkZone({ zone: office });
    const zoneId = text.parse(zone.id);
    expect(await zoneApi.deactivateNetworkZone({ zoneId })).toMatchObject({ status: 'INACTIVE', gateways });
    await zoneApi.deleteNetworkZone({ zoneId });
    await expect(zoneApi.getNetworkZone({ zoneId })).rejects.toMatchObject(gone);

    const origin = await client.trustedOriginApi.createTrustedOrigin({
      trustedOrigin: { name: 'App', origin: 'https://app.example.com', scopes: [{ type: 'CORS' }] },
    });
    const trustedOriginId = text.parse(origin.id);
    expect(await client.trustedOriginApi.getTrustedOrigin({ trustedOriginId })).toMatchObject({
      origin: 'https://app.example.com',
      status: 'ACTIVE',
    });
    await client.trustedOriginApi.deleteTrustedOrigin({ trustedOriginId });

    const conditions = { people: { groups: { include: ['00gOfTheTest000000000'] } } };
    const made = await org.call('POST', '/api/v1/policies', {
      type: 'OKTA_SIGN_ON',
      name: 'Office only',
      status: 'ACTIVE',
      conditions,
    });
    const policyId = z.looseObject({ id: text }).parse(made.body).id;
    expect(await client.policyApi.getPolicy({ policyId })).toMatchObject({
      type: 'OKTA_SIGN_ON',
      conditions,
    });
    await client.policyApi.deletePolicy({ policyId });
    await expect(client.policyApi.getPolicy({ policyId })).rejects.toMatchObject(gone);
  });

  it("adds a custom attribute to an application's users, and removes it", async () => {
    const appInstanceId = await anApplication('With attributes');
    const path = `/api/v1/meta/schemas/apps/${appInstanceId}/default`;
    const attribute = { type: 'string', title: 'Badge' };
    const change = (badge: object | null) =>
      org.call('POST', path, { definitions: { custom: { id: '#custom', properties: { badge } } } });
    expect((await change(attribute)).status).toBe(200);
    expect(await client.schemaApi.getApplicationUserSchema({ appInstanceId })).toMatchObject({
      definitions: { custom: { properties: { badge: { ...attribute, scope: 'NONE' } } } },
    });
    await change(null);
    const schema = await client.schemaApi.getApplicationUserSchema({ appInstanceId });
    expect(schema.definitions?.custom?.properties).toEqual({});
    await removeApplication(appInstanceId);
  });
});
