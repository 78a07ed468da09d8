import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { clientIdOf } from '../../okta/applications.ts';
import type { Observed } from '../observe/observed.ts';
import { alignApplication, newApplication } from './application.ts';
import { mayBeActivated } from './application-status.ts';
import { policySteps } from './authentication-policy.ts';
import { claimSteps } from './claims.ts';
import { type Goal, groupIdsToAssign, wantedApplication } from './goal.ts';
import { differingSettings, enabledOn } from './next-record.ts';
import { endpointProblems } from './provider-endpoints.ts';
import { without } from './settings.ts';
import {
  disable,
  enable,
  type Plan,
  type ProviderSettings,
  type Step,
  unassign,
  withoutEmptyStages,
} from './steps.ts';

/** Plans how to get from what is there to what the template asks for. Pure: the preconditions have been checked. */
export function planFederation(goal: Goal, observed: Observed): Plan {
  const { identity, settings, known } = goal;
  const { application, provider } = observed;
  const wanted = wantedApplication(goal, observed);
  const isOurs = application?.relation === 'own' || application?.record !== undefined;
  const aligned = application && alignApplication(application.document, wanted);
  // An administrator deleted the provider, and another stack may take its name before this one does. So it is made before anything
  // else changes: a stack that is too late, and cannot go back either, has changed nothing.
  const isMadeFirst = isOurs && !provider;
  const isInactive = application !== undefined && application.document.status !== 'ACTIVE';
  const isActivated = isInactive && mayBeActivated(goal.properties, application);
  // Only a rollback gets here with an application that stays inactive. Okta changes no groups of one.
  const takesGroups = !isInactive || isActivated;
  // Only a rollback comes here then: it undoes what an attempt has changed on the application.
  const isForeign = provider?.relation === "another's";
  return withoutEmptyStages([
    isActivated ? [{ do: 'activateApplication', applicationId: application.document.id }] : [],
    isMadeFirst ? [{ do: 'createIdentityProvider', settings: providerSettings(goal) }] : [],
    [
      ...(isForeign
        ? []
        : without(
            without(known.provider?.userPoolClientIds, settings.userPoolClientIds),
            observed.keptClientIds,
          ).map(disable)),
      ...without(application?.record?.groupIds, observed.groupIds)
        .filter((groupId) => takesGroups && observed.assignedGroupIds.includes(groupId))
        .map(unassign),
    ],
    !application
      ? [{ do: 'createApplication', application: newApplication(wanted) }]
      : !isOurs
        ? [{ do: 'adoptApplication', applicationId: application.document.id, wanted }]
        : aligned
          ? [{ do: 'replaceApplication', application: aligned }]
          : [],
    [
      ...without(takesGroups ? groupIdsToAssign(goal, observed) : [], observed.assignedGroupIds).map(
        (groupId) => ({ do: 'assignGroup', groupId }) as const,
      ),
      ...claimStepsOf(goal, observed),
      ...policySteps(goal.properties, observed),
      ...(isMadeFirst || isForeign ? [] : providerSteps(goal, observed)),
    ],
    // Cognito takes only the name of a provider that is there.
    isForeign ? [] : without(settings.userPoolClientIds, enabledOn(observed, identity)).map(enable),
  ]);
}

/** What is not known cannot be changed; only a rollback gets here then. */
function claimStepsOf({ properties }: Goal, { application, claims = [] }: Observed): Step[] {
  return claims === 'unavailable' ? [] : claimSteps(properties.Claims ?? {}, application?.record, claims);
}

function providerSettings({ settings, issuer }: Goal): ProviderSettings {
  return {
    issuer: issuer.url,
    scopes: settings.scopes,
    attributesRequestMethod: settings.attributesRequestMethod,
    attributeMapping: settings.attributeMapping,
    idpIdentifiers: settings.idpIdentifiers,
  };
}

function providerSteps(goal: Goal, { provider: current, application }: Observed): Step[] {
  const wanted = providerSettings(goal);
  if (!current) return [{ do: 'createIdentityProvider', settings: wanted }];
  const isOfThisApplication =
    application !== undefined && current.clientId === clientIdOf(application.document);
  const { metadata } = goal.issuer;
  const isAsIssued = !metadata || endpointProblems(current, metadata).length === 0;
  return isOfThisApplication && current.clientSecret && isAsIssued && isSetTo(current, wanted)
    ? []
    : [{ do: 'updateIdentityProvider', settings: wanted, current }];
}

function isSetTo(current: IdentityProvider, wanted: ProviderSettings): boolean {
  return (
    Object.keys(differingSettings(current, wanted)).length === 0 &&
    current.idpIdentifiers.toSorted().join('\n') === wanted.idpIdentifiers.toSorted().join('\n')
  );
}
