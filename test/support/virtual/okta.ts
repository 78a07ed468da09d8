import { DpopProofs } from '../../../local/okta/dpop.ts';
import { isLimitedSignIn, RateLimit } from '../../../local/okta/management/rate-limit.ts';
import { ManagementApi } from '../../../local/okta/management/router.ts';
import type { Application, Org } from '../../../local/okta/org.ts';
import { organizationDocument } from '../../../local/okta/organization.ts';
import type { Destination, OutgoingRequest, Reply } from './network.ts';
import type { OktaLimits } from './okta-limits.ts';

/** Loopback, so that the product takes it over http; nothing listens there. */
export const orgUrl = 'http://127.0.0.1:8480';

/** Another org, whose credentials are in another secret. */
export const otherOrgUrl = 'http://127.0.0.1:8481';

/** The URL of the org's custom domain, if it has one; people can sign in there too. */
export const customDomain = 'https://sign-in.acme.example.com';

/** A second custom domain, which the org's description does not name. */
export const anotherCustomDomain = 'https://sign-in.acme.example.net';

/** What the org signs people in by, beside its applications. */
export interface SignInSettings {
  readonly orgUrl: string;
  /** Whether it answers at its custom domains too. */
  hasCustomDomain: boolean;
}

/**
 * The local Okta org's Management API, and as much of its sign-in as the product's probes touch: both act on the same
 * org, without a server.
 */
export function oktaOrg(org: Org, limits: OktaLimits, settings: SignInSettings): Destination {
  const management = new ManagementApi(org, new DpopProofs(), new RateLimit());
  return {
    serves: ({ origin }) =>
      origin === settings.orgUrl ||
      (settings.hasCustomDomain && [customDomain, anotherCustomDomain].includes(origin)),
    asks: ({ method, url }) =>
      url.pathname.startsWith('/api/')
        ? { service: 'Okta', operation: `${method} ${anonymous(url.pathname)}` }
        : { service: 'Sign-in', operation: `${method} Okta ${url.pathname}` },
    async answer(request) {
      const { url, method, headers, body } = request;
      const isManagement = url.pathname.startsWith('/api/');
      const isLimited = isManagement || isLimitedSignIn(url.pathname);
      const refused = isLimited ? limits.count(method, url.pathname) : undefined;
      if (refused) return refused;
      if (!isManagement) return signIn(org, request, settings);
      const reply = await management.answer({ method, url, headers, body });
      return {
        status: reply.status,
        headers: {
          'content-type': 'application/json',
          ...Object.fromEntries(
            Object.entries(reply.headers ?? {}).map(([name, value]) => [name, [value].flat().join(', ')]),
          ),
        },
        body: reply.body === undefined ? '' : JSON.stringify(reply.body),
      };
    },
  };
}

const anonymous = (path: string) => path.replaceAll(/\/(0oa|00g|ocs)\w{17}/g, '/*');

/** What an issuer says of itself. */
export function metadataOf(issuer: string) {
  // The org itself has its endpoints under `/oauth2`, an authorization server right below it.
  const base = issuer.includes('/oauth2/') ? issuer : `${issuer}/oauth2`;
  return {
    issuer,
    authorization_endpoint: `${base}/v1/authorize`,
    token_endpoint: `${base}/v1/token`,
    userinfo_endpoint: `${base}/v1/userinfo`,
    jwks_uri: `${base}/v1/keys`,
  };
}

export const oktaMetadata = metadataOf(orgUrl);

/** The org's own sign-in, or that of one of its authorization servers. */
function signIn(org: Org, { method, url, headers, body }: OutgoingRequest, settings: SignInSettings): Reply {
  const [, serverId, endpoint = ''] = /^(?:\/oauth2\/(default|aus\w+))?(\/.*)$/.exec(url.pathname) ?? [];
  if (serverId !== undefined && !org.authorizationServers.has(serverId)) return { status: 404, body: '{}' };
  const issuer = serverId === undefined ? url.origin : `${url.origin}/oauth2/${serverId}`;
  switch (endpoint.replace(/^\/oauth2\/v1/, '/v1')) {
    case '/.well-known/openid-configuration':
      return { status: 200, body: JSON.stringify(metadataOf(issuer)) };
    case '/.well-known/okta-organization': {
      const custom = settings.hasCustomDomain ? { custom: customDomain } : {};
      const document = organizationDocument(org, { org: settings.orgUrl, ...custom });
      return { status: 200, body: JSON.stringify(document) };
    }
    case '/v1/authorize': {
      const application = activeApplication(org, url.searchParams.get('client_id'));
      const redirectUri = url.searchParams.get('redirect_uri') ?? '';
      const registered = application?.document.settings.oauthClient.redirect_uris ?? [];
      if (!registered.includes(redirectUri)) return { status: 400, body: 'An error page.' };
      const error = authorizeError(url.searchParams);
      // Without `prompt=none` it asks the person.
      if (error === undefined) return { status: 200, body: 'A sign-in page.' };
      const query = new URLSearchParams({ error, state: url.searchParams.get('state') ?? '' });
      return { status: 302, headers: { location: `${redirectUri}?${query}` } };
    }
    case '/v1/token': {
      const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
      if (method !== 'POST' || !isForm)
        return { status: 400, body: JSON.stringify({ error: 'invalid_request' }) };
      const form = new URLSearchParams(body.toString());
      const application = activeApplication(org, form.get('client_id'));
      const secret = form.get('client_secret');
      const right = application?.secrets.some(({ status, value }) => status === 'ACTIVE' && value === secret);
      if (!right) return { status: 401, body: JSON.stringify({ error: 'invalid_client' }) };
      const demandsProof = application?.document.settings.oauthClient.dpop_bound_access_tokens === true;
      const error = demandsProof && headers.dpop === undefined ? 'invalid_dpop_proof' : tokenError(form);
      return { status: 400, body: JSON.stringify({ error }) };
    }
    default:
      return { status: 404, body: '{}' };
  }
}

/** @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/#tag/OrgAS/operation/authorize */
function authorizeError(query: URLSearchParams): string | undefined {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type';
  if (!query.get('scope')?.split(' ').includes('openid')) return 'invalid_scope';
  if (!query.get('state')) return 'invalid_request';
  return query.get('prompt') === 'none' ? 'login_required' : undefined;
}

/** No code is known here. */
function tokenError(form: URLSearchParams): string {
  if (form.get('grant_type') !== 'authorization_code') return 'unsupported_grant_type';
  return form.get('code') && form.get('redirect_uri') ? 'invalid_grant' : 'invalid_request';
}

function activeApplication(org: Org, clientId: string | null): Application | undefined {
  const application = org.applicationOfClient(clientId ?? '');
  return application?.status === 'ACTIVE' ? application : undefined;
}
