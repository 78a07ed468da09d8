/** A real browser that takes this machine for Cognito, and a person's way through a sign-in. */
import { readFileSync } from 'node:fs';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import * as z from 'zod';
import type { Chromium } from './chromium.ts';

// A bound for what never comes: on a busy machine a page may take half a minute.
const PAGE_WITHIN_MS = 180_000;

/** What the browser has to know of the stack. */
export interface BrowserSettings {
  readonly chromium: Chromium;
  /** The address of the TLS front. */
  readonly cognitoTlsPort: number;
  /** The file with the hash of the TLS front's public key. */
  readonly publicKeyHashFile: string;
}

/**
 * Chromium's switches: user pool domains are on this machine, no other name leads anywhere, and exactly the front's key
 * is trusted: ignoring all certificate errors would hide a wrong host.
 */
export function chromiumSwitches({ cognitoTlsPort, publicKeyHashFile }: BrowserSettings): string[] {
  const rules = [
    `MAP *.amazoncognito.com 127.0.0.1:${cognitoTlsPort}`,
    'MAP * ~NOTFOUND',
    'EXCLUDE 127.0.0.1',
    'EXCLUDE localhost',
  ];
  return [
    `--host-resolver-rules=${rules.join(' , ')}`,
    `--ignore-certificate-errors-spki-list=${readFileSync(publicKeyHashFile, 'utf8').trim()}`,
    '--no-proxy-server',
    // Chromium's sandbox refuses to run as root, which is what a container's user often is.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/** Starts the browser, without a window. */
export function launchBrowser(settings: BrowserSettings): Promise<Browser> {
  const { executablePath, environment } = settings.chromium;
  return playwright.launch({
    executablePath,
    headless: true,
    timeout: PAGE_WITHIN_MS,
    // The command that uses it cleans up first; Playwright would end the process.
    handleSIGINT: false,
    handleSIGTERM: false,
    env: { ...process.env, ...environment },
    args: [...chromiumSwitches(settings), '--disable-background-networking', '--disable-gpu'],
  });
}

const claimsOf = z.looseObject({ email: z.string(), 'cognito:username': z.string() });

/** How a person's way through a sign-in ended. */
export type SignIn =
  | { readonly signedIn: true; readonly claims: z.infer<typeof claimsOf> }
  | { readonly signedIn: false; readonly reason: string };

/**
 * Signs in as a person would: the app's link, Okta's page, and back; in a browser without cookies.
 *
 * @param photograph - is given each page in turn: the app's, Okta's, and the last
 * @returns the claims that the app checked, or what refused the person
 */
export async function signIn(
  browser: Browser,
  appUrl: string,
  person: { email: string; password: string },
  photograph: (page: Page, of: 'app' | 'okta-sign-in' | 'end') => Promise<unknown> = async () => undefined,
): Promise<SignIn> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });
  try {
    context.setDefaultTimeout(PAGE_WITHIN_MS);
    const page = await context.newPage();
    await page.goto(appUrl);
    await photograph(page, 'app');
    await page.getByRole('link', { name: /^Sign in with / }).click();
    await page.getByLabel('Username').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await photograph(page, 'okta-sign-in');
    const left = page.url();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.href !== left, {
      waitUntil: 'load',
    });
    await photograph(page, 'end');
    const answer = await page.request.get(new URL('/claims', appUrl).href);
    if (!answer.ok()) return { signedIn: false, reason: await reasonOn(page) };
    return { signedIn: true, claims: claimsOf.parse(await answer.json()) };
  } finally {
    await context.close();
  }
}

/** What a page of the app says below its title. */
async function reasonOn(page: Page): Promise<string> {
  const paragraph = page.locator('main p').first();
  return (
    (await paragraph.textContent({ timeout: 10_000 }).catch(() => null)) ??
    `the browser ended at ${page.url()}`
  );
}
