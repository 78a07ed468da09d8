/** The example app: deployed, signed in to, rotated, broken by hand and repaired by an Update. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { type SignIn, signIn } from './browser.ts';
import type { Stack } from './cloudformation.ts';
import { type AddedProperty, exampleText } from './examples.ts';
import type { Run } from './run-context.ts';

const application = z.looseObject({
  id: z.string(),
  label: z.string(),
  settings: z.looseObject({ oauthClient: z.looseObject({ redirect_uris: z.array(z.string()) }) }),
});
const secrets = z.array(z.looseObject({ id: z.string(), status: z.string() }));

/** Plays the story; each step that is not as it should be is an error. */
export async function playWebApp(run: Run, browser: Browser): Promise<void> {
  const { settings, stacks, okta, objects, cognito, provider, step } = run;
  const appUrl = `http://localhost:${settings.appPort}`;
  const text = (properties: Readonly<Partial<Record<AddedProperty, string>>>) => ({
    body: exampleText('web-app', {
      serviceToken: `!ImportValue ${provider.exportName}`,
      properties: {
        ...(objects.policyId !== undefined && { AuthenticationPolicy: objects.policyId }),
        ...properties,
      },
    }),
  });
  const parameters = {
    AppUrl: appUrl,
    DomainPrefix: `${settings.prefix}-web`,
    ApplicationLabel: `${settings.prefix} web app`,
    Access: objects.group.name,
  };
  const stack = await step('Deploy examples/web-app.yaml for the group of the run', () =>
    stacks.create('web-app', text({}), parameters),
  );
  const { UserPoolId = '', ClientId = '', ProviderName = '', OktaApplicationId = '' } = stack.outputs;
  const details = await cognito.detailsOf(UserPoolId, ProviderName);
  run.observe("details of Cognito's provider", Object.keys(details).toSorted().join(', '));
  const offered = await cognito.offered(UserPoolId, ClientId);
  run.observe("providers of web-app's client", offered.toSorted().join(', '));

  await using _app = await startApp(run, stack, appUrl);
  const visit = async (what: string) => {
    const result = await step(what, () => untilSignedIn(() => signIn(browser, appUrl, objects.person)));
    if (!result.claims) throw new Error(`${what}: refused: ${result.refusal}`);
    return { ...result, claims: result.claims };
  };
  const first = await visit("Sign the test user in through Okta's page");
  run.observe("Okta's page asks for", first.asked.join(', then '));
  run.observe("claims of Cognito's ID token", Object.keys(first.claims).toSorted().join(', '));

  const before = secrets.parse(
    await okta.call('GET', `/api/v1/apps/${OktaApplicationId}/credentials/secrets`),
  );
  await step('Rotate the client secret (SecretVersion)', () =>
    stack.update(text({ SecretVersion: '1' }), parameters),
  );
  const after = secrets.parse(
    await okta.call('GET', `/api/v1/apps/${OktaApplicationId}/credentials/secrets`),
  );
  const isNew = after.some(({ id, status }) => status === 'ACTIVE' && before.every((old) => old.id !== id));
  if (!isNew) throw new Error('The rotation left no new client secret in Okta.');
  await visit('Sign in with the new client secret');

  const path = `/api/v1/apps/${OktaApplicationId}`;
  const document = application.parse(await okta.call('GET', path));
  await step('Break it by hand: another redirect URI in Okta, no provider in the pool', async () => {
    const oauthClient = {
      ...document.settings.oauthClient,
      redirect_uris: ['https://app.example.com/wrong'],
    };
    await okta.call('PUT', path, { ...document, settings: { ...document.settings, oauthClient } });
    await cognito.deleteProvider(UserPoolId, ProviderName);
  });
  await step('Repair it by an Update (Trigger)', () =>
    stack.update(text({ SecretVersion: '1', Trigger: '1' }), parameters),
  );
  const repaired = application.parse(await okta.call('GET', path));
  const uris = repaired.settings.oauthClient.redirect_uris;
  // The other one may have an owner: it stays.
  if (!document.settings.oauthClient.redirect_uris.every((own) => uris.includes(own))) {
    throw new Error('The Update did not repair the redirect URI in Okta.');
  }
  await visit('Sign in after the repair');
}

/** Okta and Cognito may take seconds until they know of a change. */
async function untilSignedIn(act: () => Promise<SignIn>): Promise<SignIn> {
  const first = await act();
  if (first.claims) return first;
  await pause(10_000);
  return act();
}

/** Starts the example's app on this machine; it ends with the story. */
async function startApp({ settings }: Run, { outputs }: Stack, appUrl: string): Promise<AsyncDisposable> {
  const { local } = settings;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'examples/web-app/app.ts'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        COGNITO_DOMAIN: outputs.Domain,
        USER_POOL_ID: outputs.UserPoolId,
        CLIENT_ID: outputs.ClientId,
        PROVIDER_NAME: outputs.ProviderName,
        APP_URL: appUrl,
        ...(settings.upstreamProxy !== undefined && {
          NODE_USE_ENV_PROXY: '1',
          HTTPS_PROXY: settings.upstreamProxy,
        }),
        ...(local && { NODE_EXTRA_CA_CERTS: `${local.tls}/ca.pem` }),
      },
    },
  );
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => {
      throw new Error(`The example's app did not start at ${appUrl}: set APP_PORT to a free port.`);
    }),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
