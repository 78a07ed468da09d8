import type { ApplicationRecord } from './records.ts';

export function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}

type Claims = Pick<ApplicationRecord, 'claims' | 'claimsFound'>;
type Policy = Pick<ApplicationRecord, 'policy'>;

/** What either record has of the claims of one application; what was found first is what an administrator had set. */
export function mergedClaims(first: Claims, then: Claims): Claims {
  const found = { ...then.claimsFound, ...first.claimsFound };
  return {
    claims: union([first.claims, then.claims]),
    ...(Object.keys(found).length > 0 ? { claimsFound: found } : {}),
  };
}

/** What either record has of the policy of one application. */
export function mergedPolicy(first: Policy, then: Policy): Policy {
  if (!first.policy || !then.policy) {
    const policy = first.policy ?? then.policy;
    return policy ? { policy } : {};
  }
  const found = first.policy.found ?? then.policy.found;
  return {
    policy: {
      set: union([first.policy.set, then.policy.set]),
      ...(found === undefined ? {} : { found }),
    },
  };
}

/** Tells whether the journal knows of claims that this resource made or changed. */
export function hasClaims(
  record: Partial<Pick<ApplicationRecord, 'claims' | 'claimsFound'>> | undefined,
): boolean {
  const { claims = [], claimsFound = {} } = record ?? {};
  return claims.length > 0 || Object.keys(claimsFound).length > 0;
}
