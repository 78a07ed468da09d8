import { z } from 'zod';
import { readExpression } from './expression-language.ts';
import type { Application, Org, User } from './org.ts';

/** Of the profile and email scopes, all that a thin ID token holds. */
const THIN = ['sub', 'name', 'email', 'preferred_username'];

const groupsFilter = z.object({
  valueType: z.literal('GROUPS'),
  name: z.string(),
  groupFilterType: z.enum(['EQUALS', 'STARTS_WITH', 'CONTAINS', 'REGEX']).default('REGEX'),
  value: z.string(),
});

const expressionClaim = z.object({ valueType: z.literal('EXPRESSION'), name: z.string(), value: z.string() });

/** The destination of the claims, and the request. */
export interface ClaimsContext {
  readonly use: 'id-token' | 'userinfo';
  /** Whether the ID token comes with an access token. */
  readonly besideAccessToken: boolean;
  /** Whether the org's own server is asked, not a custom one. */
  readonly ofOrgServer: boolean;
  readonly scopes: readonly string[];
}

/**
 * @returns the claims of a user for an application; oidc-provider hands out those of the granted scopes
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#id-token-claims
 */
export function tokenClaims(
  org: Org,
  user: User,
  application: Application | undefined,
  context: ClaimsContext,
): { sub: string; [name: string]: unknown } {
  const all = {
    sub: user.id,
    email: user.email,
    email_verified: true,
    name: `${user.firstName} ${user.lastName}`,
    given_name: user.firstName,
    family_name: user.lastName,
    preferred_username: user.email,
    locale: 'en_US',
    zoneinfo: 'America/Los_Angeles',
    updated_at: Math.floor(Date.parse(user.created) / 1000),
  };
  const { use, besideAccessToken, ofOrgServer } = context;
  const isThin = use === 'id-token' && besideAccessToken && ofOrgServer && org.settings.idTokens === 'thin';
  const standard = isThin ? Object.entries(all).filter(([name]) => THIN.includes(name)) : Object.entries(all);
  const isPlace = org.settings.claimsIn === 'both' || org.settings.claimsIn === use;
  const custom = application && ofOrgServer && isPlace ? customClaims(org, user, application, context) : {};
  return { ...Object.fromEntries(standard), ...custom, sub: user.id };
}

/** @returns the names of all claims that an application of the org gives beside the standard ones */
export function customClaimNames(org: Org): string[] {
  const names = [...org.applications.values()].flatMap(({ federatedClaims, idTokenSettings }) => [
    ...federatedClaims.map(({ name }) => name),
    ...(typeof idTokenSettings.name === 'string' ? [idTokenSettings.name] : []),
  ]);
  return [...new Set(names)].sort();
}

function customClaims(org: Org, user: User, application: Application, { scopes }: ClaimsContext): object {
  const groups = [...org.groups.values()].filter(({ members }) => members.has(user.id));
  const { email, firstName, lastName, attributes } = user;
  const subject = { user: { login: email, email, firstName, lastName, ...attributes }, groups };
  const claims: Record<string, unknown> = {};
  const filter = groupsFilter.safeParse(application.idTokenSettings).data;
  // The groups claim comes with its scope, a federated claim with any.
  if (filter && scopes.includes('groups')) {
    claims[filter.name] = groups.map(({ name }) => name).filter((name) => passes(filter, name));
  }
  const expression = expressionClaim.safeParse(application.idTokenSettings).data;
  const all = [
    ...(expression ? [{ name: expression.name, expression: expression.value }] : []),
    ...application.federatedClaims,
  ];
  for (const { name, expression: text } of all) {
    const value = readExpression(text)?.(subject);
    // A claim without a value is left out.
    if (value !== undefined && value !== null) claims[name] = value;
  }
  return claims;
}

function passes({ groupFilterType, value }: z.infer<typeof groupsFilter>, name: string): boolean {
  switch (groupFilterType) {
    case 'EQUALS':
      return name === value;
    case 'STARTS_WITH':
      return name.startsWith(value);
    case 'CONTAINS':
      return name.includes(value);
    case 'REGEX':
      return new RegExp(`^(?:${value})$`).test(name);
  }
}
