import type { IncomingHttpHeaders } from 'node:http';
import type { DpopProofs } from '../dpop.ts';
import { oktaIdentifier } from '../identifiers.ts';
import type { Org } from '../org.ts';
import { appOperations } from './apps.ts';
import { assignmentOperations } from './assignments.ts';
import { authenticate } from './authentication.ts';
import { claimOperations } from './authorization-server-claims.ts';
import { serverPolicyOperations } from './authorization-server-policies.ts';
import { scopeOperations } from './authorization-server-scopes.ts';
import { authorizationServerOperations } from './authorization-servers.ts';
import type { Answer, Operation } from './call.ts';
import { forbidden, ManagementError } from './errors.ts';
import { federatedClaimOperations } from './federated-claims.ts';
import { grantOperations } from './grants.ts';
import { groupRuleOperations } from './group-rules.ts';
import { groupOperations } from './groups.ts';
import { idTokenOperations } from './id-token-settings.ts';
import { inlineHookOperations } from './inline-hooks.ts';
import { networkZoneOperations } from './network-zones.ts';
import { policyOperations } from './policies.ts';
import { policyRuleOperations } from './policy-rules.ts';
import type { RateLimit } from './rate-limit.ts';
import { samlOperations } from './saml.ts';
import { secretOperations } from './secrets.ts';
import { trustedOriginOperations } from './trusted-origins.ts';
import { userSchemaOperations } from './user-schemas.ts';
import { userOperations } from './users.ts';

const ROUTES = [
  ...appOperations,
  ...secretOperations,
  ...idTokenOperations,
  ...federatedClaimOperations,
  ...grantOperations,
  ...authorizationServerOperations,
  ...scopeOperations,
  ...claimOperations,
  ...serverPolicyOperations,
  ...groupRuleOperations,
  ...networkZoneOperations,
  ...trustedOriginOperations,
  ...inlineHookOperations,
  ...samlOperations,
  ...userSchemaOperations,
  ...assignmentOperations,
  ...groupOperations,
  ...policyOperations,
  ...policyRuleOperations,
  ...userOperations,
].map((operation) => ({ operation, pattern: patternOf(operation.path) }));

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** One request to the Management API, as it came. */
export interface ManagementRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The Management API: authentication, rate limits and scopes before the operations themselves. */
export class ManagementApi {
  readonly #org: Org;
  readonly #proofs: DpopProofs;
  readonly #rateLimit: RateLimit;

  constructor(org: Org, proofs: DpopProofs, rateLimit: RateLimit) {
    this.#org = org;
    this.#proofs = proofs;
    this.#rateLimit = rateLimit;
  }

  /** @returns Okta's answer, an error among them, with the headers that every answer has */
  async answer(request: ManagementRequest): Promise<Answer> {
    const headers: Record<string, string> = { 'x-okta-request-id': oktaIdentifier('oae') };
    try {
      Object.assign(headers, this.#rateLimit.count(request.method, request.url.pathname));
      const caller = await authenticate(
        this.#org,
        this.#proofs,
        { authorization: request.headers.authorization, dpop: request.headers.dpop?.toString() },
        request.method,
        request.url.origin + request.url.pathname,
      );
      const { operation, path } = route(request);
      if (caller.kind === 'service-app' && !grants(caller.scopes, operation.scope)) {
        const missing = 'The access token provided does not contain the required scopes.';
        throw forbidden([], {
          'www-authenticate': `Bearer error="insufficient_scope", error_description="${missing}", scope="${operation.scope}"`,
        });
      }
      const { origin } = request.url;
      const answer = await operation.answer({
        org: this.#org,
        origin,
        url: request.url,
        path,
        body: request.body,
        caller,
      });
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof ManagementError)) throw error;
      return { status: error.status, body: error, headers: { ...headers, ...error.headers } };
    }
  }
}

function route({ method, url }: ManagementRequest): { operation: Operation; path: Record<string, string> } {
  const samePath = ROUTES.filter(({ pattern }) => pattern.test(url.pathname));
  const found = samePath.find(({ operation }) => operation.method === method);
  if (!found) {
    throw samePath.length > 0
      ? new ManagementError(405, 'E0000022', 'The endpoint does not support the provided HTTP method')
      : new ManagementError(404, 'E0000008', 'The requested path was not found');
  }
  const groups = found.pattern.exec(url.pathname)?.groups ?? {};
  const path = Object.fromEntries(
    Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
  return { operation: found.operation, path };
}

/** A `manage` scope holds the `read` scope of the same resource. */
function grants(scopes: Set<string>, needed: string): boolean {
  return scopes.has(needed) || scopes.has(needed.replace(/\.read$/, '.manage'));
}
