import type { OktaCredentials } from './credentials.ts';
import type { OktaAnswer, OktaRequest } from './exchange.ts';

/** Proves to Okta who asks. */
export interface Authorization {
  /** The header fields for one try of a request; a repeat needs new ones, because a proof is good only once. */
  headersFor(request: Pick<OktaRequest, 'method' | 'url'>): Promise<Record<string, string>>;
  /** Called when Okta answers 401: whether `headersFor` now gives something better, worth one more try. */
  renew(refusal: OktaAnswer): boolean;
}

/** Okta's own scheme for API tokens: https://developer.okta.com/docs/reference/core-okta-api/#authentication */
export function apiTokenAuthorization(credentials: OktaCredentials & { kind: 'apiToken' }): Authorization {
  return {
    headersFor: async () => ({ authorization: `SSWS ${credentials.apiToken.reveal()}` }),
    renew: () => false,
  };
}
