import type { Allotment } from '../cloudformation/deadline.ts';
import type { AppClient } from '../cognito/app-clients.ts';
import { type Application, clientIdOf } from '../okta/applications.ts';
import type { Observed } from './observe/observed.ts';
import type { Goal } from './plan/goal.ts';
import type { Identity } from './properties/identity.ts';
import { signInUrl } from './verify/sign-in-url.ts';
import { probesOf, type SignInPath, verify } from './verify/verify.ts';

/** What `Fn::GetAtt` gives of a federation that is whole. */
export function attributesOf(
  observed: Observed,
  application: Application,
  issuer: string,
  { providerName }: Identity,
): Record<string, string> {
  const [domain = ''] = domainsOf(observed);
  const [firstClient] = appClientsOf(observed);
  return {
    ProviderName: providerName,
    ApplicationId: application.id,
    ClientId: clientIdOf(application),
    Issuer: issuer,
    RedirectUri: observed.redirectUris[0] ?? '',
    Domain: domain,
    SignInUrl: firstClient ? signInUrl(domain, firstClient, providerName) : '',
  };
}

/**
 * Probes the sign-in as far as `Verify` says.
 * @param client what Okta and Cognito have of the federation's OAuth client.
 * @throws SignInProbeError, UnreachableError, OktaRateLimitError
 */
export async function probeSignIn(
  { identity, properties, issuer }: Goal,
  observed: Observed,
  client: Pick<SignInPath, 'clientId' | 'clientSecret' | 'scopes' | 'provider'>,
  time: Allotment,
): Promise<void> {
  if (!issuer.metadata) return;
  const path: SignInPath = {
    ...client,
    issuer: issuer.metadata,
    redirectUris: observed.redirectUris,
    domains: domainsOf(observed),
    providerName: identity.providerName,
    appClients: appClientsOf(observed),
  };
  await verify(probesOf(path, properties.Verify === 'OktaOnly' ? { half: 'Okta' } : {}), time);
}

/** Host names of the pool, the one that people see first. */
function domainsOf({ userPool }: Observed): string[] {
  return (userPool?.domains ?? []).map((domain) => domain.host);
}

function appClientsOf({ appClients }: Observed): AppClient[] {
  return [...appClients.values()].filter((client) => client !== undefined);
}
