/**
 * Claims that Okta itself puts into every ID token of the org's authorization server.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#id-token
 */
export const alwaysIssuedClaims: ReadonlySet<string> = new Set(
  'sub iss aud iat exp jti ver amr auth_time at_hash nonce idp'.split(' '),
);

/** Claims of the protocol, which no expression may replace: a token without its own is refused. */
export const reservedClaims: ReadonlySet<string> = new Set([
  ...alwaysIssuedClaims,
  ...'acr azp c_hash cid client_id cnf nbf scp sid token_type uid'.split(' '),
]);

const profileClaims =
  'name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at';

/**
 * Which scope brings a standard claim.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims
 */
export const scopeOfClaim: ReadonlyMap<string, string> = new Map([
  ...profileClaims.split(' ').map((claim) => [claim, 'profile'] as const),
  ['email', 'email'],
  ['email_verified', 'email'],
  ['address', 'address'],
  ['phone_number', 'phone'],
  ['phone_number_verified', 'phone'],
]);

/**
 * How many characters a claim can have, if Okta's user profile limits it: the default profile's limits; an ID has 20.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserProfile/
 */
export const longestOfClaim: ReadonlyMap<string, number> = new Map([
  ['sub', 20],
  ['email', 100],
  ['preferred_username', 100],
  ['given_name', 50],
  ['family_name', 50],
]);
