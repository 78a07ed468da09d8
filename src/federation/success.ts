import { formatPhysicalId } from '../cloudformation/physical-id.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { AppClient } from '../cognito/app-clients.ts';
import { type Application, clientIdOf } from '../okta/applications.ts';
import type { Observed } from './observe/observe.ts';
import type { Identity } from './properties/identity.ts';
import { signInUrl } from './verify/sign-in-url.ts';

/** What CloudFormation is told of a federation that is whole: its physical ID, and what `Fn::GetAtt` gives. */
export function success(
  identity: Identity,
  application: Application,
  issuer: string,
  observed: Observed,
): Answer {
  const [domain = ''] = domainsOf(observed);
  const [firstClient] = appClientsOf(observed);
  return {
    status: 'SUCCESS',
    physicalResourceId: formatPhysicalId({ ...identity, applicationId: application.id }),
    data: {
      ProviderName: identity.providerName,
      ApplicationId: application.id,
      ClientId: clientIdOf(application),
      Issuer: issuer,
      RedirectUri: observed.redirectUris[0] ?? '',
      Domain: domain,
      SignInUrl: firstClient ? signInUrl(domain, firstClient, identity.providerName) : '',
    },
  };
}

/** Host names of the pool, the one that people see first. */
export function domainsOf({ userPool }: Observed): string[] {
  return (userPool?.domains ?? []).map((domain) => domain.host);
}

export function appClientsOf({ appClients }: Observed): AppClient[] {
  return [...appClients.values()].filter((client) => client !== undefined);
}
