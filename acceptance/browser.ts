/** A browser for the run, and a person's way through Okta's own sign-in page. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, type Locator, type Page, chromium as playwright } from 'playwright-core';
import { z } from 'zod';
import { launchBrowser } from '../local/browser.ts';
import { findChromium } from '../local/chromium.ts';
import { readSettings } from '../local/settings.ts';
import type { AcceptanceSettings, Person } from './settings.ts';
import type { Narrate } from './undo.ts';

const WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 300;
// Okta locks a user after a few wrong passwords.
const MOST_PASSWORDS = 2;

/** Starts a browser without a window: with no rules of its own, unless the hosts are those of the local stack. */
export async function openBrowser({ local }: AcceptanceSettings, narrate: Narrate): Promise<Browser> {
  const chromium = await findChromium(await readSettings(process.env), narrate);
  if (local) {
    const publicKeyHashFile = join(local.tls, 'spki-sha256');
    return launchBrowser({ chromium, cognitoTlsPort: local.cognitoTlsPort, publicKeyHashFile });
  }
  return playwright.launch({
    executablePath: chromium.executablePath,
    headless: true,
    // The run removes what it created first; Playwright would end the process.
    handleSIGINT: false,
    handleSIGTERM: false,
    env: { ...process.env, ...chromium.environment },
    // Chromium's sandbox refuses to run as root, which is what a container's user often is.
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

const claims = z.record(z.string(), z.unknown());

/** How a sign-in ended. */
export interface SignIn {
  /** The claims of Cognito's ID token; undefined if the person was refused. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** What Okta's page asked for: `username, password` on one page, or one after another. */
  readonly asked: readonly string[];
  /** What the last page says, if the person was refused. */
  readonly refusal: string;
}

/**
 * Signs in as a person does: the app's link, Okta's page, and back; in a browser without cookies.
 *
 * @param withinMs - how long Okta's page may take, in milliseconds
 * @throws Error if Okta's page asks for something that a test user cannot give
 */
export async function signIn(
  browser: Browser,
  appUrl: string,
  person: Person,
  withinMs = WITHIN_MS,
): Promise<SignIn> {
  const context = await browser.newContext();
  try {
    context.setDefaultTimeout(WITHIN_MS);
    const page = await context.newPage();
    await page.goto(appUrl);
    await page.getByRole('link', { name: /^Sign in with / }).click();
    await page.waitForURL((url) => !url.href.startsWith(appUrl), { waitUntil: 'commit' });
    const asked = await passOkta(page, appUrl, person, withinMs);
    const answer = await page.request.get(new URL('/claims', appUrl).href);
    const isIn = page.url().startsWith(appUrl) && answer.ok();
    return {
      claims: isIn ? claims.parse(await answer.json()) : undefined,
      asked,
      refusal: isIn
        ? ''
        : await textOf(page.locator('main p, .o-form-error-container, [role=alert], h1, h2, p')),
    };
  } finally {
    await context.close();
  }
}

// The hosted page of Identity Engine, that of the Classic Engine, and the local one.
const username =
  'input[name="identifier"], input[name="username"], #okta-signin-username, #idp-discovery-username';
const password = 'input[type="password"]';
const submit = 'input[type="submit"], button[type="submit"]';
const passwordAuthenticator = '[data-se="okta_password"] a, [data-se="okta_password"] button';
const later = /^(set up later|remind me later|skip setup|continue|not now)$/i;

/** Fills in what Okta's page asks for, step by step, until the browser leaves the org. */
async function passOkta(page: Page, appUrl: string, person: Person, withinMs: number): Promise<string[]> {
  const asked: string[] = [];
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (page.url().startsWith(appUrl) && !page.url().startsWith(`${appUrl}/sign-in`)) return asked;
    const passwords = asked.filter((each) => each.includes('password')).length;
    if (passwords >= MOST_PASSWORDS && (await isVisible(page.locator(password).first()))) break;
    const step = await nextStep(page, person);
    if (step === 'ended') return asked;
    if (step !== 'wait') asked.push(step);
    await pause(LOOK_EVERY_MS);
  }
  const title = await page.title();
  throw new Error(
    `Okta's page "${title}" does not let the test user on after ${asked.join(', ') || 'nothing'}: check the sign-on policies of the org (docs/acceptance.md).`,
  );
}

/** Does the one thing that the page asks for now. A page may change under our hands: then we look again. */
async function nextStep(page: Page, person: Person): Promise<string> {
  try {
    const fields = {
      username: page.locator(username).first(),
      password: page.locator(password).first(),
    };
    const asksNameFirst = await isVisible(fields.username);
    const asksPassword = await isVisible(fields.password);
    // The page may have drawn both fields between these two looks.
    const asksName = asksPassword ? await isVisible(fields.username) : asksNameFirst;
    if (asksName || asksPassword) {
      if (asksName) await fields.username.fill(person.username);
      if (asksPassword) await fields.password.fill(person.password);
      const button = page.locator(submit).first();
      const field = asksPassword ? fields.password : fields.username;
      await send(page, (await isVisible(button)) ? () => button.click() : () => field.press('Enter'));
      return [asksName && 'username', asksPassword && 'password'].filter(Boolean).join(' and ');
    }
    const choice = page.locator(passwordAuthenticator).first();
    if (await isVisible(choice)) {
      await send(page, () => choice.click());
      return 'an authenticator';
    }
    const skip = page
      .getByRole('button', { name: later })
      .or(page.getByRole('link', { name: later }))
      .first();
    if (await isVisible(skip)) {
      await send(page, () => skip.click());
      return 'an enrollment that can wait';
    }
    // Okta refuses a person on a page of its own.
    const isLoaded = (await page.evaluate('document.readyState')) === 'complete';
    const refused = page
      .getByText(/not assigned|access denied|unable to sign in|do not have permission/i)
      .first();
    return isLoaded && (await isVisible(refused)) ? 'ended' : 'wait';
  } catch (error) {
    if (error instanceof Error && /closed|crashed/i.test(error.message)) throw error;
    return 'wait';
  }
}

/** Clicks or presses a key, and waits a moment for the page to change. */
async function send(page: Page, act: () => Promise<void>): Promise<void> {
  const before = await page.content();
  await act();
  for (let looks = 0; looks < 30; looks++) {
    await pause(100);
    if ((await page.content().catch(() => '')) !== before) return;
  }
}

const isVisible = (locator: Locator) => locator.isVisible().catch(() => false);

async function textOf(locator: Locator): Promise<string> {
  const texts = await locator.allTextContents().catch(() => []);
  return texts.map((text) => text.trim()).find((text) => text !== '') ?? 'the page says nothing';
}
