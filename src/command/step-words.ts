import type { Step } from '../federation/plan/steps.ts';

/** What a step does, in the words of its service's console. */
export function stepWords(step: Step, providerName: string, groupName: (id: string) => string): string {
  switch (step.do) {
    case 'createApplication':
      return `Okta: create the application "${step.application.label}"`;
    case 'adoptApplication':
      return `Okta: take over the application ${step.applicationId}`;
    case 'replaceApplication':
      return `Okta: change the application "${step.application.label}"`;
    case 'activateApplication':
      return `Okta: activate the application ${step.applicationId}`;
    case 'assignGroup':
      return `Okta: assign the group ${groupName(step.groupId)}`;
    case 'unassignGroup':
      return `Okta: remove the assignment of the group ${groupName(step.groupId)}`;
    case 'createIdentityProvider':
      return `Cognito: create the identity provider ${providerName}`;
    case 'updateIdentityProvider':
      return `Cognito: change the identity provider ${providerName}`;
    case 'enableOnAppClient':
      return `Cognito: enable ${providerName} on the app client ${step.userPoolClientId}`;
    case 'disableOnAppClient':
      return `Cognito: disable ${providerName} on the app client ${step.userPoolClientId}`;
    default: {
      const words = step.do.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      return `${words[0]?.toUpperCase()}${words.slice(1)}`;
    }
  }
}
