import type { IdentityProvider } from '../cognito/identity-providers.ts';
import type { Application } from '../okta/applications.ts';
import { markerOf } from './marker.ts';
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

export interface ListChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
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
      return access;
  }
}

/**
 * Settles what the template leaves open: an adopted federation stays as it is there, a new one gets the defaults.
 * @param previous the properties before this update, if they were valid.
 * @param label for where neither the template nor an adopted application has one.
 */
export function settle(
  properties: Properties,
  previous: Properties | undefined,
  label: string,
  found: { readonly application: Application | undefined; readonly provider: IdentityProvider | undefined },
): Settings {
  // Also where the template no longer says Adopt: what was found stays until the template names something else.
  const isAdopted = properties.Adopt !== undefined || markerOf(found.application)?.found !== undefined;
  const kept = isAdopted ? found : undefined;
  return {
    label: properties.ApplicationLabel ?? kept?.application?.label ?? label,
    userPoolClientIds: [...new Set(properties.UserPoolClientIds)],
    scopes: properties.Scopes ?? kept?.provider?.scopes ?? defaults.scopes,
    attributeMapping:
      properties.AttributeMapping ?? kept?.provider?.attributeMapping ?? defaults.attributeMapping,
    attributesRequestMethod:
      properties.AttributesRequestMethod ??
      kept?.provider?.attributesRequestMethod ??
      defaults.attributesRequestMethod,
    idpIdentifiers:
      properties.IdpIdentifiers ?? without(found.provider?.idpIdentifiers, previous?.IdpIdentifiers),
    postLogoutRedirectUris: {
      add: properties.PostLogoutRedirectUris ?? [],
      remove: without(previous?.PostLogoutRedirectUris, properties.PostLogoutRedirectUris),
    },
    initiateLoginUri: change(properties.InitiateLoginUri, previous?.InitiateLoginUri),
    logoUri: change(properties.LogoUri, previous?.LogoUri),
    notes: change(properties.Notes, previous?.Notes),
  };
}

function change(wanted: string | undefined, before: string | undefined): Change {
  return wanted ?? (before === undefined ? undefined : null);
}

export function without(names: readonly string[] = [], taken: readonly string[] = []): string[] {
  return names.filter((name) => !taken.includes(name));
}
