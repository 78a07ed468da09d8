import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import { isMarkedFor, type Marker, markerOf } from '../marker/marker.ts';
import type { Observed } from '../observe/observe.ts';
import type { Identity } from '../properties/identity.ts';
import { InvalidRequestError, type Properties } from '../properties/properties.ts';
import { otherAuthentication, wantsProof } from './application-checks.ts';

/** Why an application, or the provider of the wanted name, can't be this resource's. */
export function adoptionProblems(identity: Identity, properties: Properties, observed: Observed): string[] {
  const { application } = observed;
  if (!properties.Adopt) return application ? lossProblems(application, identity) : [];
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
  const method = otherAuthentication(application);
  if (method !== undefined) {
    problems.push(
      `Adopt.ApplicationId: the Okta application ${id} authenticates with ${method}, and Cognito with a client secret only; set its client authentication to Client secret.`,
    );
  }
  if (wantsProof(application)) {
    problems.push(
      `Adopt.ApplicationId: the Okta application ${id} wants a proof of possession (DPoP), and Cognito gives none; switch that off.`,
    );
  }
  const marker = markerOf(application);
  if (marker && !isMarkedFor(application, identity)) problems.push(belongsTo(id, marker, identity));
  return problems;
}

/** Somebody took this resource's marker away, and another resource has adopted the application since. */
function lossProblems(application: Application, identity: Identity): string[] {
  const marker = markerOf(application);
  if (!marker || isMarkedFor(application, identity)) return [];
  return [
    `The Okta application ${application.id} has lost the marker of this resource and belongs to ${marker.logicalResourceId} of ${marker.stackId} now; take this resource out of the template, which leaves the application alone, then put it in anew.`,
  ];
}

/** The application has a marker that is not of this very federation. */
export function belongsTo(id: string, marker: Marker, { stackId, logicalResourceId }: Identity): string {
  return marker.stackId === stackId && marker.logicalResourceId === logicalResourceId
    ? `Adopt.ApplicationId: this resource has adopted the Okta application ${id} for the provider ${marker.providerName} of user pool ${marker.userPoolId}, and one application serves one provider; take the resource out of the template first, which leaves both as they were found, then put it in anew.`
    : `Adopt.ApplicationId: the Okta application ${id} belongs to ${marker.logicalResourceId} of ${marker.stackId} already.`;
}

/**
 * Says whether the pool's provider of the wanted name is somebody else's. It is ours if its client is our application's,
 * also the one that we leave; the one in the physical ID counts also where somebody deleted that application by hand.
 */
export function isForeignProvider(observed: Observed, applicationId: string | undefined): boolean {
  const { provider, application, formerApplication } = observed;
  if (!provider) return false;
  const ours = [application && clientIdOf(application), formerApplication && clientIdOf(formerApplication)];
  return ![...ours, applicationId].includes(provider.clientId);
}

/** The provider of that name is somebody else's. */
export function foreignProvider(
  { userPoolId, providerName }: Identity,
  provider: Pick<IdentityProvider, 'clientId' | 'type'>,
  properties: Pick<Properties, 'Adopt'>,
  cause?: unknown,
): InvalidRequestError {
  const { clientId, type } = provider;
  const has = `ProviderName: user pool ${userPoolId} already has an identity provider ${providerName} that this resource did not make`;
  if (properties.Adopt) {
    return new InvalidRequestError(
      `${has}, and its client is ${clientId}, not that of the application ${properties.Adopt.ApplicationId} in Adopt; adopt the application that it uses, or choose another ProviderName.`,
      { cause },
    );
  }
  // In Okta the client ID is the application's, unless somebody chose another.
  const cure = type === 'OIDC' ? `, or take it over with Adopt: {ApplicationId: ${clientId}}` : '';
  return new InvalidRequestError(`${has}; choose another ProviderName${cure}.`, { cause });
}
