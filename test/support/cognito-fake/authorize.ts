import { randomUUID } from 'node:crypto';
import { type CognitoState, providerKey } from './state.ts';
import { type Domain, domainHost, type UserPool } from './user-pools.ts';

export interface DomainRequest {
  /** The Host header, with or without a port. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The User-Agent header; empty if there is none. */
  readonly userAgent: string;
}

/** What a pool's domain answers: the web ACL in front of it first, then Cognito. */
export function answerAtDomain(
  state: CognitoState,
  { host, path, query, userAgent }: DomainRequest,
): { readonly status: number; readonly headers?: { readonly location: string } } {
  const { webAcl } = state.behavior;
  if (typeof webAcl === 'number') return { status: webAcl };
  // Rule NoUserAgent_HEADER: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
  if (webAcl === 'core rules' && userAgent === '') return { status: 403 };
  const location = path === '/oauth2/authorize' ? authorizeLocation(state, host, query) : undefined;
  return location === undefined ? { status: 404 } : { status: 302, headers: { location } };
}

/**
 * Where `/oauth2/authorize` of a pool's domain sends a browser: to the provider's own authorize endpoint, or to
 * the pool's error page when the client, the redirect URI or the provider will not do.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 *
 * @param host the request's Host header, with or without a port.
 * @param query the request's parameters.
 * @returns the Location of the 302, or undefined if no pool has an active domain of that name.
 */
export function authorizeLocation(
  state: CognitoState,
  host: string,
  query: URLSearchParams,
): string | undefined {
  const name = host.split(':')[0] ?? '';
  const found = findDomain(state, name);
  if (found === undefined || found.domain.status !== 'ACTIVE') return undefined;
  const clientId = query.get('client_id') ?? '';
  const errorPage = (error: string) =>
    `https://${name}/error?${new URLSearchParams({ error, client_id: clientId })}`;
  const client = state.clients.get(clientId);
  if (client?.userPoolId !== found.pool.id) return errorPage('invalid_client');
  const { settings } = client;
  if (!settings.CallbackURLs?.includes(query.get('redirect_uri') ?? ''))
    return errorPage('redirect_mismatch');
  const grant = query.get('response_type') === 'token' ? 'implicit' : query.get('response_type');
  if (
    !settings.AllowedOAuthFlowsUserPoolClient ||
    !settings.AllowedOAuthFlows?.some((flow) => flow === grant)
  ) {
    return errorPage('unauthorized_client');
  }
  const providerName = query.get('identity_provider');
  if (providerName === null) return `https://${name}/login?${query}`;
  const provider = state.providers.get(providerKey(found.pool.id, providerName));
  const authorizeUrl = provider?.ProviderDetails.authorize_url;
  if (
    provider === undefined ||
    authorizeUrl === undefined ||
    !(state.behavior.redirectsUnlistedProvider || settings.SupportedIdentityProviders?.includes(providerName))
  ) {
    return errorPage('Login option is not available. Please try another one');
  }
  const location = new URL(authorizeUrl);
  location.search = new URLSearchParams({
    client_id: provider.ProviderDetails.client_id ?? '',
    redirect_uri: `https://${name}/oauth2/idpresponse`,
    scope: provider.ProviderDetails.authorize_scopes ?? '',
    response_type: 'code',
    state: randomUUID(),
  }).toString();
  return location.href;
}

function findDomain(state: CognitoState, host: string): { pool: UserPool; domain: Domain } | undefined {
  for (const pool of state.pools.values()) {
    const domain = pool.domains.find((candidate) => domainHost(pool, candidate) === host);
    if (domain !== undefined) return { pool, domain };
  }
  return undefined;
}
