import type { FederatedClaim } from '../../okta/federated-claims.ts';
import type { ApplicationRecord } from '../journal/records.ts';
import type { Step } from './steps.ts';

/** Claim name → expression. */
type Claims = Readonly<Record<string, string>>;
type ClaimRecord = Pick<ApplicationRecord, 'claims' | 'claimsFound'>;

/**
 * Plans the claims of an application: those that the template wants are made or changed, those that this resource made are
 * deleted, those that it changed are put back. What others added stays. Pure.
 * @param wanted nothing, if the application is given back.
 * @param there the claims that the application has.
 */
export function claimSteps(
  wanted: Claims,
  record: Partial<ClaimRecord> | undefined,
  there: readonly FederatedClaim[],
): Step[] {
  const { claims: made = [], claimsFound: found = {} } = record ?? {};
  const isWanted = (name: string) => Object.hasOwn(wanted, name);
  const set = Object.entries(wanted).flatMap(([name, expression]): Step[] => {
    const claim = there.find((one) => one.name === name);
    if (!claim) return [{ do: 'createClaim', claim: { name, expression } }];
    return claim.expression === expression
      ? []
      : [{ do: 'replaceClaim', claim: { id: claim.id, name, expression }, isPutBack: false }];
  });
  const unset = there.flatMap(({ id, name, expression }): Step[] => {
    if (isWanted(name)) return [];
    if (made.includes(name)) return [{ do: 'deleteClaim', claimId: id }];
    const before = Object.hasOwn(found, name) ? found[name] : undefined;
    return before === undefined || before === expression
      ? []
      : [{ do: 'replaceClaim', claim: { id, name, expression: before }, isPutBack: true }];
  });
  return [...set, ...unset];
}

/** What the journal has of the claims when the steps are done. */
export function claimsAfter(
  wanted: Claims,
  record: ClaimRecord | undefined,
  there: readonly FederatedClaim[],
): ClaimRecord {
  const before = new Map(there.map(({ name, expression }) => [name, expression]));
  const names = Object.keys(wanted);
  const made = names.filter((name) => record?.claims.includes(name) || !before.has(name));
  const found = names
    .filter((name) => !made.includes(name))
    .flatMap((name) => {
      const expression = record?.claimsFound?.[name] ?? before.get(name);
      return expression === undefined || expression === wanted[name] ? [] : [[name, expression] as const];
    });
  return { claims: made, ...(found.length > 0 ? { claimsFound: Object.fromEntries(found) } : {}) };
}
