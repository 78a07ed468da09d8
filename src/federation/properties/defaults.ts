import type { Properties } from './properties.ts';

/** What holds if the template says nothing. */
export const defaults = {
  scopes: ['openid', 'email', 'profile'],
  attributeMapping: { email: 'email', family_name: 'family_name', given_name: 'given_name' },
  attributesRequestMethod: 'GET',
  access: 'Everyone',
  issuer: 'OrgUrl',
} as const;

/** Who may sign in, as Okta group names or IDs. An adopted application keeps the assignments it has. */
export function accessGroups(properties: Pick<Properties, 'Access'>, isAdopted: boolean): readonly string[] {
  const access = properties.Access ?? (isAdopted ? 'Nobody' : defaults.access);
  switch (access) {
    case 'Everyone':
      return ['Everyone'];
    case 'Nobody':
    // Okta lets everyone in and refuses assignments to groups.
    case 'FederationBrokerMode':
      return [];
    default:
      return access;
  }
}
