import { oktaIdentifier } from '../identifiers.ts';

/**
 * An error of the Management API, in the shape that every client of Okta knows.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
export class ManagementError extends Error {
  readonly status: number;
  readonly code: string;
  readonly causes: string[];
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    summary: string,
    causes: string[] = [],
    headers: Record<string, string> = {},
  ) {
    super(summary);
    this.name = 'ManagementError';
    this.status = status;
    this.code = code;
    this.causes = causes;
    this.headers = headers;
  }

  /** @returns the body that Okta answers with */
  toJSON(): object {
    return {
      errorCode: this.code,
      errorSummary: this.message,
      errorLink: this.code,
      errorId: oktaIdentifier('oae'),
      errorCauses: this.causes.map((errorSummary) => ({ errorSummary })),
    };
  }
}

/** The kinds of thing as "not found" names them. */
export type ResourceKind =
  | 'AppInstance'
  | 'UserGroup'
  | 'GroupAppAssignment'
  | 'AppUser'
  | 'User'
  | 'Policy'
  | 'OAuth2ClientSecretMediated'
  | 'FederatedClaim'
  | 'OAuth2ScopeConsentGrant'
  | 'PolicyRule'
  | 'AuthorizationServer'
  | 'OAuth2Scope'
  | 'GroupRule'
  | 'NetworkZone'
  | 'TrustedOrigin'
  | 'InlineHook'
  | 'UserSchema'
  | 'OAuth2Claim';

/** @returns 404: there is no such thing */
export function notFound(id: string, kind: ResourceKind): ManagementError {
  return new ManagementError(404, 'E0000007', `Not found: Resource not found: ${id} (${kind})`);
}

/**
 * @param subject the field or the kind of thing that is wrong
 * @param causes what is wrong with it, a sentence each
 * @returns 400: the request was understood and is not acceptable
 */
export function validationFailed(subject: string, causes: string[]): ManagementError {
  return new ManagementError(400, 'E0000001', `Api validation failed: ${subject}`, causes);
}

/** @returns 403: the caller lacks the right, or a rule of Okta forbids it */
export function forbidden(causes: string[] = [], headers: Record<string, string> = {}): ManagementError {
  const summary = 'You do not have permission to perform the requested action';
  return new ManagementError(403, 'E0000006', summary, causes, headers);
}

/** @returns 401: the org's plan lacks the feature; the token is good */
export function featureMissing(): ManagementError {
  const summary = 'You do not have permission to access the feature you are requesting';
  return new ManagementError(401, 'E0000015', summary);
}

/** @returns 401: a token that Okta does not know, or does not know any more */
export function invalidToken(headers: Record<string, string> = {}): ManagementError {
  return new ManagementError(401, 'E0000011', 'Invalid token provided', [], headers);
}
