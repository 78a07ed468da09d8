import type { AppClient } from '../cognito/app-clients.ts';
import { type Application, clientIdOf } from '../okta/applications.ts';
import type { Secret } from '../secret.ts';
import type { Metadata } from './observe/discovery.ts';
import type { Observed } from './observe/observed.ts';
import type { Identity } from './properties/identity.ts';
import { signInUrl } from './verify/sign-in-url.ts';
import type { SignInPath } from './verify/verify.ts';

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

/** What the probes walk. */
export function signInPath(
  observed: Observed,
  clientId: string,
  issuer: Metadata,
  scopes: readonly string[],
  { providerName }: Identity,
  clientSecret: Secret,
  provider: SignInPath['provider'],
): SignInPath {
  const { redirectUris } = observed;
  const domains = domainsOf(observed);
  const appClients = appClientsOf(observed);
  return {
    issuer,
    clientId,
    clientSecret,
    scopes,
    redirectUris,
    domains,
    providerName,
    provider,
    appClients,
  };
}

/** Host names of the pool, the one that people see first. */
function domainsOf({ userPool }: Observed): string[] {
  return (userPool?.domains ?? []).map((domain) => domain.host);
}

function appClientsOf({ appClients }: Observed): AppClient[] {
  return [...appClients.values()].filter((client) => client !== undefined);
}
