import { DpopProofs } from '../../../local/okta/dpop.ts';
import { RateLimit } from '../../../local/okta/management/rate-limit.ts';
import { ManagementApi } from '../../../local/okta/management/router.ts';
import type { Application, Org } from '../../../local/okta/org.ts';
import type { Destination, OutgoingRequest, Reply } from './network.ts';
import type { OktaLimits } from './okta-limits.ts';

/** Loopback, so that the product takes it over http; nothing listens there. */
export const orgUrl = 'http://127.0.0.1:8480';

/**
 * The local Okta org's Management API, and as much of its sign-in as the product's probes touch: both act on the same
 * org, without a server.
 */
export function oktaOrg(org: Org, limits: OktaLimits): Destination {
  const management = new ManagementApi(org, new DpopProofs(), new RateLimit());
  return {
    serves: ({ origin }) => origin === orgUrl,
    asks: ({ method, url }) =>
      url.pathname.startsWith('/api/')
        ? { service: 'Okta', operation: `${method} ${anonymous(url.pathname)}` }
        : { service: 'Sign-in', operation: `${method} Okta ${url.pathname}` },
    async answer(request) {
      const { url, method, headers, body } = request;
      if (!url.pathname.startsWith('/api/')) return signIn(org, request);
      const refused = limits.count(method, url.pathname);
      if (refused) return refused;
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

export const oktaMetadata = {
  issuer: orgUrl,
  authorization_endpoint: `${orgUrl}/oauth2/v1/authorize`,
  token_endpoint: `${orgUrl}/oauth2/v1/token`,
  userinfo_endpoint: `${orgUrl}/oauth2/v1/userinfo`,
  jwks_uri: `${orgUrl}/oauth2/v1/keys`,
};

function signIn(org: Org, { url, body }: OutgoingRequest): Reply {
  switch (url.pathname) {
    case '/.well-known/openid-configuration':
      return { status: 200, body: JSON.stringify(oktaMetadata) };
    case '/oauth2/v1/authorize': {
      const application = activeApplication(org, url.searchParams.get('client_id'));
      const redirectUri = url.searchParams.get('redirect_uri') ?? '';
      const registered = application?.document.settings.oauthClient.redirect_uris ?? [];
      if (!registered.includes(redirectUri)) return { status: 400, body: 'An error page.' };
      const query = new URLSearchParams({ error: 'login_required', state: 'probe' });
      return { status: 302, headers: { location: `${redirectUri}?${query}` } };
    }
    case '/oauth2/v1/token': {
      const form = new URLSearchParams(body.toString());
      const application = activeApplication(org, form.get('client_id'));
      const secret = form.get('client_secret');
      const right = application?.secrets.some(({ status, value }) => status === 'ACTIVE' && value === secret);
      return right
        ? { status: 400, body: JSON.stringify({ error: 'invalid_grant' }) }
        : { status: 401, body: JSON.stringify({ error: 'invalid_client' }) };
    }
    default:
      return { status: 404, body: '{}' };
  }
}

function activeApplication(org: Org, clientId: string | null): Application | undefined {
  const application = org.applicationOfClient(clientId ?? '');
  return application?.status === 'ACTIVE' ? application : undefined;
}
