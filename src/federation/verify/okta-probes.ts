import * as z from 'zod/mini';
import type { Allotment } from '../../cloudformation/deadline.ts';
import { parseJson } from '../../json.ts';
import { askOkta } from '../ask-okta.ts';
import { type SignInPath, SignInProbeError } from './sign-in-path.ts';

/**
 * `prompt=none` without a session comes back with `login_required` from a server that accepts the client and the redirect
 * URI, and shows an error page if the server rejects one of them: OpenID Connect Core 1.0, section 3.1.2.6.
 * @throws SignInProbeError, UnreachableError, OktaRateLimitError
 */
export async function probeAuthorize(path: SignInPath, redirectUri: string, time: Allotment): Promise<void> {
  // Without it Okta complains of the nonce, which only the probe sends.
  if (!path.scopes.includes('openid')) {
    throw new SignInProbeError(
      `Scopes must contain openid; they are ${path.scopes.join(' ') || 'empty'}. Add openid.`,
    );
  }
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
  const { status, location } = await askOkta(url, time);
  const back = URL.parse(location);
  if (status >= 500) {
    throw new SignInProbeError(
      `Okta's authorize endpoint answered HTTP ${status} for client ${path.clientId}. Deploy again in a few minutes.`,
    );
  }
  if (!back || `${back.origin}${back.pathname}` !== redirectUri) {
    throw new SignInProbeError(
      `Okta rejected client ${path.clientId} with the redirect URI ${redirectUri} (HTTP ${status} from its authorize endpoint). Check that the application is active and that its sign-in redirect URIs contain this one.`,
    );
  }
  const error = back.searchParams.get('error');
  if (error === 'login_required') return;
  const description = back.searchParams.get('error_description');
  throw new SignInProbeError(
    error === 'access_denied'
      ? `Okta denied access for client ${path.clientId} (access_denied: ${description ?? 'no reason given'}). If Issuer names an authorization server, add the client to one of its access policies.`
      : `Okta refused to sign people in through client ${path.clientId}: ${[error, description].filter(Boolean).join(', ') || 'its answer names no error'}. Check the application's settings and Scopes.`,
  );
}

const tokenErrorSchema = z.object({ error: z.string() });

/**
 * A made-up code is an invalid grant to a server that accepts the client secret: RFC 6749, section 5.2.
 * @param fixForSecret what to do if Okta rejects the secret: a sentence.
 * @throws SignInProbeError, UnreachableError, OktaRateLimitError
 */
export async function probeClientSecret(
  path: Pick<SignInPath, 'issuer' | 'clientId' | 'clientSecret' | 'redirectUris'>,
  fixForSecret: string,
  time: Allotment,
): Promise<void> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'probe',
    redirect_uri: path.redirectUris[0] ?? '',
    client_id: path.clientId,
    client_secret: path.clientSecret.reveal(),
  });
  const reply = await askOkta(new URL(path.issuer.token_endpoint), time, form);
  const error = tokenErrorSchema.safeParse(parseJson(reply.body)).data?.error;
  if (error === 'invalid_grant') return;
  throw new SignInProbeError(tokenProblem(path.clientId, error ?? `HTTP ${reply.status}`, fixForSecret));
}

function tokenProblem(clientId: string, error: string, fixForSecret: string): string {
  switch (error) {
    case 'invalid_client':
      return `Okta rejected the client secret of client ${clientId}. ${fixForSecret}`;
    // Okta's way to say that a proof is missing: https://developer.okta.com/docs/guides/dpop/nonoktaresourceserver/main/
    case 'invalid_dpop_proof':
      return `Okta requires DPoP of client ${clientId}, which Cognito does not support. Turn it off on the application.`;
    default:
      return `Okta's token endpoint answered ${error} for client ${clientId} instead of invalid_grant. Check that the application allows the authorization code grant and authenticates with a client secret.`;
  }
}
