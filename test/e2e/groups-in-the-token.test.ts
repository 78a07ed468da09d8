import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { deleteStack } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { openBrowser, seededPerson } from '../support/browser-of-stack.ts';
import { deployTemplate } from '../support/template-stacks.ts';

const STACK = 'e2e-groups-in-the-token';
const outputs = z.object({
  UserPoolId: z.string(),
  ClientId: z.string(),
  Domain: z.string(),
  ProviderName: z.string(),
});

let settings: Settings;
let browser: Browser;
let stack: z.infer<typeof outputs>;

beforeAll(async () => {
  settings = await readSettings(process.env);
  browser = await openBrowser(settings);
  stack = outputs.parse(
    await deployTemplate(settings, STACK, 'examples/groups-in-the-token.yaml', { GroupPrefix: 'Eng' }),
  );
});

afterAll(async () => {
  await browser?.close();
  await deleteStack(settings, STACK);
});

/** Signs in at the pool's domain, as a person does, until the browser comes back to the app's address. */
async function signIn(email: string): Promise<void> {
  const person = await seededPerson(email);
  const context = await browser.newContext();
  const page = await context.newPage();
  const query = new URLSearchParams({
    client_id: stack.ClientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'https://app.example.com/callback',
    identity_provider: stack.ProviderName,
  });
  await page.goto(`https://${stack.Domain}/oauth2/authorize?${query}`);
  await page.getByLabel('Username').fill(email);
  await page.getByLabel('Password').fill(person?.password ?? '');
  // No app is there: it is enough that the browser is sent to it with a code.
  await Promise.all([
    page.waitForRequest(/^https:\/\/app\.example\.com\/callback\?code=/, { timeout: 180_000 }),
    page.getByRole('button', { name: 'Sign in' }).click(),
  ]);
  await context.close();
}

/** The attributes of the pool's user with this address. */
async function userOf(email: string) {
  const { Users = [] } = await new CognitoIdentityProviderClient({}).send(
    new ListUsersCommand({ UserPoolId: stack.UserPoolId }),
  );
  return Users.map(({ Attributes = [] }) =>
    Object.fromEntries(Attributes.map(({ Name = '', Value = '' }) => [Name, Value])),
  ).find((attributes) => attributes.email === email);
}

test('the user in the pool has those of the person’s Okta groups whose names begin with the prefix', async () => {
  await signIn('ada@example.com');
  expect(await userOf('ada@example.com')).toMatchObject({ 'custom:groups': '[Engineering]' });
});
