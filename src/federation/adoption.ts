import type { Identity } from './identity.ts';
import { isMarkedFor, markerOf } from './marker.ts';
import type { Observed } from './observe.ts';
import { clientIdOf } from './plan.ts';
import { InvalidRequestError, type Properties } from './properties.ts';

/** Why an application, or the provider of the wanted name, can't be this resource's. */
export function adoptionProblems(identity: Identity, properties: Properties, observed: Observed): string[] {
  const { application } = observed;
  if (!properties.Adopt) return [];
  const id = properties.Adopt.ApplicationId;
  if (!application || application.id !== id) {
    return [
      `Adopt.ApplicationId: Okta has no application ${id}; check the ID, and the org of the Okta secret.`,
    ];
  }
  const problems: string[] = [];
  const type = application.settings?.oauthClient?.application_type;
  if (application.signOnMode !== 'OPENID_CONNECT' || (type !== undefined && type !== 'web')) {
    problems.push(`Adopt.ApplicationId: the Okta application ${id} is not an OIDC Web application.`);
  }
  const marker = markerOf(application);
  if (marker && !isMarkedFor(application, identity)) {
    problems.push(
      `Adopt.ApplicationId: the Okta application ${id} belongs to ${marker.logicalResourceId} of ${marker.stackId} already.`,
    );
  }
  return problems;
}

/**
 * Says whether the pool's provider of the wanted name is somebody else's. It is ours if its client is our application's;
 * the one in the physical ID counts also where somebody deleted that application by hand.
 */
export function isForeignProvider(observed: Observed, applicationId: string | undefined): boolean {
  const { provider, application } = observed;
  if (!provider) return false;
  return ![application && clientIdOf(application), applicationId].includes(provider.clientId);
}

/**
 * The provider of that name is somebody else's.
 * @param clientId that the provider has; in Okta, the ID of its application unless somebody chose another.
 */
export function foreignProvider(identity: Identity, clientId: string, cause?: unknown): InvalidRequestError {
  return new InvalidRequestError(
    `ProviderName: user pool ${identity.userPoolId} already has an identity provider ${identity.providerName} that this resource did not make; choose another ProviderName, or take it over with Adopt: {ApplicationId: ${clientId}}.`,
    { cause },
  );
}
