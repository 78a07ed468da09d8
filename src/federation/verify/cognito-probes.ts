import type { Allotment } from '../../cloudformation/deadline.ts';
import type { AppClient } from '../../cognito/app-clients.ts';
import { ask } from '../ask.ts';
import { type SignInPath, SignInProbeError } from './sign-in-path.ts';
import { signInUrl } from './sign-in-url.ts';

/** What AWS WAF answers with: Block by default 403, CAPTCHA 405, and what a rule's custom response says. */
const webAclStatuses = new Set([401, 403, 405, 429]);

/**
 * Asks the pool's domain to send an app client's people on to Okta.
 * @throws SignInProbeError, UnreachableError
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export async function probeCognito(
  path: SignInPath,
  domain: string,
  appClient: AppClient,
  time: Allotment,
): Promise<void> {
  const url = new URL(signInUrl(domain, appClient, path.providerName));
  const { status, location } = await ask(url, time.signal);
  if (webAclStatuses.has(status) && !location) throw new SignInProbeError(webAclProblem(domain, status));
  const next = URL.parse(location);
  const okta = new URL(path.issuer.authorization_endpoint);
  const clientId = next?.searchParams.get('client_id');
  if (next?.origin === okta.origin && clientId === path.clientId) return;
  const error = next?.searchParams.get('error_description') ?? next?.searchParams.get('error');
  const what = `Cognito at ${domain} does not send people of app client ${appClient.id} to Okta through the identity provider ${path.providerName}`;
  const isOnItsWay = next && !error && next.hostname !== domain;
  throw new SignInProbeError(
    isOnItsWay
      ? `${what} with the client ID ${path.clientId} (HTTP ${status}): it sends them to ${next.origin} with the client ID ${clientId ?? '(none)'}. Check the client ID and the issuer of the identity provider ${path.providerName}.`
      : `${what} (HTTP ${status}${error ? `, ${error}` : ''}). Check that the app client lists ${path.providerName} in SupportedIdentityProviders, and that ${url.searchParams.get('redirect_uri') || 'a URL'} is in its CallbackURLs. If the domain uses managed login, give the app client a branding style (AWS::Cognito::ManagedLoginBranding).`,
  );
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html */
function webAclProblem(domain: string, refusedWith: number): string {
  return `The user pool's domain ${domain} answered HTTP ${refusedWith} to /oauth2/authorize without a redirect. A web ACL (AWS WAF) of the user pool probably blocks the probe. Allow requests with a User-Agent that begins with okta-cognito-idp/, for the path /oauth2/authorize, from the egress IP address of the provider function (or of the machine that runs the doctor); or set Verify to OktaOnly.`;
}
