import { errors, type interactionPolicy, interactionPolicy as policy } from 'oidc-provider';
import type { AuthorizationServer, Org } from './org.ts';

const { Check, Prompt } = policy;

/** The scopes of an authorization server, with the claims that each gives. */
export const SCOPES: Record<string, string[]> = {
  openid: ['sub'],
  profile: ['name', 'family_name', 'given_name', 'preferred_username', 'locale', 'zoneinfo', 'updated_at'],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number'],
  groups: [],
};

const ORG_SCOPES = Object.keys(SCOPES);

/** A custom authorization server has no `groups` scope until an administrator adds one. */
const CUSTOM_SERVER_SCOPES = ORG_SCOPES.filter((scope) => scope !== 'groups');

/**
 * What an authorization request must pass, in Okta's order: the request itself and the server's access policies
 * before anyone signs in, the assignment once it is known who does. There is no consent.
 *
 * @param server the custom authorization server, or nothing for the org's own, which has no access policies
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/#tag/OrgAS/operation/authorize
 */
export function signInRules(org: Org, server: AuthorizationServer | undefined): interactionPolicy.Prompt[] {
  const rules = policy.base();
  rules.remove('consent');
  const noSession = rules.get('login')?.checks.get('no_session');
  if (noSession) noSession.description = 'The client specified not to prompt, but the user is not logged in.';

  const request = new Check('request', 'the request is refused', ({ method, query, oidc }) => {
    const { state, client_id: clientId } = oidc.params ?? {};
    // As it was sent: oidc-provider drops the scopes that it does not know.
    const scope = method === 'POST' ? oidc.body?.scope : query.scope;
    if (typeof state !== 'string' || state === '') {
      throw new errors.InvalidRequest("The authentication request has an invalid 'state' parameter.");
    }
    const requested = typeof scope === 'string' ? scope.split(' ') : [];
    const known = server ? CUSTOM_SERVER_SCOPES : ORG_SCOPES;
    if (requested.some((each) => each !== 'offline_access' && !known.includes(each))) {
      const refusal = 'One or more scopes are not configured for the authorization server resource.';
      throw new errors.InvalidScope(refusal, requested.join(' '));
    }
    const lets = (clients: string[]) => clients.includes('ALL_CLIENTS') || clients.includes(String(clientId));
    if (server && !server.policies.some(({ clients }) => lets(clients))) {
      throw new errors.AccessDenied(
        'Policy evaluation failed for this request, please check the policy configuration.',
      );
    }
    return Check.NO_NEED_TO_PROMPT;
  });
  rules.add(new Prompt({ name: 'request' }, request), 0);

  const assignment = new Check('assignment', 'the user is not assigned', ({ oidc }) => {
    const application = org.applicationOfClient(oidc.client?.clientId ?? '');
    const accountId = oidc.session?.accountId;
    if (accountId && application && !org.maySignIn(accountId, application)) {
      throw new errors.AccessDenied('User is not assigned to the client application.');
    }
    return Check.NO_NEED_TO_PROMPT;
  });
  rules.add(new Prompt({ name: 'assignment' }, assignment));
  return rules;
}
