import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { AppClient } from '../cognito/app-clients.ts';
import type { Secret } from '../secret.ts';
import { allOf } from './all-of.ts';

/** What the sign-in path should be made of. */
export interface SignInPath {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** Host names of the pool. */
  readonly domains: readonly string[];
  readonly providerName: string;
  readonly appClients: readonly AppClient[];
}

/** People can't sign in yet. The message says where the path breaks off. */
export class SignInProbeError extends Error {
  override readonly name = 'SignInProbeError';
}

// Okta and Cognito take seconds to tell all their servers of what is new.
const patienceMs = [0, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * Walks the sign-in path without signing in: Cognito sends the browser to Okta, Okta takes the client and the redirect
 * URI, and the client secret is right.
 * @param signal ends the probes.
 * @throws SignInProbeError that says where the path breaks off; the signal's reason.
 */
export async function verify(path: SignInPath, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    await pause(patienceMs[attempt], undefined, { signal });
    try {
      await probe(path, signal);
      return;
    } catch (error) {
      if (signal.aborted || attempt + 1 >= patienceMs.length) throw error;
    }
  }
}

async function probe(path: SignInPath, signal: AbortSignal): Promise<void> {
  const [okta] = await allOf([
    discover(path, signal),
    ...path.domains.flatMap((domain) =>
      path.appClients.map((appClient) => probeCognito(path, domain, appClient, signal)),
    ),
  ]);
  await allOf([
    ...path.redirectUris.map((redirectUri) => probeAuthorize(path, okta, redirectUri, signal)),
    probeToken(path, okta, signal),
  ]);
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const metadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  scopes_supported: z.array(z.string()).optional(),
});
type Metadata = z.output<typeof metadataSchema>;

/** The issuer must name itself to the letter, or Cognito refuses its tokens: OpenID Connect Discovery 1.0, section 4.3. */
async function discover(path: SignInPath, signal: AbortSignal): Promise<Metadata> {
  const at = `${path.issuer}/.well-known/openid-configuration`;
  const response = await ask(at, { signal });
  const metadata = metadataSchema.safeParse(response.status === 200 ? parseJson(response.body) : undefined);
  if (!metadata.success) {
    throw new SignInProbeError(
      `Okta's discovery document at ${at} is not there or not whole (HTTP ${response.status}).`,
    );
  }
  if (metadata.data.issuer !== path.issuer) {
    throw new SignInProbeError(
      `Okta calls itself ${metadata.data.issuer} and not ${path.issuer}: correct orgUrl in the Okta secret.`,
    );
  }
  const unknown = path.scopes.filter((scope) => metadata.data.scopes_supported?.includes(scope) === false);
  if (unknown.length > 0) {
    throw new SignInProbeError(`Scopes: ${path.issuer} does not offer ${unknown.join(', ')}.`);
  }
  return metadata.data;
}

/**
 * `prompt=none` without a session comes back with `login_required` from a server that takes the client and the redirect
 * URI, and shows an error page where it does not: OpenID Connect Core 1.0, section 3.1.2.6.
 */
async function probeAuthorize(
  path: SignInPath,
  okta: Metadata,
  redirectUri: string,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(okta.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: path.clientId,
    redirect_uri: redirectUri,
    scope: path.scopes.join(' '),
    state: 'probe',
    nonce: 'probe',
    prompt: 'none',
  }).toString();
  const response = await ask(url.href, { signal });
  const back = URL.parse(response.location);
  if (!back || `${back.origin}${back.pathname}` !== redirectUri) {
    throw new SignInProbeError(
      `Okta does not take ${path.clientId} with the redirect URI ${redirectUri} (HTTP ${response.status} from its authorize endpoint).`,
    );
  }
  const error = back.searchParams.get('error');
  if (error !== 'login_required') {
    const description = back.searchParams.get('error_description');
    throw new SignInProbeError(
      `Okta would not sign people in to ${path.clientId}: ${error ?? 'no error, no session'}${description ? ` (${description})` : ''}.`,
    );
  }
}

/** A made-up code is an invalid grant to a server that takes the client secret: RFC 6749, section 5.2. */
async function probeToken(path: SignInPath, okta: Metadata, signal: AbortSignal): Promise<void> {
  const response = await ask(okta.token_endpoint, {
    signal,
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'probe',
      redirect_uri: path.redirectUris[0] ?? '',
      client_id: path.clientId,
      client_secret: path.clientSecret.reveal(),
    }),
  });
  const error = tokenErrorSchema.safeParse(parseJson(response.body)).data?.error;
  if (error === 'invalid_grant') return;
  throw new SignInProbeError(
    error === 'invalid_client'
      ? `Okta does not take the client secret that Cognito has for ${path.clientId}.`
      : `Okta's token endpoint answered ${error ?? `HTTP ${response.status}`} for ${path.clientId}, where invalid_grant was due.`,
  );
}

const tokenErrorSchema = z.looseObject({ error: z.string() });

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
async function probeCognito(
  path: SignInPath,
  domain: string,
  appClient: AppClient,
  signal: AbortSignal,
): Promise<void> {
  const response = await ask(signInUrl(domain, appClient, path.providerName), { signal });
  const next = URL.parse(response.location);
  if (
    !next ||
    next.origin !== new URL(path.issuer).origin ||
    next.searchParams.get('client_id') !== path.clientId
  ) {
    const error = next?.searchParams.get('error_description') ?? next?.searchParams.get('error');
    throw new SignInProbeError(
      `Cognito at ${domain} does not send app client ${appClient.id} to Okta by ${path.providerName} (HTTP ${response.status}${error ? `: ${error}` : ''}).`,
    );
  }
}

/** The link that signs a person in to an app client through this provider. */
export function signInUrl(domain: string, appClient: AppClient, providerName: string): string {
  const query = new URLSearchParams({
    identity_provider: providerName,
    client_id: appClient.id,
    response_type: 'code',
    redirect_uri: appClient.defaultRedirectUri ?? appClient.callbackUrls[0] ?? '',
    // A client may be allowed scopes that are not for people, such as a resource server's own.
    scope:
      appClient.oauthScopes
        .filter((scope) => ['openid', 'email', 'profile', 'phone'].includes(scope))
        .join(' ') || appClient.oauthScopes.join(' '),
  });
  return `https://${domain}/oauth2/authorize?${query}`;
}

interface Reply {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

/** One request, no redirect followed. What goes wrong on the way is part of the answer. */
async function ask(url: string, init: RequestInit & { signal: AbortSignal }): Promise<Reply> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([init.signal, AbortSignal.timeout(10_000)]),
    });
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      body: await response.text(),
    };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new SignInProbeError(`${new URL(url).origin} can't be reached from the function: ${cause}.`, {
      cause: error,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
