import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { AppClient } from '../../cognito/app-clients.ts';
import type { Secret } from '../../secret.ts';
import { allOf } from '../all-of.ts';
import { ask, parseJson, UnreachableError } from '../ask.ts';
import type { Metadata } from '../observe/discovery.ts';
import { signInUrl } from './sign-in-url.ts';

/** What the sign-in path should be made of. */
export interface SignInPath {
  readonly issuer: Metadata;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** Host names of the pool. */
  readonly domains: readonly string[];
  readonly providerName: string;
  readonly appClients: readonly AppClient[];
}

/** People cannot sign in. The message says where the path breaks off. */
export class SignInProbeError extends Error {
  override readonly name = 'SignInProbeError';
}

/** One place where the path may break off. */
export interface Probe {
  readonly name: string;
  /** Asks a host that may have been made just now. */
  readonly asksNewHost?: boolean;
  /** @throws SignInProbeError, UnreachableError */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * The probes of a sign-in path. Together they walk it without signing in: Cognito sends the browser to Okta, Okta takes
 * the client and the redirect URI, and the client secret is right.
 */
export function probesOf(path: SignInPath): Probe[] {
  return [
    ...path.redirectUris.map((redirectUri) => ({
      name: `Okta takes the client with the redirect URI ${redirectUri}`,
      run: (signal: AbortSignal) => probeAuthorize(path, redirectUri, signal),
    })),
    { name: 'Okta takes the client secret', run: (signal: AbortSignal) => probeClientSecret(path, signal) },
    ...path.domains.flatMap((domain) =>
      path.appClients.map((appClient) => ({
        name: `Cognito at ${domain} sends people of app client ${appClient.id} to Okta`,
        asksNewHost: true,
        run: (signal: AbortSignal) => probeCognito(path, domain, appClient, signal),
      })),
    ),
  ];
}

// Okta and Cognito take seconds to tell all their servers of what is new.
const patienceMs = [0, 300, 700, 1_500, 3_000, 6_000];
// A pool's domain, made before this in the same template, is in the DNS within a minute, and so is the record of a custom one:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
const newHostPatienceMs = [...patienceMs, 10_000, 15_000, 20_000, 30_000, 30_000];

/**
 * Runs all probes, and those that fail again for a while.
 * @throws SignInProbeError, UnreachableError of the first that goes on failing; the signal's reason.
 */
export async function verify(probes: readonly Probe[], signal: AbortSignal): Promise<void> {
  await allOf(probes.map((probe) => insist(probe, signal)));
}

async function insist(probe: Probe, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    await pause(newHostPatienceMs[attempt], undefined, { signal });
    try {
      return await probe.run(signal);
    } catch (error) {
      const isNewHost = probe.asksNewHost && error instanceof UnreachableError;
      const { length } = isNewHost ? newHostPatienceMs : patienceMs;
      if (signal.aborted || attempt + 1 >= length) throw error;
    }
  }
}

/**
 * `prompt=none` without a session comes back with `login_required` from a server that takes the client and the redirect
 * URI, and shows an error page where it does not: OpenID Connect Core 1.0, section 3.1.2.6.
 */
async function probeAuthorize(path: SignInPath, redirectUri: string, signal: AbortSignal): Promise<void> {
  const url = new URL(path.issuer.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: path.clientId,
    redirect_uri: redirectUri,
    scope: path.scopes.join(' '),
    state: 'probe',
    nonce: 'probe',
    prompt: 'none',
  }).toString();
  const reply = await ask(url, signal);
  const back = URL.parse(reply.location);
  if (!back || `${back.origin}${back.pathname}` !== redirectUri) {
    throw new SignInProbeError(
      `Okta does not take the client ${path.clientId} with the redirect URI ${redirectUri} (HTTP ${reply.status} from its authorize endpoint).`,
    );
  }
  const error = back.searchParams.get('error');
  if (error === 'login_required') return;
  const description = back.searchParams.get('error_description');
  throw new SignInProbeError(
    error === 'access_denied'
      ? `Okta lets nobody in through the client ${path.clientId} (access_denied: ${description ?? ''}); where Issuer names an authorization server, let an access policy of it take this client.`
      : `Okta would not sign people in through the client ${path.clientId}: ${[error, description].filter(Boolean).join(', ') || 'it asked for nothing'}.`,
  );
}

const tokenErrorSchema = z.object({ error: z.string() });

/** A made-up code is an invalid grant to a server that takes the client secret: RFC 6749, section 5.2. */
export async function probeClientSecret(
  path: Pick<SignInPath, 'issuer' | 'clientId' | 'clientSecret' | 'redirectUris'>,
  signal: AbortSignal,
): Promise<void> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'probe',
    redirect_uri: path.redirectUris[0] ?? '',
    client_id: path.clientId,
    client_secret: path.clientSecret.reveal(),
  });
  const reply = await ask(new URL(path.issuer.token_endpoint), signal, form);
  const error = tokenErrorSchema.safeParse(parseJson(reply.body)).data?.error;
  if (error === 'invalid_grant') return;
  throw new SignInProbeError(tokenProblem(path.clientId, error ?? `HTTP ${reply.status}`));
}

function tokenProblem(clientId: string, error: string): string {
  switch (error) {
    case 'invalid_client':
      return `Okta does not take the client secret that Cognito has for the client ${clientId}; a new SecretVersion makes and sets another.`;
    // Okta's way to say that a proof is missing: https://developer.okta.com/docs/guides/dpop/nonoktaresourceserver/main/
    case 'invalid_dpop_proof':
      return `Okta wants a proof of possession (DPoP) of the client ${clientId}, and Cognito gives none; switch that off on the application.`;
    default:
      return `Okta's token endpoint answered ${error} for the client ${clientId}, where invalid_grant was due.`;
  }
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
async function probeCognito(
  path: SignInPath,
  domain: string,
  appClient: AppClient,
  signal: AbortSignal,
): Promise<void> {
  const reply = await ask(new URL(signInUrl(domain, appClient, path.providerName)), signal);
  const next = URL.parse(reply.location);
  const okta = new URL(path.issuer.authorization_endpoint);
  if (next?.origin === okta.origin && next.searchParams.get('client_id') === path.clientId) return;
  const error = next?.searchParams.get('error_description') ?? next?.searchParams.get('error');
  throw new SignInProbeError(
    `Cognito at ${domain} does not send app client ${appClient.id} to Okta through ${path.providerName} (HTTP ${reply.status}${error ? `, ${error}` : ''}).`,
  );
}
