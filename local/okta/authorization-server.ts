import type { JWK } from 'jose';
import { type Configuration, Provider } from 'oidc-provider';
import { account, clientMetadata, isSecretOf, requiresPkce } from './oidc-client.ts';
import type { AuthorizationServer, Org } from './org.ts';
import { errorPage, signOutPage } from './pages.ts';
import { SCOPES, signInRules } from './sign-in-rules.ts';
import type { TokenStorage } from './token-storage.ts';

/** The two hosts of an org: its own URL, and the custom domain. */
export interface OrgUrls {
  org: string;
  custom: string;
}

/** What the authorization servers of an org share. */
export interface OrgSignIn {
  org: Org;
  urls: OrgUrls;
  storage: TokenStorage;
  signingKey: JWK;
  cookieKeys: string[];
  /** What the nonces in DPoP proofs are made of. */
  nonceSecret: Buffer;
}

/** The ID of the org's own authorization server in the sign-in page's path. */
export const ORG_SERVER = 'org';

/**
 * Makes an authorization server; oidc-provider speaks the protocol.
 *
 * @param shared what it has in common with the org's other ones
 * @param server the custom authorization server, or nothing for the org's own
 * @param customClaims names of the claims that applications give beside the standard ones
 */
export function createAuthorizationServer(
  shared: OrgSignIn,
  server: AuthorizationServer | undefined,
  customClaims: readonly string[],
): Provider {
  const { org, urls } = shared;
  const path = server ? `/oauth2/${server.id}` : '';
  const provider = new Provider(urls.org + path, configuration(shared, server, customClaims));
  // The issuer follows the application if there is one, else the host: one server, two issuers.
  Object.defineProperty(provider, 'issuer', { get: () => baseUrl(shared, server) + path });
  Object.defineProperty(provider.Client.prototype, 'compareClientSecret', {
    value(this: { clientId: string }, actual: string): boolean {
      return isSecretOf(org, this.clientId, actual);
    },
  });
  provider.on('server_error', (_context, error) => console.error(error));
  return provider;
}

/** @see https://developer.okta.com/docs/guides/custom-url-domain/main/ on the issuer mode */
function baseUrl({ org, urls }: OrgSignIn, server: AuthorizationServer | undefined): string {
  const context = Provider.ctx;
  const clientId = context?.oidc?.client?.clientId;
  const application = clientId === undefined ? undefined : org.applicationOfClient(clientId);
  const mode = server ? 'DYNAMIC' : application?.document.settings.oauthClient.issuer_mode;
  if (mode === 'ORG_URL') return urls.org;
  if (mode === 'CUSTOM_URL') return urls.custom;
  return context?.host === new URL(urls.custom).host ? urls.custom : urls.org;
}

function configuration(
  shared: OrgSignIn,
  server: AuthorizationServer | undefined,
  customClaims: readonly string[],
): Configuration {
  const { org, urls, storage, signingKey, cookieKeys, nonceSecret } = shared;
  const id = server?.id ?? ORG_SERVER;
  const v1 = server ? `/oauth2/${id}/v1` : '/oauth2/v1';
  const { port } = new URL(urls.org);
  return {
    adapter: (model) => ({
      ...storage.adapter(id, model),
      ...(model === 'Client' && { find: async (clientId) => clientMetadata(org, clientId) }),
    }),
    jwks: { keys: [signingKey] },
    routes: {
      authorization: `${v1}/authorize`,
      token: `${v1}/token`,
      userinfo: `${v1}/userinfo`,
      jwks: `${v1}/keys`,
      end_session: `${v1}/logout`,
      introspection: `${v1}/introspect`,
      revocation: `${v1}/revoke`,
    },
    // The account says which of these a user has, in which token.
    claims: { ...SCOPES, openid: ['sub', ...customClaims] },
    scopes: ['openid', 'offline_access', 'groups'],
    conformIdTokenClaims: false,
    responseTypes: ['code', 'id_token', 'code id_token'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ],
    enabledJWA: { dPoPSigningAlgValues: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] },
    pkce: { required: (_context, { clientId }) => requiresPkce(org, clientId) },
    features: {
      devInteractions: { enabled: false },
      // Okta demands its nonce in every proof at the token endpoint.
      dPoP: { enabled: true, nonceSecret, requireNonce: ({ oidc }) => oidc.route === 'token' },
      pushedAuthorizationRequests: { enabled: false },
      introspection: { enabled: true, allowedPolicy: async () => true },
      revocation: {
        enabled: true,
        allowedPolicy: async (_context, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (context, form) => {
          context.body = signOutPage(form);
        },
        postLogoutSuccessSource: async (context) => {
          context.body = errorPage('Signed out', 'You are signed out of the org.');
        },
      },
    },
    interactions: {
      policy: signInRules(org, server),
      url: (_context, interaction) => `/signin/${id}/${interaction.uid}`,
    },
    // Browsers share cookies between the ports of a host: two orgs on one machine must not share theirs.
    cookies: {
      keys: cookieKeys,
      names: { session: `sid_${port}`, interaction: `interaction_${port}`, resume: `resume_${port}` },
    },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 300,
      IdToken: 3600,
      Interaction: 3600,
      Grant: 7200,
      Session: 7200,
    },
    clientBasedCORS: () => false,
    findAccount: ({ oidc }, sub) =>
      account(org, sub, {
        clientId: oidc.client?.clientId ?? '',
        besideAccessToken: oidc.route !== 'authorization' && oidc.route !== 'resume',
        ofOrgServer: server === undefined,
      }),
    // No consent page: what is asked for is granted.
    async loadExistingGrant({ oidc }) {
      const { client, session, params } = oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      if (typeof params?.scope === 'string') grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
    async renderError(context, out) {
      context.status = context.status >= 500 ? context.status : 400;
      context.type = 'html';
      context.body = errorPage('400 Bad Request', out.error_description ?? out.error);
    },
  };
}
