import type { Properties } from './properties.ts';

/** What holds where the template says nothing. */
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
