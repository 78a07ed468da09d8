import { type Found, noteFound } from '../marker/found.ts';
import { isFoundProvider } from '../marker/found-provider.ts';
import { type Marker, markerOf } from '../marker/marker.ts';
import type { Observed } from '../observe/observe.ts';
import { type Identity, isSameProvider, providerOf } from '../properties/identity.ts';
import type { Goal } from './plan.ts';

/** What the marker will say: noted before anything is added, so that a try that breaks off is repeated whole. */
export function nextMarker(goal: Goal, observed: Observed): Marker {
  const { identity, properties, settings } = goal;
  const { application, provider, redirectUris } = observed;
  const client = application?.settings?.oauthClient;
  const before = markerOf(application);
  const added = addedToProvider(goal, observed);
  const found = foundSoFar(goal, observed);
  return {
    ...identity,
    userPoolClientIds: ours(
      settings.userPoolClientIds,
      added.userPoolClientIds,
      enabledOn(observed, identity),
    ),
    groupIds: ours(observed.groupIds, before?.groupIds, observed.assignedGroupIds),
    redirectUris: ours(redirectUris, before?.redirectUris, client?.redirect_uris),
    postLogoutRedirectUris: ours(
      settings.postLogoutRedirectUris.wanted,
      before?.postLogoutRedirectUris,
      client?.post_logout_redirect_uris,
    ),
    idpIdentifiers: ours(properties.IdpIdentifiers ?? [], added.idpIdentifiers, provider?.idpIdentifiers),
    // A rotation notes its own version when it is through: see rotate.ts.
    ...(before
      ? { secretVersion: before.secretVersion, rotation: before.rotation }
      : { secretVersion: properties.SecretVersion }),
    ...(found ? { found } : {}),
  };
}

/**
 * What this resource enabled the provider on and added to it so far: by the markers of the application to work on and of
 * the one that it leaves. Where somebody deleted the application by hand its marker is gone with it, and the template's
 * word stands for it; but not where it was an adopted one, whose provider others may have enabled before.
 */
export function addedToProvider(
  { identity, inForce }: Goal,
  { application, formerApplication }: Observed,
): Pick<Marker, 'userPoolClientIds' | 'idpIdentifiers'> {
  const markers = [application, formerApplication].flatMap((one) => markerOf(one) ?? []);
  const named =
    markers.length === 0 && inForce && !inForce.Adopt && isSameProvider(providerOf(inForce), identity)
      ? inForce
      : undefined;
  return {
    userPoolClientIds: [
      ...new Set([...markers.flatMap((one) => one.userPoolClientIds), ...(named?.UserPoolClientIds ?? [])]),
    ],
    idpIdentifiers: [
      ...new Set([...markers.flatMap((one) => one.idpIdentifiers), ...(named?.IdpIdentifiers ?? [])]),
    ],
  };
}

function foundSoFar(goal: Goal, { application, formerApplication, provider }: Observed): Found | undefined {
  const before = markerOf(application);
  if (!application || !(before ? before.found : goal.properties.Adopt)) return undefined;
  const isFound = provider && isFoundProvider(provider, application, formerApplication);
  // Of another adoption, it is still as that one found it.
  const known = before?.found ?? { provider: markerOf(formerApplication)?.found?.provider };
  return noteFound(known, application, isFound ? provider : undefined, goal);
}

/** App clients of the template that the provider is enabled on already. */
export function enabledOn(observed: Observed, { providerName }: Identity): string[] {
  return [...observed.appClients]
    .filter(([, client]) => client?.supportedIdentityProviders.includes(providerName))
    .map(([id]) => id);
}

/** What counts as added by this resource: what it added before, and what is wanted and was not there already. */
function ours(
  wanted: readonly string[],
  addedBefore: readonly string[] = [],
  alreadyThere: readonly string[] = [],
): string[] {
  return wanted.filter((name) => addedBefore.includes(name) || !alreadyThere.includes(name));
}
