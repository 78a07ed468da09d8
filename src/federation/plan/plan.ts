import type { IdentityProvider, OidcSettings } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf, type NewApplication } from '../../okta/applications.ts';
import { markerName, markerOf } from '../marker/marker.ts';
import type { IssuerMode } from '../observe/issuer.ts';
import type { Observed } from '../observe/observe.ts';
import type { Identity } from '../properties/identity.ts';
import type { Properties } from '../properties/properties.ts';
import { alignApplication, newApplication } from './application.ts';
import { addedToProvider, enabledOn, nextMarker } from './next-marker.ts';
import { type Settings, without } from './settings.ts';

/** One call, or one read-modify-write, that can be repeated without harm. */
export type Step =
  | { readonly do: 'createApplication'; readonly application: NewApplication }
  | { readonly do: 'adoptApplication'; readonly application: Application }
  | { readonly do: 'replaceApplication'; readonly application: Application }
  | { readonly do: 'releaseApplication'; readonly application: Application }
  | { readonly do: 'activateApplication'; readonly applicationId: string }
  | { readonly do: 'deactivateApplication'; readonly applicationId: string }
  | { readonly do: 'deleteApplication'; readonly applicationId: string }
  | { readonly do: 'assignGroup'; readonly groupId: string }
  | { readonly do: 'unassignGroup'; readonly groupId: string }
  | { readonly do: 'createIdentityProvider'; readonly settings: ProviderSettings }
  | {
      readonly do: 'updateIdentityProvider';
      readonly settings: ProviderSettings;
      /** As it was read; `undefined` of one that the plan itself makes. */
      readonly current: IdentityProvider | undefined;
    }
  | { readonly do: 'deleteIdentityProvider' }
  | { readonly do: 'enableOnAppClient'; readonly userPoolClientId: string }
  | { readonly do: 'disableOnAppClient'; readonly userPoolClientId: string };

/** The provider's settings but for the client ID, which only the application gives. */
export type ProviderSettings = Omit<OidcSettings, 'clientId'>;

/** Stages run one after the other; the steps of a stage are independent of each other and run together. */
export type Plan = readonly (readonly Step[])[];

/** What a plan is made for. */
export interface Goal {
  readonly identity: Identity;
  readonly properties: Properties;
  /** Of an update: the properties before it, if they were valid. */
  readonly previous: Properties | undefined;
  /** The properties that were last fulfilled: those of the update itself where it rolls back one that failed. */
  readonly inForce: Properties | undefined;
  readonly settings: Settings;
  readonly issuer: { readonly url: string; readonly mode: IssuerMode | undefined };
}

/** Plans how to get from what is there to what the template asks for. Pure: the preconditions have been checked. */
export function planFederation(goal: Goal, observed: Observed): Plan {
  const { identity, settings, issuer } = goal;
  const { application, provider, redirectUris } = observed;
  const before = markerOf(application);
  const added = addedToProvider(goal, observed);
  const wanted = { settings, redirectUris, issuerMode: issuer.mode, marker: nextMarker(goal, observed) };
  const remaking = remakingOf(goal, observed);
  const aligned = application && alignApplication(remaking?.forgetful ?? application, wanted);
  const dropped = without(added.idpIdentifiers, settings.idpIdentifiers);
  const reduced = provider && { ...provider, idpIdentifiers: without(provider.idpIdentifiers, dropped) };
  return withoutEmptyStages([
    remaking?.forgetful ? [{ do: 'replaceApplication', application: remaking.forgetful }] : [],
    remaking ? [{ do: 'createIdentityProvider', settings: remaking.settings }] : [],
    // What is taken away goes before the marker forgets that it was ours: a try that breaks off here is repeated whole.
    [
      ...without(added.userPoolClientIds, settings.userPoolClientIds).map(disable),
      ...without(before?.groupIds, observed.groupIds)
        .filter((groupId) => observed.assignedGroupIds.includes(groupId))
        .map(unassign),
      // Without an application it has no client yet to go on with, and is set as a whole when it has one.
      ...(application && provider && reduced && reduced.idpIdentifiers.length < provider.idpIdentifiers.length
        ? [{ do: 'updateIdentityProvider', settings: reduced, current: provider } as const]
        : []),
    ],
    // The marker says what will be added before it is added, for the same reason.
    !application
      ? [{ do: 'createApplication', application: newApplication(wanted) }]
      : aligned
        ? [{ do: before ? 'replaceApplication' : 'adoptApplication', application: aligned }]
        : [],
    application && application.status !== 'ACTIVE'
      ? [{ do: 'activateApplication', applicationId: application.id }]
      : [],
    [
      ...without(observed.groupIds, observed.assignedGroupIds).map(
        (groupId) => ({ do: 'assignGroup', groupId }) as const,
      ),
      ...(remaking ? remaking.rest : providerSteps(goal, { ...observed, provider: reduced })),
    ],
    // Cognito takes only the name of a provider that is there.
    without(settings.userPoolClientIds, enabledOn(observed, identity)).map(
      (userPoolClientId) => ({ do: 'enableOnAppClient', userPoolClientId }) as const,
    ),
  ]);
}

/**
 * Somebody deleted the provider by hand, and another stack may take its name before this one does. So it is made before
 * anything else is changed: a stack that is too late, and cannot go back either, has changed nothing.
 */
function remakingOf(goal: Goal, { application, provider }: Observed) {
  const marker = markerOf(application);
  if (!application || !marker || provider) return undefined;
  const wanted = providerSettings(goal);
  // The marker comes first here too: what it does not list yet is added when it does.
  const idpIdentifiers = wanted.idpIdentifiers.filter((name) => marker.idpIdentifiers.includes(name));
  const isWhole = idpIdentifiers.length === wanted.idpIdentifiers.length;
  const rest: Step[] = isWhole
    ? []
    : [{ do: 'updateIdentityProvider', settings: wanted, current: undefined }];
  // One that an adoption had found is gone for good: a repeat must not take the new one for it.
  const forgetful = marker.found?.provider && {
    ...application,
    profile: {
      ...application.profile,
      [markerName]: { ...marker, found: { ...marker.found, provider: undefined } },
    },
  };
  return { settings: { ...wanted, idpIdentifiers }, rest, forgetful };
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
  const isOfThisApplication = application !== undefined && current.clientId === clientIdOf(application);
  return isOfThisApplication && current.clientSecret && isSetTo(current, wanted)
    ? []
    : [{ do: 'updateIdentityProvider', settings: wanted, current }];
}

function isSetTo(current: IdentityProvider, wanted: ProviderSettings): boolean {
  return (
    current.issuer === wanted.issuer &&
    current.scopes.join(' ') === wanted.scopes.join(' ') &&
    current.attributesRequestMethod === wanted.attributesRequestMethod &&
    sameMapping(current.attributeMapping, wanted.attributeMapping) &&
    current.idpIdentifiers.toSorted().join('\n') === wanted.idpIdentifiers.toSorted().join('\n')
  );
}

/** Cognito itself adds `username` ← `sub` to every mapping. */
function sameMapping(
  current: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const { username, ...others } = current;
  const all = Object.hasOwn(wanted, 'username') ? current : others;
  const names = Object.keys(wanted);
  return names.length === Object.keys(all).length && names.every((name) => all[name] === wanted[name]);
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
