import type { IdentityProvider, OidcSettings } from '../cognito/identity-providers.ts';
import type { Application, NewApplication } from '../okta/applications.ts';
import { alignApplication, newApplication } from './application.ts';
import { type Identity, isMarkedFor, type Marker, markerOf } from './marker.ts';
import type { Observed, ObservedForRemoval } from './observe.ts';
import type { Properties } from './properties.ts';

/** One call, or one read-modify-write, that can be repeated without harm. */
export type Step =
  | { readonly do: 'createApplication'; readonly application: NewApplication }
  | { readonly do: 'replaceApplication'; readonly application: Application }
  | { readonly do: 'activateApplication'; readonly applicationId: string }
  | { readonly do: 'deleteApplication'; readonly applicationId: string }
  | { readonly do: 'assignGroup'; readonly groupId: string }
  | { readonly do: 'unassignGroup'; readonly groupId: string }
  | { readonly do: 'createIdentityProvider'; readonly settings: ProviderSettings }
  | {
      readonly do: 'updateIdentityProvider';
      readonly settings: ProviderSettings;
      readonly current: IdentityProvider;
    }
  | { readonly do: 'deleteIdentityProvider' }
  | { readonly do: 'enableOnAppClient'; readonly userPoolClientId: string }
  | { readonly do: 'disableOnAppClient'; readonly userPoolClientId: string };

/** The provider's settings but for the client ID, which only the application gives. */
export type ProviderSettings = Omit<OidcSettings, 'clientId'>;

/** Stages run one after the other; the steps of a stage are independent of each other and run together. */
export type Plan = readonly (readonly Step[])[];

/**
 * Plans how to get from what is there to what the template asks for. Pure: the preconditions have been checked.
 * @param label the application's name in Okta.
 */
export function planFederation(
  identity: Identity,
  desired: Properties,
  label: string,
  observed: Observed,
): Plan {
  const marker = nextMarker(identity, desired, observed);
  const { application } = observed;
  const wanted = { label, redirectUris: observed.redirectUris, issuerMode: 'ORG_URL' as const, marker };
  const before = application ? markerOf(application) : undefined;
  const assigned = new Set(observed.assignedGroupIds);
  const enabled = (clientId: string) =>
    observed.appClients.get(clientId)?.supportedIdentityProviders.includes(identity.providerName) ?? false;

  const aligned = application ? alignApplication(application, wanted) : undefined;
  return withoutEmptyStages([
    // What is taken away goes before the marker forgets that it was ours: a try that breaks off here is repeated whole.
    [
      ...without(before?.userPoolClientIds, desired.UserPoolClientIds).map(disable),
      ...without(before?.groupIds, observed.groupIds)
        .filter((groupId) => assigned.has(groupId))
        .map((groupId) => ({ do: 'unassignGroup', groupId }) as const),
    ],
    // The marker says what will be added before it is added, for the same reason.
    !application
      ? [{ do: 'createApplication', application: newApplication(wanted) }]
      : aligned
        ? [{ do: 'replaceApplication', application: aligned }]
        : [],
    application && application.status !== 'ACTIVE'
      ? [{ do: 'activateApplication', applicationId: application.id }]
      : [],
    [
      ...without(observed.groupIds, observed.assignedGroupIds).map(
        (groupId) => ({ do: 'assignGroup', groupId }) as const,
      ),
      ...providerSteps(desired, observed),
    ],
    // Cognito takes only the name of a provider that is there.
    desired.UserPoolClientIds.filter((clientId) => !enabled(clientId)).map(
      (userPoolClientId) => ({ do: 'enableOnAppClient', userPoolClientId }) as const,
    ),
  ]);
}

/**
 * Plans how to take a federation away: what this resource made, and nothing else.
 * @param namedClientIds app clients that the template names, for an application whose marker is gone with it.
 */
export function planRemoval(
  identity: Identity,
  applicationId: string | undefined,
  namedClientIds: readonly string[],
  observed: ObservedForRemoval,
): Plan {
  const { application, provider } = observed;
  const marker = application ? markerOf(application) : undefined;
  const clientId = application?.credentials?.oauthClient?.client_id ?? applicationId;
  const providerIsOurs = provider !== undefined && clientId !== undefined && provider.clientId === clientId;
  // A marker can be lost to somebody's edit of the profile. The pool's provider that still uses the application, and
  // the physical ID that names it, say the same.
  const applicationIsOurs =
    application !== undefined &&
    (isMarkedFor(application, identity) || (marker === undefined && providerIsOurs));
  const nameIsOurs = providerIsOurs || provider === undefined;
  const enabledOn = new Set([...(marker?.userPoolClientIds ?? []), ...namedClientIds]);
  return withoutEmptyStages([
    nameIsOurs ? [...enabledOn].map(disable) : [],
    providerIsOurs ? [{ do: 'deleteIdentityProvider' }] : [],
    applicationIsOurs ? [{ do: 'deleteApplication', applicationId: application.id }] : [],
  ]);
}

function providerSteps(desired: Properties, observed: Observed): Step[] {
  const settings: ProviderSettings = {
    issuer: observed.issuer,
    scopes: desired.Scopes,
    attributesRequestMethod: desired.AttributesRequestMethod,
    attributeMapping: desired.AttributeMapping,
    idpIdentifiers: observed.provider?.idpIdentifiers ?? [],
  };
  const { provider: current, application } = observed;
  if (!current) return [{ do: 'createIdentityProvider', settings }];
  const clientId = application?.credentials?.oauthClient?.client_id;
  return current.clientId === clientId && current.clientSecret && isSetTo(current, settings)
    ? []
    : [{ do: 'updateIdentityProvider', settings, current }];
}

function isSetTo(current: IdentityProvider, settings: ProviderSettings): boolean {
  return (
    current.issuer === settings.issuer &&
    current.scopes.join(' ') === settings.scopes.join(' ') &&
    current.attributesRequestMethod === settings.attributesRequestMethod &&
    sameMapping(current.attributeMapping, settings.attributeMapping)
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

function nextMarker(identity: Identity, desired: Properties, observed: Observed): Marker {
  const before = observed.application ? markerOf(observed.application) : undefined;
  const alreadyEnabled = [...observed.appClients.values()]
    .filter((client) => client?.supportedIdentityProviders.includes(identity.providerName))
    .map((client) => client?.id);
  const alreadyRegistered = observed.application?.settings?.oauthClient?.redirect_uris;
  return {
    ...identity,
    userPoolClientIds: ours(desired.UserPoolClientIds, before?.userPoolClientIds, alreadyEnabled),
    groupIds: ours(observed.groupIds, before?.groupIds, observed.assignedGroupIds),
    redirectUris: ours(observed.redirectUris, before?.redirectUris, alreadyRegistered),
  };
}

/** What counts as added by this resource: what it added before, and what is wanted and was not there already. */
function ours(
  wanted: readonly string[],
  addedBefore: readonly string[] = [],
  alreadyThere: readonly (string | undefined)[] = [],
): string[] {
  return wanted.filter((name) => addedBefore.includes(name) || !alreadyThere.includes(name));
}

function without(names: readonly string[] = [], taken: readonly string[] = []): string[] {
  return names.filter((name) => !taken.includes(name));
}

function disable(userPoolClientId: string): Step {
  return { do: 'disableOnAppClient', userPoolClientId };
}

function withoutEmptyStages(stages: Step[][]): Plan {
  return stages.filter((stage) => stage.length > 0);
}
