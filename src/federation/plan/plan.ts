import type { IdentityProvider, OidcSettings } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf, type NewApplication } from '../../okta/applications.ts';
import type { FederatedClaim, NewFederatedClaim } from '../../okta/federated-claims.ts';
import type { Observed } from '../observe/observe.ts';
import { alignApplication, newApplication, type WantedApplication } from './application.ts';
import { mayBeActivated } from './application-status.ts';
import { policySteps } from './authentication-policy.ts';
import { claimSteps } from './claims.ts';
import { type Goal, groupIdsToAssign, wantedApplication } from './goal.ts';
import { enabledOn, isSameMapping } from './next-record.ts';
import { endpointProblems } from './provider-endpoints.ts';
import { without } from './settings.ts';

/** One call, or one read-modify-write, that is safe to repeat. */
export type Step =
  | { readonly do: 'createApplication'; readonly application: NewApplication }
  | { readonly do: 'adoptApplication'; readonly applicationId: string; readonly wanted: WantedApplication }
  | { readonly do: 'replaceApplication'; readonly application: Application }
  | { readonly do: 'releaseApplication'; readonly application: Application }
  | { readonly do: 'activateApplication'; readonly applicationId: string }
  | { readonly do: 'deactivateApplication'; readonly applicationId: string }
  | { readonly do: 'deleteApplication'; readonly applicationId: string }
  | { readonly do: 'assignGroup'; readonly groupId: string }
  | { readonly do: 'unassignGroup'; readonly groupId: string }
  | { readonly do: 'createClaim'; readonly claim: NewFederatedClaim }
  | {
      readonly do: 'replaceClaim';
      readonly claim: FederatedClaim;
      /** As it was before: if Okta does not take that any more, the claim keeps what it has. */
      readonly isPutBack: boolean;
    }
  | { readonly do: 'deleteClaim'; readonly claimId: string }
  | {
      readonly do: 'assignAccessPolicy';
      readonly policyId: string;
      /** It was there before: if someone deleted it since, the application keeps what it has. */
      readonly isPutBack: boolean;
    }
  | { readonly do: 'createIdentityProvider'; readonly settings: ProviderSettings }
  | {
      readonly do: 'updateIdentityProvider';
      readonly settings: ProviderSettings;
      /** As it was read; `undefined` of one that the plan itself makes. */
      readonly current: IdentityProvider | undefined;
    }
  /** Only if its client is still this one. */
  | { readonly do: 'deleteIdentityProvider'; readonly clientId: string }
  | { readonly do: 'enableOnAppClient'; readonly userPoolClientId: string }
  | { readonly do: 'disableOnAppClient'; readonly userPoolClientId: string }
  | { readonly do: 'disableOnOtherAppClients'; readonly except: readonly string[] };

/** The provider's settings without the client ID, which only the application has. */
export type ProviderSettings = Omit<OidcSettings, 'clientId'>;

/** Stages run one after the other; the steps of a stage are independent of each other and run together. */
export type Plan = readonly (readonly Step[])[];

/** Plans how to get from what is there to what the template asks for. Pure: the preconditions have been checked. */
export function planFederation(goal: Goal, observed: Observed): Plan {
  const { identity, settings, known } = goal;
  const { application, provider } = observed;
  const wanted = wantedApplication(goal, observed);
  const isOurs = application?.relation === 'own' || application?.record !== undefined;
  const aligned = application && alignApplication(application.document, wanted);
  // Someone deleted the provider, and another stack may take its name before this one does. So it is created before anything
  // else changes: a stack that is too late, and cannot roll back, has changed nothing.
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

/** An unknown object cannot be changed; only a rollback gets here. */
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
    current.issuer === wanted.issuer &&
    current.scopes.join(' ') === wanted.scopes.join(' ') &&
    current.attributesRequestMethod === wanted.attributesRequestMethod &&
    isSameMapping(current.attributeMapping, wanted.attributeMapping) &&
    current.idpIdentifiers.toSorted().join('\n') === wanted.idpIdentifiers.toSorted().join('\n')
  );
}

export function enable(userPoolClientId: string): Step {
  return { do: 'enableOnAppClient', userPoolClientId };
}

export function disable(userPoolClientId: string): Step {
  return { do: 'disableOnAppClient', userPoolClientId };
}

export function unassign(groupId: string): Step {
  return { do: 'unassignGroup', groupId };
}

export function withoutEmptyStages(stages: Step[][]): Plan {
  return stages.filter((stage) => stage.length > 0);
}
