import { setTimeout as pause } from 'node:timers/promises';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { BrowserSession } from './browser-session.ts';
import type { AppClient } from './cognito-fake/app-clients.ts';
import { federatedProfile } from './cognito-fake/federated-user.ts';
import type { IdentityProvider } from './cognito-fake/state.ts';
import { providerKey } from './cognito-fake/state.ts';
import { domainHost } from './cognito-fake/user-pools.ts';
import type { LocalOkta } from './local-okta.ts';
import type { Surroundings } from './surroundings.ts';

const users = z.array(z.object({ id: z.string(), email: z.string(), password: z.string() }));
const tokens = z.object({ id_token: z.string(), access_token: z.string() });

/** A user of the seed, with the password that the org made up for them. */
export function seededUser({ okta }: Surroundings) {
  return userOf(okta);
}

/** Ada, as she is in this org. */
export async function userOf(okta: LocalOkta, email = 'ada@example.com') {
  const user = users.parse(await okta.control('GET', '/users')).find((each) => each.email === email);
  if (!user) throw new Error(`The org has no ${email}.`);
  return user;
}

/** Milliseconds for which a rotation leaves the old secret valid. */
const secretStaysMs = 5_000;

/** This machine took longer between reading the secret and using it than a rotation waits for Cognito. */
class TooSlowError extends Error {
  override readonly name = 'TooSlowError';
}

/** Whose sign-in: a pool and its provider, in the fake Cognito. */
export interface Entrance {
  readonly userPoolId: string;
  readonly providerName?: string;
}

/**
 * Signs a user in through a pool's provider, as Cognito does it: with the client, the secret, the scopes and the
 * endpoints that the provider has at that moment.
 *
 * @param hesitation milliseconds between reading the secret and using it.
 * @returns the subject of the ID token, whose signature, issuer and audience are right.
 * @throws Error that says at which step the sign-in failed.
 */
export async function signIn(
  around: Surroundings,
  entrance: Entrance,
  user: { readonly email: string; readonly password: string },
  browser = new BrowserSession(),
  hesitation = 0,
): Promise<string> {
  return (await exchange(around, entrance, user, browser, hesitation)).idToken.sub ?? '';
}

/**
 * Signs a user in, and reads the claims from the answer that this Cognito reads. A list becomes one text.
 * @returns what the user's profile in the pool has then.
 */
export async function signInToPool(
  around: Surroundings,
  entrance: Entrance,
  user: { readonly email: string; readonly password: string },
  client: AppClient,
): Promise<Record<string, string>> {
  const { state } = around.cognito;
  const { userPoolId, providerName = 'Okta' } = entrance;
  const [pool, provider] = [
    state.pools.get(userPoolId),
    state.providers.get(providerKey(userPoolId, providerName)),
  ];
  if (!pool || !provider) throw new Error(`Pool ${userPoolId} has no ${providerName} to sign in with.`);
  const { idToken, accessToken } = await exchange(around, entrance, user, new BrowserSession(), 0);
  const claims = state.behavior.claimsFrom === 'id-token' ? idToken : await userinfo(provider, accessToken);
  const texts = Object.entries(claims).map(([name, value]) => [
    name,
    Array.isArray(value) ? `[${value.join(', ')}]` : String(value),
  ]);
  return federatedProfile(state, pool, client, provider, Object.fromEntries(texts));
}

async function userinfo({ ProviderDetails: details }: IdentityProvider, accessToken: string) {
  const answer = await fetch(details.attributes_url ?? '', {
    method: details.attributes_request_method ?? 'GET',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return z.record(z.string(), z.unknown()).parse(await answer.json());
}

async function exchange(
  { cognito }: Surroundings,
  { userPoolId, providerName = 'Okta' }: Entrance,
  user: { readonly email: string; readonly password: string },
  browser: BrowserSession,
  hesitation: number,
): Promise<{ readonly idToken: JWTPayload; readonly accessToken: string }> {
  const pool = cognito.state.pools.get(userPoolId);
  const provider = () => cognito.state.providers.get(providerKey(userPoolId, providerName))?.ProviderDetails;
  const details = provider();
  const domain = pool?.domains[0];
  if (!pool || !domain || !details)
    throw new Error(`Pool ${userPoolId} has no ${providerName} to sign in with.`);
  const redirectUri = `https://${domainHost(pool, domain)}/oauth2/idpresponse`;
  const query = new URLSearchParams({
    client_id: details.client_id ?? '',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: details.authorize_scopes ?? '',
    state: 'a-state',
  });
  const back = await browser.signIn(`${details.authorize_url}?${query}`, user);
  const code = back.searchParams.get('code');
  if (!back.href.startsWith(redirectUri) || code === null)
    throw new Error(`No code came back: ${back.search}`);
  const secret = provider()?.client_secret ?? '';
  const readAt = performance.now();
  if (hesitation > 0) await pause(hesitation);
  const answer = await fetch(details.token_url ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: details.client_id ?? '',
      client_secret: secret,
    }),
  });
  const body: unknown = await answer.json();
  const received = tokens.safeParse(body);
  if (!received.success && performance.now() - readAt > secretStaysMs) throw new TooSlowError();
  if (!received.success)
    throw new Error(`The token endpoint answers ${answer.status} ${JSON.stringify(body)}`);
  const keys = createRemoteJWKSet(new URL(details.jwks_uri ?? ''));
  const { payload } = await jwtVerify(received.data.id_token, keys, {
    issuer: details.oidc_issuer ?? '',
    audience: details.client_id ?? '',
  });
  return { idToken: payload, accessToken: received.data.access_token };
}

/** What came of many sign-ins. */
export interface Tally {
  readonly count: number;
  readonly failures: readonly string[];
}

/**
 * Signs in over and over, many times a second: at once, and as a slow Cognito does that has read the secret seconds
 * before it uses it.
 *
 * @returns a function that ends it and gives the tally.
 */
export async function keepSigningIn(around: Surroundings, entrance: Entrance): Promise<() => Promise<Tally>> {
  const user = await seededUser(around);
  const failures: string[] = [];
  let count = 0;
  let going = true;
  const one = async (browser: BrowserSession, hesitation: number) => {
    count += 1;
    await signIn(around, entrance, user, browser, hesitation).catch((error: unknown) => {
      if (!(error instanceof TooSlowError)) failures.push(String(error));
    });
  };
  const client = async (hesitation: number, rest: number) => {
    const browser = new BrowserSession();
    while (going) {
      await one(browser, hesitation);
      await pause(rest);
    }
  };
  const clients = [client(0, 20), client(0, 35), client(1_500, 10), client(2_500, 10)];
  return async () => {
    going = false;
    await Promise.all(clients);
    return { count, failures };
  };
}
