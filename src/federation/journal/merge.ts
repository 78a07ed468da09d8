import type { ApplicationRecord, ProviderRecord } from './records.ts';

/** What a resource adds to an application, and to a provider, if nothing is known of any addition. */
export const nothingAdded = {
  application: { groupIds: [], redirectUris: [], postLogoutRedirectUris: [], claims: [] },
  provider: { userPoolClientIds: [], idpIdentifiers: [] },
} satisfies { readonly application: Partial<ApplicationRecord>; readonly provider: Partial<ProviderRecord> };

type Claims = Pick<ApplicationRecord, 'claims' | 'claimsFound'>;
type Policy = Pick<ApplicationRecord, 'policy'>;

/** What either record has added to one application; what was found first is what an administrator had set. */
export function addedToApplication(first: ApplicationRecord, then: ApplicationRecord) {
  return {
    groupIds: union(first.groupIds, then.groupIds),
    redirectUris: union(first.redirectUris, then.redirectUris),
    postLogoutRedirectUris: union(first.postLogoutRedirectUris, then.postLogoutRedirectUris),
    ...mergedClaims(first, then),
    ...mergedPolicy(first, then),
  };
}

/** What any of the records has added to one provider. */
export function addedToProvider(records: readonly ProviderRecord[]) {
  return {
    userPoolClientIds: union(...records.map(({ userPoolClientIds }) => userPoolClientIds)),
    idpIdentifiers: union(...records.map(({ idpIdentifiers }) => idpIdentifiers)),
  };
}

function mergedClaims(first: Claims, then: Claims): Claims {
  const found = { ...then.claimsFound, ...first.claimsFound };
  return {
    claims: union(first.claims, then.claims),
    ...(Object.keys(found).length > 0 ? { claimsFound: found } : {}),
  };
}

function mergedPolicy(first: Policy, then: Policy): Policy {
  if (!first.policy || !then.policy) {
    const policy = first.policy ?? then.policy;
    return policy ? { policy } : {};
  }
  const found = first.policy.found ?? then.policy.found;
  return {
    policy: {
      set: union(first.policy.set, then.policy.set),
      ...(found === undefined ? {} : { found }),
    },
  };
}

function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}

/** Tells whether the journal knows of claims that this resource made or changed. */
export function hasClaims({ claims, claimsFound = {} }: Claims): boolean {
  return claims.length > 0 || Object.keys(claimsFound).length > 0;
}
