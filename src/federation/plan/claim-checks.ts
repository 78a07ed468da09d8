import type { Issuer } from '../observe/issuer.ts';
import { alwaysIssuedClaims, scopeOfClaim } from '../properties/claims.ts';
import { nearest } from '../properties/nearest.ts';
import { preconditionSentences as sentences } from './precondition-sentences.ts';

type Mapping = Readonly<Record<string, string>>;

/** What brings claims about. */
export interface ClaimSources {
  readonly scopes: readonly string[];
  /** The names of the claims that the template or the application's federated claims issue. */
  readonly claims: readonly string[];
}

/** A standard claim is issued under its own name, and only if its scope is requested. */
export function standardClaimProblems(mapping: Mapping, { scopes, claims }: ClaimSources): string[] {
  return Object.entries(mapping).flatMap(([attribute, claim]) => {
    if (claims.includes(claim)) return [];
    const standard = differsInCase(claim, claims);
    if (standard !== undefined) return [sentences.claimCase(attribute, claim, standard)];
    const scope = scopeOfClaim.get(claim);
    return scope === undefined || scopes.includes(scope)
      ? []
      : [sentences.claimScope(attribute, claim, scope)];
  });
}

/**
 * Claims that nothing issues. The org's authorization server issues the standard ones and those of the application; what a
 * custom one issues is not known.
 * @param found claims that may be issued by what is in Okta already, which Okta's public API does not show.
 */
export function unissuedClaimProblems(
  mapping: Mapping,
  { claims }: ClaimSources,
  issuer: Issuer,
  found: readonly string[],
): string[] {
  if ('problem' in issuer || isCustomServer(issuer.url)) return [];
  return Object.entries(mapping).flatMap(([attribute, claim]) => {
    const isKnown = alwaysIssuedClaims.has(claim) || scopeOfClaim.has(claim);
    if (isKnown || claims.includes(claim) || found.includes(claim)) return [];
    // Another sentence names it already.
    if (differsInCase(claim, claims) !== undefined) return [];
    if (claim === 'groups') return [sentences.groupsClaim(attribute)];
    const near = nearest(claim, [...claims, ...scopeOfClaim.keys()]);
    return [
      near === undefined
        ? sentences.unissuedClaim(attribute, claim)
        : sentences.claimNear(attribute, claim, near),
    ];
  });
}

function differsInCase(claim: string, claims: readonly string[]): string | undefined {
  const letters = claim.toLowerCase();
  if (scopeOfClaim.has(claim) || alwaysIssuedClaims.has(claim)) return undefined;
  return [...claims, ...scopeOfClaim.keys(), ...alwaysIssuedClaims].find(
    (one) => one.toLowerCase() === letters,
  );
}

/** @see https://developer.okta.com/docs/concepts/auth-servers/ */
function isCustomServer(issuer: string): boolean {
  return issuer.includes('/oauth2/');
}
