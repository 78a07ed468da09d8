import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { bundleCommand } from '../../build/command.ts';
import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../support/cognito-fake/client.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, domainHost, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { webApplication } from '../support/okta-org.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

const made = z.looseObject({
  id: z.string(),
  credentials: z.looseObject({ oauthClient: z.looseObject({ client_secret: z.string() }) }),
});

// What each check finds: test/virtual/at-the-doors/diagnosis.test.ts. Here the command itself runs, with its streams and exit codes.

let around: Surroundings;
let folder: string;
let pool: UserPool;
let application: z.infer<typeof made>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  [around] = await Promise.all([
    startSurroundings(),
    bundleCommand('src/command/okta-cognito-idp.ts', folder),
  ]);
});

afterAll(async () => {
  await around[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A federation as the manual procedure makes it. */
beforeEach(async () => {
  await around.restoreOktaSecret();
  pool = createUserPool(around.cognito.state);
  const [redirectUri] = pool.domains.map(
    (domain) => `https://${domainHost(pool, domain)}/oauth2/idpresponse`,
  );
  const body = webApplication('Made by hand', { redirect_uris: [redirectUri] });
  application = made.parse(await around.okta.call('POST', '/api/v1/apps', body));
  const groups = z.array(z.object({ id: z.string() })).parse(await around.okta.call('GET', '/api/v1/groups'));
  await around.okta.call('PUT', `/api/v1/apps/${application.id}/groups/${groups[0]?.id}`, {});
  const details = {
    client_id: application.id,
    client_secret: application.credentials.oauthClient.client_secret,
    oidc_issuer: around.okta.url,
  };
  await cognitoClient(around.cognito).send(
    new CreateIdentityProviderCommand(oidcProvider(pool.id, 'Okta', details)),
  );
  createAppClient(around.cognito.state, pool, { SupportedIdentityProviders: ['COGNITO', 'Okta'] });
});

interface Run {
  readonly code: number | null;
  readonly printed: string;
}

const withSecret = () => ['--okta-secret-id', around.environment.OKTA_SECRET_ARN ?? ''];

async function doctor(
  args: readonly string[] = withSecret(),
  environment: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const where = ['--user-pool-id', pool.id, '--provider', 'Okta'];
  const child = spawn(process.execPath, [join(folder, 'okta-cognito-idp.js'), 'doctor', ...where, ...args], {
    env: { ...around.environment, ...environment },
  });
  const [out, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('close', done)),
  ]);
  return { code, printed: `${out}${errors}` };
}

function changeProvider(details: Readonly<Record<string, string>>): void {
  const { providers } = around.cognito.state;
  const key = providerKey(pool.id, 'Okta');
  const current = providers.get(key);
  if (!current) throw new Error('There is no provider to change.');
  providers.set(key, { ...current, ProviderDetails: { ...current.ProviderDetails, ...details } });
}

test('a healthy federation passes every check, no secret is printed and nothing is changed', async () => {
  const before = { changes: await around.okta.changes(), calls: around.cognito.calls.length };
  const { okta } = around;
  const runs = await Promise.all([
    doctor(),
    doctor([], { OKTA_ORG_URL: okta.url, OKTA_API_TOKEN: okta.apiToken }),
    doctor(['--json', ...withSecret()]),
  ]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  for (const { printed } of runs.slice(0, 2)) {
    expect(printed).not.toContain('✗');
    expect(printed.match(/✓/g)?.length).toBeGreaterThan(12);
    expect(printed).toContain('All is well.');
  }
  const printed = runs.map((run) => run.printed).join('\n');
  expect(printed).not.toContain(application.credentials.oauthClient.client_secret);
  expect(printed).not.toContain(okta.apiToken);
  expect(await okta.changes()).toEqual(before.changes);
  const operations = around.cognito.calls.slice(before.calls).map(({ operation }) => operation);
  expect(operations.filter((operation) => !/^(Describe|List)/.test(operation))).toEqual([]);
});

test('if a check fails, it says what to do, to people and to machines, and what it has not looked at', async () => {
  changeProvider({ client_secret: 'another' });
  const [whole, without, json] = await Promise.all([
    doctor(),
    doctor([]),
    doctor(['--json', ...withSecret()]),
  ]);
  expect([whole.code, without.code, json.code]).toEqual([1, 1, 1]);
  expect(whole.printed).toContain('✗ Okta takes the client secret');
  expect(whole.printed).toContain('Okta rejected the client secret of client');
  expect(without.printed).toContain('– the Okta application is set up: give --okta-secret-id');
  expect(without.printed).toContain('✗ Okta takes the client secret');
  const report = z
    .object({ healthy: z.boolean(), checks: z.array(z.object({ outcome: z.string(), name: z.string() })) })
    .parse(JSON.parse(json.printed));
  expect(report.healthy).toBe(false);
  expect(report.checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([
    'Okta takes the client secret',
  ]);
});

test('a check fails if the Okta secret is not JSON', async () => {
  await around.setOktaSecret('hello');
  const { code, printed } = await doctor();
  expect(printed).toContain('✗');
  expect(printed).toContain('cannot be used');
  expect(code).toBe(1);
});

test('it ends with 2 if it cannot look', async () => {
  around.cognito.faults.add({
    operation: 'DescribeUserPool',
    action: { type: 'error', code: 'AccessDeniedException', message: 'You may not.' },
  });
  const { code, printed } = await doctor();
  expect(printed).toContain('The command could not read what it needs: You may not.');
  expect(code).toBe(2);
});
