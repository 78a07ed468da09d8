import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { makeRelease } from '../../build/release/release.ts';
import { packageVersion } from '../../build/version.ts';
import { signIn } from '../../local/browser.ts';
import { deleteStack } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { offeredProviders } from '../../local/surroundings.ts';
import { startWebApp, stopWebApp, webAppUrl } from '../../local/web-app.ts';
import { openBrowser, seededPerson } from '../support/browser-of-stack.ts';
import { freePorts } from '../support/child-process.ts';
import { makePoolWithClient } from '../support/pool-by-owner.ts';
import { deployTemplate } from '../support/template-stacks.ts';

// What the CDK apps in cdk/examples synthesize: `make cdk` compares the templates with the apps.

const cognito = new CognitoIdentityProviderClient({});
const deployed: string[] = [];
/** Beside the app of the sign-in test, which runs at the same time. */
const APP = 'cdk-web-app';
let settings: Settings;
let browser: Browser;

beforeAll(async () => {
  const own = await readSettings(process.env);
  const [APP_PORT = ''] = await freePorts(1);
  settings = { ...own, ports: { ...own.ports, APP_PORT: Number(APP_PORT) } };
  browser = await openBrowser(settings);
});

afterEach(async () => {
  await stopWebApp(settings, APP);
  for (const name of deployed.splice(0)) await deleteStack(settings, name);
});

afterAll(() => browser?.close());

/** Deploys the template of an app, and starts the web app with the outputs. */
async function deploy(app: string, parameters: Record<string, string>) {
  const name = `e2e-cdk-${app}`;
  deployed.push(name);
  const outputs = await deployTemplate(settings, name, `cdk/examples/${app}.template.json`, parameters);
  return { ...outputs, ...(await startWebApp(settings, outputs, APP)) };
}

/** A person's way through the web app's sign-in, in the browser. */
async function visit(email: string) {
  return signIn(browser, webAppUrl(settings), await seededPerson(email));
}

/** Only the group Engineering, which Grace is not in, may sign in. */
async function expectOnlyTheGroupToSignIn(clientId: string): Promise<void> {
  expect(await visit('ada@example.com')).toMatchObject({
    signedIn: true,
    claims: { email: 'ada@example.com', aud: clientId },
  });
  expect(await visit('grace@example.com')).toMatchObject({
    signedIn: false,
    reason: expect.stringContaining('not assigned'),
  });
}

test('TypeScript: people sign in to a new pool, by the provider that is deployed', async () => {
  const stack = await deploy('web-app', { AppUrl: webAppUrl(settings), DomainPrefix: 'e2e-cdk' });
  await expectOnlyTheGroupToSignIn(stack.ClientId);
  const offered = await offeredProviders(settings, stack.UserPoolId, stack.ClientId);
  expect(offered.toSorted()).toEqual(['COGNITO', 'Okta']);
});

test('Python: people sign in to an existing pool, by a provider that the app deploys from the release', async () => {
  await uploadRelease();
  const stack = await deploy('existing-pool', {
    ...(await existingPool()),
    OktaSecretArn: await newSecret(),
  });
  expect(stack).toMatchObject({ ProviderVersion: packageVersion });
  await expectOnlyTheGroupToSignIn(stack.ClientId);
  const offered = await offeredProviders(settings, stack.UserPoolId, stack.ClientId);
  expect(offered.toSorted()).toEqual(['COGNITO', 'Okta']);
});

/** As `cdk bootstrap` and `cdk deploy` do, though under a name that is not the hash. */
async function uploadRelease(): Promise<void> {
  const Bucket = 'cdk-hnb659fds-assets-000000000000-us-east-1';
  const Key = 'okta-cognito-idp.yaml';
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: (await makeRelease())[Key] ?? '' }));
}

/** A pool with a domain and an app client, made by another owner. */
async function existingPool() {
  const { UserPoolId, UserPoolClientId } = await makePoolWithClient(cognito, 'e2e-cdk-existing', {
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    CallbackURLs: [`${webAppUrl(settings)}/callback`],
  });
  return { PoolId: UserPoolId, PoolClientId: UserPoolClientId };
}

async function newSecret(): Promise<string> {
  const { OKTA_ORG_URL: orgUrl, OKTA_API_TOKEN: apiToken } = process.env;
  const secret = { Name: 'e2e-cdk', SecretString: JSON.stringify({ orgUrl, apiToken }) };
  return z.string().parse((await new SecretsManagerClient({}).send(new CreateSecretCommand(secret))).ARN);
}
