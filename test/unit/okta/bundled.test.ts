import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleLambda } from '../../../build/lambda.ts';
import { oktaError, type Reply, startOrg } from './scripted-org.ts';

// As it is shipped: the SDK's own models, which drop what they do not know, are not in the bundle.

const id = '0oa00000000000000001';
const application = {
  id,
  name: 'oidc_client',
  label: 'The app',
  status: 'ACTIVE',
  signOnMode: 'OPENID_CONNECT',
  settings: { oauthClient: { redirect_uris: [] } },
};

let folder: string;
let modules: typeof import('../../support/okta-modules.ts');

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'okta-modules-'));
  await bundleLambda('test/support/okta-modules.ts', folder);
  modules = createRequire(path.join(folder, 'okta-modules.js'))('./okta-modules.js');
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

/** Starts an org with these routes, `METHOD /path`, and connects to it. */
async function org(routes: Record<string, Reply>) {
  const notFound = { status: 404, body: oktaError('E0000007', 'Not found') };
  const started = await startOrg(({ method, path: at }) => routes[`${method} ${at}`] ?? notFound);
  const secret = JSON.stringify({ orgUrl: started.orgUrl, apiToken: 'a-token' });
  const deadline = Date.now() + 10_000;
  const okta = modules.connectOkta(modules.parseOktaCredentials(secret), {
    signal: new AbortController().signal,
    deadline: () => deadline,
  });
  return { okta, seen: started.seen, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}

const listing = (body: unknown): Record<string, Reply> => ({ 'GET /api/v1/apps': { status: 200, body } });

describe('what is shipped', () => {
  it('lists applications of every kind, and leaves out other items', async () => {
    const directory = { ...application, id: `${id}d`, name: 'active_directory', signOnMode: null };
    await using org1 = await org(listing([directory, { id: 7, label: null }, application]));
    const found = await modules.findApplications(org1.okta, 'The');
    expect(found.map((one) => [one.id, one.signOnMode])).toEqual([
      [`${id}d`, null],
      [id, 'OPENID_CONNECT'],
    ]);
  });

  it('names the program and its version to Okta', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    await using org1 = await org(listing([]));
    await modules.findApplications(org1.okta, 'The');
    expect(org1.seen[0]?.headers['user-agent']).toBe(`okta-cognito-idp/${version}`);
  });

  it('sends a document of another kind back as it was, without a consent of OpenID Connect', async () => {
    const saml = { ...application, signOnMode: 'SAML_2_0', settings: { app: { url: null } }, profile: null };
    await using org1 = await org({ [`PUT /api/v1/apps/${id}`]: { status: 200, body: saml } });
    await modules.replaceApplication(org1.okta, saml);
    expect(org1.seen[0]?.body).toEqual({
      name: 'oidc_client',
      label: 'The app',
      signOnMode: 'SAML_2_0',
      settings: { app: { url: null } },
    });
  });

  it('has the calls for claims and authentication policies', async () => {
    const claims = `/api/v1/apps/${id}/federated-claims`;
    const claim = { id: 'ofc1', name: 'role', expression: 'user.profile.role' };
    const { id: claimId, ...sent } = claim;
    await using org1 = await org({
      [`GET ${claims}`]: { status: 200, body: [claim] },
      [`POST ${claims}`]: { status: 201, body: claim },
      [`PUT ${claims}/ofc1`]: { status: 200, body: claim },
      [`DELETE ${claims}/ofc1`]: { status: 204 },
      'GET /api/v1/policies': {
        status: 200,
        body: [{ id: 'rst1', name: 'Any two factors', status: 'ACTIVE' }],
      },
      [`PUT /api/v1/apps/${id}/policies/rst1`]: { status: 204 },
    });
    expect(await modules.listFederatedClaims(org1.okta, id)).toEqual([claim]);
    await modules.createFederatedClaim(org1.okta, id, sent);
    await modules.replaceFederatedClaim(org1.okta, id, claim);
    await modules.deleteFederatedClaim(org1.okta, id, claimId);
    const [policy] = await modules.findAccessPolicies(org1.okta, 'Any two factors');
    await modules.assignAccessPolicy(org1.okta, id, policy?.id ?? '');
    expect(org1.seen.map(({ method, body }) => [method, body])).toEqual([
      ['GET', ''],
      ['POST', sent],
      ['PUT', sent],
      ['DELETE', ''],
      ['GET', ''],
      ['PUT', ''],
    ]);
  });

  it('lets no ID lead to another path', async () => {
    await using org1 = await org({});
    await expect(modules.deleteApplication(org1.okta, '..')).rejects.toMatchObject({
      name: 'InvalidIdError',
    });
    expect(org1.seen).toEqual([]);
  });
});
