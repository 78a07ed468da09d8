import { isFoundProvider } from '../marker/found-provider.ts';
import { markerOf } from '../marker/marker.ts';
import type { Observed } from '../observe/observe.ts';
import { defaults } from '../properties/defaults.ts';
import type { Properties } from '../properties/properties.ts';

/** What a federation is to be set to, with nothing left open. */
export interface Settings {
  readonly label: string;
  readonly userPoolClientIds: readonly string[];
  readonly scopes: readonly string[];
  readonly attributeMapping: Readonly<Record<string, string>>;
  readonly attributesRequestMethod: 'GET' | 'POST';
  readonly idpIdentifiers: readonly string[];
  readonly postLogoutRedirectUris: ListChange;
  readonly initiateLoginUri: Change;
  readonly logoUri: Change;
  readonly notes: Change;
}

/** What to set; `null` to take away what the template set before; `undefined` to leave alone what somebody else set. */
export type Change = string | null | undefined;

/** A list that others may add to as well: what the template wants in it, and what this resource put there before. */
export interface ListChange {
  readonly wanted: readonly string[];
  readonly addedBefore: readonly string[];
}

type There = Pick<Observed, 'application' | 'provider'> & Partial<Pick<Observed, 'formerApplication'>>;

/**
 * Settles what the template leaves open: an adopted federation is there as it was found, a new one gets the defaults.
 * @param earlier the properties that may be what is there: those before this update, and those last fulfilled.
 * @param label for where neither the template nor an adopted application has one.
 */
export function settle(
  properties: Properties,
  earlier: readonly Properties[],
  label: string,
  { application, formerApplication, provider }: There,
): Settings {
  const marker = markerOf(application);
  // Also where the template no longer says Adopt: what was found stays until the template names something else.
  const isAdopted = properties.Adopt !== undefined || marker?.found !== undefined;
  const found = marker?.found;
  const client = application?.settings?.oauthClient;
  // A provider that somebody deleted is made anew, as this resource's own.
  const isFound = isAdopted && provider && isFoundProvider(provider, application, formerApplication);
  const kept = isFound ? { ...provider, ...found?.provider } : undefined;
  // The provider's come from whichever application of this resource it belonged to.
  const markers = [marker, markerOf(formerApplication)].filter((one) => one !== undefined);
  // Takes away what the template named before; what is not as it said is somebody else's, or was never set by it.
  const unset = (
    name: 'InitiateLoginUri' | 'LogoUri' | 'Notes',
    current: string | null | undefined,
  ): Change => (earlier.some((one) => one[name] !== undefined && one[name] === current) ? null : undefined);
  return {
    label:
      properties.ApplicationLabel ?? (isAdopted ? (found?.label ?? application?.label) : undefined) ?? label,
    userPoolClientIds: [...new Set(properties.UserPoolClientIds)],
    scopes: properties.Scopes ?? kept?.scopes ?? defaults.scopes,
    attributeMapping: properties.AttributeMapping ?? kept?.attributeMapping ?? defaults.attributeMapping,
    attributesRequestMethod:
      properties.AttributesRequestMethod ?? kept?.attributesRequestMethod ?? defaults.attributesRequestMethod,
    idpIdentifiers: changed(provider?.idpIdentifiers ?? [], {
      wanted: properties.IdpIdentifiers ?? [],
      addedBefore:
        markers.length > 0
          ? markers.flatMap((one) => one.idpIdentifiers)
          : earlier.flatMap((one) => one.IdpIdentifiers ?? []),
    }),
    postLogoutRedirectUris: {
      wanted: properties.PostLogoutRedirectUris ?? [],
      addedBefore:
        marker?.postLogoutRedirectUris ?? earlier.flatMap((one) => one.PostLogoutRedirectUris ?? []),
    },
    initiateLoginUri:
      properties.InitiateLoginUri ??
      (isAdopted ? found?.tile?.initiateLoginUri : unset('InitiateLoginUri', client?.initiate_login_uri)),
    logoUri: properties.LogoUri ?? (isAdopted ? found?.logoUri : unset('LogoUri', client?.logo_uri)),
    notes:
      properties.Notes ?? (isAdopted ? found?.notes : unset('Notes', application?.settings?.notes?.admin)),
  };
}

/** The list as it is to be: what others put in it, then what the template wants; as it is, if nothing comes or goes. */
export function changed(current: readonly string[], { wanted, addedBefore }: ListChange): string[] {
  const others = without(current, addedBefore);
  const after = [...new Set([...others, ...wanted])];
  const isSame = after.length === current.length && after.every((item) => current.includes(item));
  return isSame ? [...current] : after;
}

export function without(names: readonly string[] = [], taken: readonly string[] = []): string[] {
  return names.filter((name) => !taken.includes(name));
}
