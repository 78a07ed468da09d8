import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { launchBrowser } from '../../local/browser.ts';
import { findChromium } from '../../local/chromium.ts';
import { type Settings, stateFile } from '../../local/settings.ts';

const people = z.array(z.object({ email: z.string(), password: z.string() }));

/** A browser that reaches the local stack's user pools at their own domains. */
export async function openBrowser(settings: Settings): Promise<Browser> {
  return launchBrowser({
    chromium: await findChromium(settings, (_what, act) => act()),
    cognitoTlsPort: settings.ports.COGNITO_TLS_PORT,
    publicKeyHashFile: stateFile(settings, 'tls', 'spki-sha256'),
  });
}

/** A person of the local stack's Okta org, with the password that the org made up for them. */
export async function seededPerson(email: string) {
  const answer = await fetch(`${process.env.OKTA_ADMIN_URL}/users`);
  const person = people.parse(await answer.json()).find((each) => each.email === email);
  if (person === undefined) throw new Error(`The local Okta org has no ${email}.`);
  return person;
}
