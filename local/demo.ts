/**
 * `make demo`: the whole story with a real browser, told as it goes. `KEEP=1` stops half-way, with all of it running.
 *
 * The demo deploys a template that was not written for the provider, signs a person in through Okta, updates the template
 * and deletes its stack. At the end Okta and Cognito hold what they held before.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { type BrowserSettings, chromiumSwitches, launchBrowser, signIn } from './browser.ts';
import { findChromium } from './chromium.ts';
import { deleteStack, deployStack, stackOutputs } from './deploy.ts';
import { command, narrate } from './narration.ts';
import { runningServices } from './processes.ts';
import { bringUp } from './provider-stack.ts';
import { readSettings, readSideSettings, refuseTakenPorts, type Settings, stateFile } from './settings.ts';
import { stopStack } from './stack.ts';
import { addNeighbors, differences, offeredProviders, readSurroundings } from './surroundings.ts';
import { startWebApp, WEB_APP_TEMPLATE, webAppUrl } from './web-app.ts';

const STACK = 'demo-web-app';
const FIRST_VISIT = { app: '01-app.png', 'okta-sign-in': '02-okta-sign-in.png', end: '03-signed-in.png' };
const PICTURES = [...Object.values(FIRST_VISIT), '04-not-assigned.png', '05-other-group.png'];
const people = z.array(z.object({ email: z.string(), password: z.string(), groups: z.array(z.string()) }));

await command('demo', demo, stopStack, demoSettings);

/** If the stack of `make up` runs, it is left alone: the demo then uses its own folder and ports. */
async function demoSettings(environment: NodeJS.ProcessEnv): Promise<Settings> {
  const usual = await readSettings(environment);
  if (runningServices(usual).length === 0) return usual;
  const aside = await readSideSettings(environment, 'demo');
  await stopStack(aside);
  console.log('A local stack is running already; the demo starts one of its own beside it.');
  return aside;
}

async function demo(settings: Settings): Promise<number> {
  const keep = !['', '0', undefined].includes(process.env.KEEP);
  const pictures = join(settings.root, '.local', 'demo');
  mkdirSync(pictures, { recursive: true });
  for (const picture of PICTURES) rmSync(join(pictures, picture), { force: true });
  await refuseTakenPorts(settings, ['APP_PORT']);
  const chromium = await findChromium(settings, narrate);

  const stack = await bringUp(settings, narrate);
  const { ada, grace } = await seededPeople(stack.OKTA_ADMIN_URL);
  await addNeighbors(settings, stack);
  const before = await readSurroundings(settings, stack);

  const parameters = { AppUrl: webAppUrl(settings), ApplicationLabel: 'Demo', Access: 'Engineering' };
  await narrate(`Deploy ${WEB_APP_TEMPLATE} for the Okta group Engineering (samlocal deploy)`, () =>
    deployStack(settings, STACK, WEB_APP_TEMPLATE, parameters),
  );
  const webApp = await narrate(`Start the example's app at ${webAppUrl(settings)}`, async () =>
    startWebApp(settings, await stackOutputs(settings, STACK)),
  );

  const offered = await offeredProviders(settings, webApp.UserPoolId, webApp.ClientId);
  console.log(`  The app client offers ${offered.join(', ')}`);

  const browserSettings: BrowserSettings = {
    chromium,
    cognitoTlsPort: settings.ports.COGNITO_TLS_PORT,
    publicKeyHashFile: stateFile(settings, 'tls', 'spki-sha256'),
  };
  const browser = await launchBrowser(browserSettings);
  try {
    const photograph = (page: Page, of: 'app' | 'okta-sign-in' | 'end') =>
      page.screenshot({ path: join(pictures, FIRST_VISIT[of]), fullPage: true });
    const first = await narrate(`Sign in as ${ada.email} with the browser, by the app's own link`, () =>
      signIn(browser, webAppUrl(settings), ada, photograph),
    );
    if (!first.signedIn) throw new Error(`${ada.email} could not sign in: ${first.reason}`);
    console.log('  The claims of the ID token that the app checked:');
    for (const [name, value] of Object.entries(first.claims))
      console.log(`    ${name.padEnd(18)} ${show(value)}`);
    console.log(`  Pictures: ${relative(process.cwd(), pictures)}/`);

    if (keep) {
      tellHowToVisit(browserSettings, webAppUrl(settings), webApp.SignInUrl, ada);
      return 0;
    }
    await update(settings, browser, parameters, { ada, grace }, pictures);
  } finally {
    await browser.close();
  }

  await narrate('Delete the stack', () => deleteStack(settings, STACK));
  const left = differences(before, await readSurroundings(settings, stack));
  if (left.length > 0) throw new Error(`These are not as they were: ${left.join(', ')}`);
  console.log('  Okta and Cognito are as they were, each read through its API:');
  for (const path of Object.keys(before)) console.log(`    ${path}`);
  await narrate('Stop the local stack', () => stopStack(settings));
  console.log(`demo: signed in as ${ada.email} with ${webApp.ProviderName}; everything removed`);
  return 0;
}

/** Another label and another group, in place: only a person who is in the group now can sign in. */
async function update(
  settings: Settings,
  browser: Browser,
  parameters: Record<string, string>,
  { ada, grace }: { ada: Person; grace: Person },
  pictures: string,
): Promise<void> {
  const changed = { ...parameters, ApplicationLabel: 'Demo, renamed', Access: 'Finance' };
  await narrate('Update the stack: another label, and the Okta group Finance instead', () =>
    deployStack(settings, STACK, WEB_APP_TEMPLATE, changed),
  );
  const keepEnd = (file: string) => async (page: Page, of: string) => {
    if (of === 'end') await page.screenshot({ path: join(pictures, file), fullPage: true });
  };
  const refused = await narrate(`Try to sign in as ${ada.email}, who is not in Finance`, () =>
    signIn(browser, webAppUrl(settings), ada, keepEnd('04-not-assigned.png')),
  );
  if (refused.signedIn) throw new Error(`${ada.email} could still sign in after the update.`);
  console.log(`  refused: ${refused.reason}`);
  const second = await narrate(`Sign in as ${grace.email}, who is`, () =>
    signIn(browser, webAppUrl(settings), grace, keepEnd('05-other-group.png')),
  );
  if (!second.signedIn) throw new Error(`${grace.email} could not sign in: ${second.reason}`);
  console.log(`  signed in: ${second.claims.email}`);
}

type Person = z.infer<typeof people>[number];

async function seededPeople(adminUrl: string): Promise<{ ada: Person; grace: Person }> {
  const all = people.parse(await (await fetch(`${adminUrl}/users`)).json());
  const [ada] = all.filter(({ groups }) => groups.includes('Engineering'));
  const [grace] = all.filter(({ groups }) => groups.includes('Finance'));
  if (ada === undefined || grace === undefined) throw new Error('The local Okta org lacks its seeded users.');
  return { ada, grace };
}

function tellHowToVisit(browser: BrowserSettings, appUrl: string, signInUrl: string, person: Person): void {
  const switches = [...chromiumSwitches(browser), '--user-data-dir=/tmp/okta-cognito-idp-demo', appUrl];
  console.log(`
Everything is left running; make down stops it.
  Link      ${appUrl}
  Hosted UI ${signInUrl}
  User      ${person.email}
  Password  ${person.password}
Cognito's domain is on this machine, so a browser needs its address:
  ${browser.chromium.executablePath} ${switches.map((each) => `'${each}'`).join(' ')}`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
