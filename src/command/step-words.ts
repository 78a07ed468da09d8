import type { Step } from '../federation/plan/steps.ts';

/** Names instead of IDs: those of groups, claims and policies. */
export type NameOf = (id: string) => string;

/** What a step does, in the words of its service's console. */
export function stepWords(step: Step, providerName: string, nameOf: NameOf): string {
  switch (step.do) {
    case 'createApplication':
      return `Okta: create the application "${step.application.label}"`;
    case 'adoptApplication':
      return `Okta: take over the application ${step.applicationId}`;
    case 'replaceApplication':
      return `Okta: change the application "${step.application.label}"`;
    case 'releaseApplication':
      return `Okta: set the application "${step.application.label}" back to how it was found`;
    case 'activateApplication':
      return `Okta: activate the application ${step.applicationId}`;
    case 'deactivateApplication':
      return `Okta: deactivate the application ${step.applicationId}`;
    case 'deleteApplication':
      return `Okta: delete the application ${step.applicationId}`;
    case 'assignGroup':
      return `Okta: assign the group ${nameOf(step.groupId)}`;
    case 'unassignGroup':
      return `Okta: remove the assignment of the group ${nameOf(step.groupId)}`;
    case 'createClaim':
      return `Okta: add the claim ${step.claim.name}`;
    case 'replaceClaim':
      return `Okta: change the claim ${step.claim.name}`;
    case 'deleteClaim':
      return `Okta: delete the claim ${nameOf(step.claimId)}`;
    case 'assignAccessPolicy':
      return `Okta: set the authentication policy ${nameOf(step.policyId)}`;
    case 'createIdentityProvider':
      return `Cognito: create the identity provider ${providerName}`;
    case 'updateIdentityProvider':
      return `Cognito: change the identity provider ${providerName}`;
    case 'deleteIdentityProvider':
      return `Cognito: delete the identity provider ${providerName}`;
    case 'enableOnAppClient':
      return `Cognito: enable ${providerName} on the app client ${step.userPoolClientId}`;
    case 'disableOnAppClient':
      return `Cognito: disable ${providerName} on the app client ${step.userPoolClientId}`;
    case 'disableOnOtherAppClients':
      return `Cognito: disable ${providerName} on every other app client that lists it`;
    default:
      return step satisfies never;
  }
}
