/** How much of the sign-in path is probed before the stack succeeds. */
export enum OktaVerification {
  /** The path from Cognito to Okta and back. */
  FULL = 'true',

  /** The Okta half: the probe of the Cognito domain is skipped. */
  OKTA_ONLY = 'OktaOnly',

  /** Nothing. */
  NONE = 'false',
}
