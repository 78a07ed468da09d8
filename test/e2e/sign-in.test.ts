import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { signIn } from '../../local/browser.ts';
import { awsClient, deleteStack } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { offeredProviders } from '../../local/surroundings.ts';
import { startWebApp, stopWebApp, WEB_APP_TEMPLATE, webAppUrl } from '../../local/web-app.ts';
import { openBrowser, seededPerson } from '../support/browser-of-stack.ts';
import { deployTemplate } from '../support/template-stacks.ts';

const STACK = 'e2e-sign-in';
const outputs = z.object({
  UserPoolId: z.string(),
  ClientId: z.string(),
  OktaApplicationId: z.string(),
  SignInUrl: z.url(),
});

describe('a template that is not prepared for the provider', () => {
  let settings: Settings;
  let browser: Browser;
  let ada: { email: string; password: string };
  let grace: { email: string; password: string };
  let stack: z.infer<typeof outputs>;

  const deploy = (changes: Record<string, string>) =>
    deployTemplate(settings, STACK, WEB_APP_TEMPLATE, { AppUrl: webAppUrl(settings), ...changes });
  const visit = (person: { email: string; password: string }) => signIn(browser, webAppUrl(settings), person);
  const okta = (path: string) =>
    fetch(`${process.env.OKTA_ORG_URL}${path}`, {
      headers: { authorization: `SSWS ${process.env.OKTA_API_TOKEN}` },
    });

  beforeAll(async () => {
    settings = await readSettings(process.env);
    browser = await openBrowser(settings);
    ada = await seededPerson('ada@example.com');
    grace = await seededPerson('grace@example.com');
    const deployed = await deploy({ ApplicationLabel: 'E2E', Access: 'Engineering' });
    stack = outputs.parse(deployed);
    await startWebApp(settings, deployed);
  });

  afterAll(async () => {
    await browser?.close();
    await stopWebApp(settings);
    // Already gone if the last test passed.
    await deleteStack(settings, STACK).catch(() => undefined);
  });

  test('a person of the assigned group signs in through the link of the app', async () => {
    const result = await visit(ada);
    expect(result).toMatchObject({
      signedIn: true,
      claims: {
        email: ada.email,
        given_name: 'Ada',
        family_name: 'Lovelace',
        aud: stack.ClientId,
        'cognito:username': expect.stringMatching(/^Okta_/),
      },
    });
  });

  test('a person outside of that group is refused by Okta', async () => {
    const result = await visit(grace);
    expect(result).toEqual({ signedIn: false, reason: expect.stringContaining('not assigned') });
  });

  test('the app client still offers the providers that it had', async () => {
    const offered = await offeredProviders(settings, stack.UserPoolId, stack.ClientId);
    expect(offered.toSorted()).toEqual(['COGNITO', 'Google', 'Okta']);
  });

  test('the output SignInUrl leads to the sign-in page of Okta', async () => {
    const page = await browser.newPage();
    await page.goto(stack.SignInUrl);
    expect(page.url()).toContain(process.env.OKTA_ORG_URL);
    expect(await page.getByLabel('Password').isVisible()).toBe(true);
    await page.close();
  });

  test('an update to another label and another group keeps the Okta application', async () => {
    const after = outputs.parse(await deploy({ ApplicationLabel: 'E2E, renamed', Access: 'Finance' }));
    const application = await (await okta(`/api/v1/apps/${stack.OktaApplicationId}`)).json();
    expect(after.OktaApplicationId).toBe(stack.OktaApplicationId);
    expect(application).toMatchObject({ label: 'E2E, renamed', status: 'ACTIVE' });
    expect(await visit(grace)).toMatchObject({ signedIn: true, claims: { email: grace.email } });
    expect(await visit(ada)).toMatchObject({ signedIn: false });
  });

  test('deleting the stack leaves neither the application nor the pool', async () => {
    await deleteStack(settings, STACK);
    const client = new CognitoIdentityProviderClient(awsClient(settings));
    const describe = client.send(new DescribeUserPoolCommand({ UserPoolId: stack.UserPoolId }));
    await expect(describe).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect((await okta(`/api/v1/apps/${stack.OktaApplicationId}`)).status).toBe(404);
  });
});
