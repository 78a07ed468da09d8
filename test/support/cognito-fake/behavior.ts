/**
 * How this Cognito answers if AWS's own sources disagree, or may answer one day. A test plays each side. The defaults are
 * what AWS documents, and what forgives least if AWS documents nothing.
 */
export interface Behavior {
  /** DescribeIdentityProvider shows the endpoints of the issuer: AWS's page shows them, a recorded answer does not. */
  showsDiscoveredEndpoints: boolean;
  /** `/oauth2/authorize` redirects for a provider that the app client does not list. The callback fails afterwards. */
  redirectsUnlistedProvider: boolean;
  /** The error for an IdpIdentifier of another provider. */
  takenIdentifier: 'DuplicateProviderException' | 'InvalidParameterException';
  /** Keys that DescribeIdentityProvider shows and an update refuses, as `ActiveEncryptionCertificate` of SAML was in 2024. */
  readOnlyDetails: Readonly<Record<string, string>>;
  /** Keys that DescribeUserPoolClient shows and an update refuses. */
  readOnlyClientSettings: Readonly<Record<string, unknown>>;
  /** Which attributes an app client may write if its WriteAttributes are unset: AWS says `standard`, Terraform `all`. */
  unsetWriteAttributes: 'standard' | 'all';
  /** Where Cognito reads the claims that it maps: one page of AWS says the ID token, another userinfo. */
  claimsFrom: 'id-token' | 'userinfo';
  /** What the web ACL in front of the pools' domains does. `core rules` answer 403 to a request without a User-Agent. */
  webAcl: 'none' | 'core rules' | WebAclStatus;
}

/** A web ACL that refuses every request with this status. */
export type WebAclStatus = 401 | 403 | 405 | 429;

export const defaultBehavior = (): Behavior => ({
  showsDiscoveredEndpoints: true,
  redirectsUnlistedProvider: false,
  takenIdentifier: 'InvalidParameterException',
  readOnlyDetails: {},
  readOnlyClientSettings: {},
  unsetWriteAttributes: 'standard',
  claimsFrom: 'id-token',
  webAcl: 'core rules',
});
