import type { OktaCredentials } from './credentials.ts';
import type { OktaAnswer, OktaRequest } from './exchange.ts';
import type { Scope } from './refusal.ts';

/** Authenticates requests to Okta. */
export interface Authorization {
  /**
   * The header fields for one try of a request; a repeat needs new ones, because a proof is good only once.
   * @param needs the scope that the request takes
   */
  headersFor(request: Pick<OktaRequest, 'method' | 'url'>, needs?: Scope): Promise<Record<string, string>>;
  /** Called if Okta answers 401: whether `headersFor` now gives something better, worth one more try. */
  renew(refusal: OktaAnswer): boolean;
}

/** Okta's own scheme for API tokens: https://developer.okta.com/docs/reference/core-okta-api/#authentication */
export function apiTokenAuthorization(credentials: OktaCredentials & { kind: 'apiToken' }): Authorization {
  return {
    headersFor: async () => ({ authorization: `SSWS ${credentials.apiToken.reveal()}` }),
    renew: () => false,
  };
}
