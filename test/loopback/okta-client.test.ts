import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { bundleLambda } from '../../build/lambda.ts';
import { READ_LAG_MS } from '../../local/okta/settings.ts';
import type { NewApplication } from '../../src/okta/applications.ts';
import type { Okta } from '../../src/okta/client.ts';
import { freePorts, type Running, startProgram } from '../support/child-process.ts';

type OktaModules = typeof import('../support/okta-modules.ts');

const apiToken = randomBytes(24).toString('base64url');
const MINUTE = 60_000;

let running: Running;
let folder: string;
let modules: OktaModules;
let orgUrl: string;
let adminUrl: string;

/** The applications whose label starts so, as soon as lists show that many. */
async function listed(okta: ReturnType<typeof connect>, label: string, count: number) {
  for (;;) {
    const found = await modules.findApplications(okta, label);
    if (found.length >= count) return found;
    await pause(100);
  }
}

beforeAll(async () => {
  const [port, adminPort] = await freePorts(2);
  orgUrl = `http://127.0.0.1:${port}`;
  adminUrl = `http://127.0.0.1:${adminPort}`;
  running = await startProgram(
    'local/okta/main.ts',
    { OKTA_PORT: `${port}`, OKTA_ADMIN_PORT: `${adminPort}`, OKTA_API_TOKEN: apiToken },
    async () => (await fetch(`${adminUrl}/health`)).ok,
  );
  folder = await mkdtemp(path.join(tmpdir(), 'okta-modules-'));
  await bundleLambda('test/support/okta-modules.ts', folder);
  modules = createRequire(path.join(folder, 'okta-modules.js'))('./okta-modules.js');
});

afterAll(async () => {
  await running?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true });
});

beforeEach(() => control('POST', '/reset'));

async function control(method: string, at: string, body?: object): Promise<unknown> {
  const sent = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${adminUrl}${at}`, { method, ...sent });
  if (!response.ok) throw new Error(`${method} ${at}: ${response.status} ${await response.text()}`);
  return response.json();
}

function connect(secret: object = { apiToken }, patienceMs = 20_000): Okta {
  const deadline = Date.now() + patienceMs;
  const credentials = modules.parseOktaCredentials(JSON.stringify({ orgUrl, ...secret }));
  return modules.connectOkta(credentials, {
    signal: AbortSignal.timeout(patienceMs),
    deadline: () => deadline,
  });
}

function webApplication(label: string): NewApplication {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://pool.example.com/oauth2/idpresponse'],
      },
    },
  };
}

async function created(okta: Okta, label: string) {
  return (await modules.createApplication(okta, webApplication(label))).application;
}

async function callsTo(method: string, pattern: RegExp): Promise<number> {
  const calls = z
    .array(z.looseObject({ method: z.string(), path: z.string() }))
    .parse(await control('GET', '/calls'));
  return calls.filter((call) => call.method === method && pattern.test(call.path)).length;
}

describe('the bundled SDK against an Okta org', () => {
  it('leads an application through its life', async () => {
    const okta = connect();
    const { application, clientSecret } = await modules.createApplication(okta, webApplication('Life'));
    expect(application).toMatchObject({ label: 'Life', status: 'ACTIVE' });
    const [secret] = await modules.listClientSecrets(okta, application.id);
    expect(secret?.clientSecret.reveal()).toBe(clientSecret.reveal());

    const [engineering] = await modules.findGroups(okta, 'Engineering');
    if (!engineering) throw new Error('the seed has a group Engineering');
    expect(await modules.findGroups(okta, engineering.id)).toEqual([engineering]);
    expect(await modules.findGroups(okta, 'Engin')).toEqual([]);
    await modules.assignGroup(okta, application.id, engineering.id);
    await modules.assignGroup(okta, application.id, engineering.id);
    expect(await modules.listAssignedGroupIds(okta, application.id)).toEqual([engineering.id]);
    await modules.unassignGroup(okta, application.id, engineering.id);
    await modules.unassignGroup(okta, application.id, engineering.id);
    expect(await modules.listAssignedGroupIds(okta, application.id)).toEqual([]);

    await modules.activateApplication(okta, application.id);
    for (const end of [modules.deactivateApplication, modules.deleteApplication]) {
      await end(okta, application.id);
      await end(okta, application.id);
    }
    expect(await modules.getApplication(okta, application.id)).toBeUndefined();
  });

  it('rotates client secrets', async () => {
    const okta = connect();
    const { id } = await created(okta, 'Rotated');
    const [first] = await modules.listClientSecrets(okta, id);
    const second = await modules.createClientSecret(okta, id);
    if (!first) throw new Error('the application has a secret');
    await expect(modules.createClientSecret(okta, id)).rejects.toThrow(/refused to create a client secret/);
    await modules.deactivateClientSecret(okta, id, first.id);
    await modules.deleteClientSecret(okta, id, first.id);
    await modules.deleteClientSecret(okta, id, first.id);
    expect(await modules.listClientSecrets(okta, id)).toMatchObject([{ id: second.id, status: 'ACTIVE' }]);
  });

  it('loses no field in an update', async () => {
    const okta = connect();
    const body = webApplication('Whole');
    const { application } = await modules.createApplication(okta, {
      ...body,
      profile: { free: { form: 1 } },
      visibility: { hide: { iOS: true, web: false }, autoSubmitToolbar: true },
      settings: {
        notes: { admin: 'a note', enduser: 'another' },
        oauthClient: { ...body.settings.oauthClient, tos_uri: 'https://a.example.com/terms' },
      },
    });
    const read = await modules.getApplication(okta, application.id);
    if (!read) throw new Error('the application is there');
    await modules.replaceApplication(okta, { ...read, label: 'Whole again' });

    expect(await modules.getApplication(okta, application.id)).toEqual({
      ...read,
      label: 'Whole again',
      lastUpdated: expect.any(String),
    });
    expect(await modules.listClientSecrets(okta, application.id)).toHaveLength(1);
  });

  it(
    'finds what is on the second page',
    async () => {
      const okta = connect();
      const labels = Array.from({ length: 203 }, (_, index) => `Many ${index}`);
      for (const label of labels) await created(okta, label);
      await created(okta, 'Other');
      const found = await listed(okta, 'Many', labels.length);
      expect(found.map(({ label }) => label).sort()).toEqual(labels.sort());
    },
    MINUTE,
  );

  it('returns the custom domain', async () => {
    const { port } = new URL(orgUrl);
    expect(await modules.discoverCustomDomain(connect())).toBe(`http://localhost:${port}`);
  });

  it('says what to do about a refused token', async () => {
    await expect(modules.findApplications(connect({ apiToken: 'not-the-token' }), 'x')).rejects.toThrow(
      /^Okta refused to list the applications \(E0000011: .*\)\. The API token in the Okta secret does not work/,
    );
  });
});

describe('faults on the way', () => {
  it.each([
    { type: 'reset' },
    { type: 'reset-after' },
    { type: 'answer', status: 503 },
    { type: 'answer-after', status: 500 },
  ])('do not keep an application from being deleted: $type', async (action) => {
    const okta = connect();
    const { id } = await created(okta, 'Deleted');
    await modules.deactivateApplication(okta, id);
    await control('POST', '/faults', { method: 'DELETE', path: '/api/v1/apps/', nth: 1, action });
    await modules.deleteApplication(okta, id);
    expect(await modules.getApplication(okta, id)).toBeUndefined();
  });

  it('never make two applications', async () => {
    const okta = connect();
    await control('POST', '/faults', {
      method: 'POST',
      path: '/api/v1/apps$',
      action: { type: 'reset-after' },
    });
    await expect(created(okta, 'Once')).rejects.toMatchObject({ mayHaveTakenEffect: true });
    expect(await listed(okta, 'Once', 1)).toHaveLength(1);
    await pause(READ_LAG_MS);
    expect(await modules.findApplications(okta, 'Once')).toHaveLength(1);
  });

  it('end at the deadline when Okta hangs', async () => {
    const okta = connect({ apiToken }, 1_000);
    await control('POST', '/faults', { method: 'GET', path: '/api/v1/apps', action: { type: 'hang' } });
    await expect(modules.findApplications(okta, 'x')).rejects.toMatchObject({
      name: 'OktaUnreachableError',
      mayHaveTakenEffect: false,
    });
  });
});

describe('an API Services app', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const scopes = ['okta.apps.manage', 'okta.groups.read'];

  async function serviceApp(publicKey: typeof rsa.publicKey, options: object = {}): Promise<string> {
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' });
    const made = await control('POST', '/service-apps', { publicKeyPem, scopes, ...options });
    return z.looseObject({ clientId: z.string() }).parse(made).clientId;
  }

  it.each([
    ['an RSA key and DPoP', rsa, true],
    ['an EC key and DPoP', ec, true],
    ['an RSA key, DPoP off', rsa, false],
    ['an EC key, DPoP off', ec, false],
  ])('works with %s, on one token', async (_, { publicKey, privateKey }, dpop) => {
    const clientId = await serviceApp(publicKey, { dpop });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const okta = connect({ clientId, privateKey: pem });
    const { id } = await created(okta, 'By key');
    await Promise.all([modules.findGroups(okta, 'Finance'), modules.listClientSecrets(okta, id)]);
    const again = connect({ clientId, privateKey: pem });
    expect(await modules.getApplication(again, id)).toMatchObject({ label: 'By key' });
    // Two requests for all of them: the first brings Okta's nonce.
    expect(await callsTo('POST', /\/oauth2\/v1\/token/)).toBe(2);
  });

  it('that has no right scope gets an error that names it', async () => {
    const clientId = await serviceApp(ec.publicKey, { scopes: ['okta.groups.read'] });
    const privateKey = ec.privateKey.export({ format: 'jwk' });
    await expect(modules.findApplications(connect({ clientId, privateKey }), 'x')).rejects.toThrow(
      /refused to give the API Services app .* an access token .*okta\.apps\.manage/,
    );
  });

  it('with another key gets an error that says to check it', async () => {
    const clientId = await serviceApp(rsa.publicKey);
    const privateKey = ec.privateKey.export({ type: 'sec1', format: 'pem' });
    await expect(modules.findApplications(connect({ clientId, privateKey }), 'x')).rejects.toThrow(
      /\(invalid_client: .*\)\. Check that "clientId"/,
    );
  });
});
