import { markerOf } from './marker.ts';
import type { Observed } from './observe.ts';
import type { Properties } from './properties.ts';

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

export const defaults = {
  scopes: ['openid', 'email', 'profile'],
  attributeMapping: { email: 'email', family_name: 'family_name', given_name: 'given_name' },
  attributesRequestMethod: 'GET',
  access: 'Everyone',
} as const;

/** Who may sign in, as Okta group names or IDs. An adopted application keeps the assignments it has. */
export function accessGroups(properties: Properties, isAdopted: boolean): readonly string[] {
  const access = properties.Access ?? (isAdopted ? 'Nobody' : defaults.access);
  switch (access) {
    case 'Everyone':
      return ['Everyone'];
    case 'Nobody':
      return [];
    default:
      // A CommaDelimitedList parameter is a list also where it holds one of the words.
      return access.length === 1 && access[0] === 'Nobody' ? [] : access;
  }
}

/**
 * Settles what the template leaves open: an adopted federation is there as it was found, a new one gets the defaults.
 * @param previous the properties before this update, if they were valid.
 * @param label for where neither the template nor an adopted application has one.
 */
export function settle(
  properties: Properties,
  previous: Properties | undefined,
  label: string,
  { application, provider }: Pick<Observed, 'application' | 'provider'>,
): Settings {
  const marker = markerOf(application);
  // Also where the template no longer says Adopt: what was found stays until the template names something else.
  const isAdopted = properties.Adopt !== undefined || marker?.found !== undefined;
  const found = marker?.found;
  const kept = isAdopted ? { ...provider, ...found?.provider } : {};
  const addedBefore = marker ?? {
    postLogoutRedirectUris: previous?.PostLogoutRedirectUris ?? [],
    idpIdentifiers: previous?.IdpIdentifiers ?? [],
  };
  return {
    label:
      properties.ApplicationLabel ?? (isAdopted ? (found?.label ?? application?.label) : undefined) ?? label,
    userPoolClientIds: [...new Set(properties.UserPoolClientIds)],
    scopes: properties.Scopes ?? kept.scopes ?? defaults.scopes,
    attributeMapping: properties.AttributeMapping ?? kept.attributeMapping ?? defaults.attributeMapping,
    attributesRequestMethod:
      properties.AttributesRequestMethod ?? kept.attributesRequestMethod ?? defaults.attributesRequestMethod,
    idpIdentifiers: changed(provider?.idpIdentifiers ?? [], {
      wanted: properties.IdpIdentifiers ?? [],
      addedBefore: addedBefore.idpIdentifiers,
    }),
    postLogoutRedirectUris: {
      wanted: properties.PostLogoutRedirectUris ?? [],
      addedBefore: addedBefore.postLogoutRedirectUris,
    },
    initiateLoginUri: change(
      properties.InitiateLoginUri,
      previous?.InitiateLoginUri,
      found?.tile?.initiateLoginUri,
    ),
    logoUri: change(properties.LogoUri, previous?.LogoUri, found?.logoUri),
    notes: change(properties.Notes, previous?.Notes, found?.notes),
  };
}

/** @param found what it was before this resource changed it, if it is known. */
function change(wanted: string | undefined, before: string | undefined, found: Change): Change {
  return wanted ?? (before === undefined ? found : (found ?? null));
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
