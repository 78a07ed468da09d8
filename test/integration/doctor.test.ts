import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { bundleCommand } from '../../build/command.ts';
import { type AppClient, createAppClient } from '../support/cognito-fake/app-clients.ts';
import { cognitoClient, oidcProvider } from '../support/cognito-fake/client.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool, domainHost, type UserPool } from '../support/cognito-fake/user-pools.ts';
import { webApplication } from '../support/okta-org.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

const made = z.looseObject({
  id: z.string(),
  credentials: z.looseObject({ oauthClient: z.looseObject({ client_secret: z.string() }) }),
});

let around: Surroundings;
let folder: string;
let pool: UserPool;
let client: AppClient;
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
  client = createAppClient(around.cognito.state, pool, { SupportedIdentityProviders: ['COGNITO', 'Okta'] });
});

interface Run {
  readonly code: number | null;
  readonly printed: string;
}

async function doctor(
  args: readonly string[] = ['--okta-secret-id', around.environment.OKTA_SECRET_ARN ?? ''],
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

function changeProvider(
  details: Readonly<Record<string, string>>,
  AttributeMapping: Readonly<Record<string, string>> = { email: 'email' },
): void {
  const { providers } = around.cognito.state;
  const key = providerKey(pool.id, 'Okta');
  const current = providers.get(key);
  if (!current) throw new Error('There is no provider to change.');
  const ProviderDetails = { ...current.ProviderDetails, ...details };
  providers.set(key, { ...current, ProviderDetails, AttributeMapping });
}

async function changeApplication(oauthClient: object, credentials: object = {}): Promise<void> {
  const redirect_uris = [
    `https://${pool.domains.map((domain) => domainHost(pool, domain))[0]}/oauth2/idpresponse`,
  ];
  const body = webApplication('Made by hand', { redirect_uris, ...oauthClient }, credentials);
  await around.okta.call('PUT', `/api/v1/apps/${application.id}`, body);
}

test('a healthy federation made by hand passes every check', async () => {
  const { code, printed } = await doctor();
  expect(printed).not.toContain('✗');
  expect(printed.match(/✓/g)?.length).toBeGreaterThan(12);
  expect(printed).toContain('All is well.');
  expect(code).toBe(0);
});

test('a healthy federation made by the provider passes every check, and is known by its owner', async () => {
  const stack = around.stack('Federation');
  pool = createUserPool(around.cognito.state);
  client = createAppClient(around.cognito.state, pool);
  await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [client.id] });
  const { code, printed } = await doctor();
  expect(printed).toContain(`of Federation in ${stack.id}`);
  expect(printed).toContain('All is well.');
  expect(code).toBe(0);
});

test.each([
  ['the pool is gone', () => around.cognito.state.pools.delete(pool.id), 'There is no user pool'],
  ['the domain is gone', () => pool.domains.splice(0), 'Add an AWS::Cognito::UserPoolDomain'],
  [
    'a custom domain is not up yet',
    () => pool.domains.unshift({ name: 'login.example.com', custom: true, status: 'CREATING' }),
    'It is still being created',
  ],
  [
    'the provider is gone',
    () => around.cognito.state.providers.delete(providerKey(pool.id, 'Okta')),
    'It has none of that name; check the name',
  ],
  [
    'no app client lists the provider',
    () => {
      client.settings.SupportedIdentityProviders = ['COGNITO'];
    },
    'Name Okta in SupportedIdentityProviders',
  ],
  [
    'the app client lost the code flow',
    () => {
      client.settings.AllowedOAuthFlows = ['implicit'];
    },
    'lacks the authorization code flow. Add code to its AllowedOAuthFlows.',
  ],
  [
    'a claim is mapped whose scope is not requested',
    () => changeProvider({}, { email: 'email', phone_number: 'phone_number' }),
    'phone_number is mapped to the claim phone_number, which needs the scope phone. Add phone to Scopes',
  ],
  [
    'the issuer is not there',
    () => changeProvider({ oidc_issuer: `${around.okta.url}/oauth2/nobody` }),
    'There is no OpenID Connect issuer',
  ],
  [
    'the client secret is another',
    () => changeProvider({ client_secret: 'another' }),
    'Okta rejected the client secret of client',
  ],
  [
    'the application is of another org',
    () => changeProvider({ client_id: '0oaEXAMPLEexample000' }),
    'whether this is the right org',
  ],
  [
    'the application is inactive',
    () => around.okta.call('POST', `/api/v1/apps/${application.id}/lifecycle/deactivate`),
    'It is inactive. Activate it in Okta.',
  ],
  [
    'the application has another redirect URI',
    () => changeApplication({ redirect_uris: ['https://elsewhere.example.com/oauth2/idpresponse'] }),
    "Add it to the application's sign-in redirect URIs; it has https://elsewhere.example.com/oauth2/idpresponse.",
  ],
  ['the application wants PKCE', () => changeApplication({}, { pkce_required: true }), 'Turn PKCE off'],
  [
    'the application wants DPoP',
    () => changeApplication({ dpop_bound_access_tokens: true }),
    'It requires DPoP, which Cognito does not support. Turn off "Require Demonstrating Proof of Possession" on its General page in Okta.',
  ],
  [
    'the application has a key in place of a client secret',
    () =>
      changeApplication(
        { jwks: { keys: [{ kty: 'RSA', kid: 'a', e: 'AQAB', n: 'AQAB' }] } },
        { token_endpoint_auth_method: 'private_key_jwt' },
      ),
    'It uses private_key_jwt; Cognito supports only client-secret authentication',
  ],
  [
    "the application issues tokens as the org's custom domain",
    () => changeApplication({ issuer_mode: 'CUSTOM_URL' }),
    "Set the application's issuer (Sign On page in Okta) to the Okta URL",
  ],
  [
    'the Okta token is revoked',
    () => around.setOktaSecret(JSON.stringify({ orgUrl: around.okta.url, apiToken: 'revoked' })),
    'API token in the Okta secret does not work',
  ],
  ['the Okta secret is no JSON', () => around.setOktaSecret('hello'), 'cannot be used'],
])('if %s, a check fails and says what to do', async (_, breakIt, fix) => {
  await breakIt();
  const { code, printed } = await doctor();
  expect(printed).toContain('✗');
  expect(printed).toContain(fix);
  expect(code).toBe(1);
});

test('without Okta credentials the sign-in is still probed', async () => {
  changeProvider({ client_secret: 'another' });
  const { code, printed } = await doctor([]);
  expect(printed).toContain('– the Okta application is set up: give --okta-secret-id');
  expect(printed).toContain('✗ Okta takes the client secret');
  expect(code).toBe(1);
});

test('credentials may come from the environment', async () => {
  const { okta } = around;
  const { code, printed } = await doctor([], { OKTA_ORG_URL: okta.url, OKTA_API_TOKEN: okta.apiToken });
  expect(printed).toContain('All is well.');
  expect(code).toBe(0);
});

test('--json says the same to a machine', async () => {
  changeProvider({ client_secret: 'another' });
  const { code, printed } = await doctor([
    '--json',
    '--okta-secret-id',
    around.environment.OKTA_SECRET_ARN ?? '',
  ]);
  const report = z
    .object({ healthy: z.boolean(), checks: z.array(z.object({ outcome: z.string(), name: z.string() })) })
    .parse(JSON.parse(printed));
  expect(report.healthy).toBe(false);
  expect(report.checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([
    'Okta takes the client secret',
  ]);
  expect(code).toBe(1);
});

test('it prints no secret and changes nothing', async () => {
  const before = { changes: await around.okta.changes(), calls: around.cognito.calls.length };
  const runs = [await doctor(), await doctor(['--json'])];
  const printed = runs.map((run) => run.printed).join('\n');
  expect(printed).not.toContain(application.credentials.oauthClient.client_secret);
  expect(printed).not.toContain(around.okta.apiToken);
  expect(await around.okta.changes()).toEqual(before.changes);
  const operations = around.cognito.calls.slice(before.calls).map(({ operation }) => operation);
  expect(operations.filter((operation) => !/^(Describe|List)/.test(operation))).toEqual([]);
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
