import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { type Account, type ClientMetadata, type Configuration, errors, Provider } from 'oidc-provider';
import { randomSecret } from './identifiers.ts';
import type { Application, AuthorizationServer, Org } from './org.ts';
import { errorPage, signInPage, signOutPage } from './pages.ts';
import { SCOPES, signInRules } from './sign-in-rules.ts';
import { TokenStorage } from './token-storage.ts';

/** The two hosts of an org: its own URL, and the custom domain. */
export interface OrgUrls {
  org: string;
  custom: string;
}

/** The ID of the org's own authorization server in the sign-in page's path. */
const ORG_SERVER = 'org';

/** OpenID Connect for the org and its custom authorization servers; oidc-provider speaks the protocol. */
export class SignIn {
  readonly #org: Org;
  readonly #urls: OrgUrls;
  readonly #signingKey: JWK;
  readonly #cookieKeys = [randomSecret()];
  readonly #storage = new TokenStorage();
  readonly #servers = new Map<string, { server: AuthorizationServer | undefined; provider: Provider }>();

  private constructor(org: Org, urls: OrgUrls, signingKey: JWK) {
    this.#org = org;
    this.#urls = urls;
    this.#signingKey = signingKey;
  }

  /** @returns the sign-in of an org, with a signing key made for this process */
  static async start(org: Org, urls: OrgUrls): Promise<SignIn> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'org-signing-key', alg: 'RS256', use: 'sig' };
    return new SignIn(org, urls, key);
  }

  /** Forgets who is signed in, and every code and token. */
  reset(): void {
    this.#storage.clear();
  }

  /**
   * Answers a request below `/oauth2`, `/.well-known/openid-configuration` or `/signin`.
   *
   * @returns false if there is no such authorization server
   */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): Promise<boolean> {
    const signIn = /^\/signin\/([^/]+)\/[^/]+$/.exec(url.pathname);
    const custom = /^\/oauth2\/([^/]+)(\/\.well-known\/.+|\/v1\/.+)$/.exec(url.pathname);
    const id = signIn?.[1] ?? custom?.[1] ?? ORG_SERVER;
    const provider = this.#provider(id);
    if (!provider) return false;
    if (signIn) {
      await this.#signIn(provider, request, response, body);
      return true;
    }
    // oidc-provider serves discovery at its root only; its other paths are configured in full.
    if (custom?.[2]?.startsWith('/.well-known/')) request.url = custom[2] + url.search;
    await provider.callback()(request, response);
    return true;
  }

  #provider(id: string): Provider | undefined {
    const server = this.#org.authorizationServers.get(id);
    if (!server && id !== ORG_SERVER) return undefined;
    const known = this.#servers.get(id);
    if (known && known.server === server) return known.provider;
    const path = server ? `/oauth2/${id}` : '';
    const provider = new Provider(this.#urls.org + path, this.#configuration(id, server));
    // The issuer follows the application where there is one, else the host: one server, two issuers.
    Object.defineProperty(provider, 'issuer', { get: () => this.#baseUrl(server) + path });
    Object.defineProperty(provider.Client.prototype, 'compareClientSecret', {
      value: this.#secretComparison(),
    });
    provider.on('server_error', (_context, error) => console.error(error));
    this.#servers.set(id, { server, provider });
    return provider;
  }

  /** @see https://developer.okta.com/docs/guides/custom-url-domain/main/ on the issuer mode */
  #baseUrl(server: AuthorizationServer | undefined): string {
    const context = Provider.ctx;
    const clientId = context?.oidc?.client?.clientId;
    const application = clientId === undefined ? undefined : this.#org.applicationOfClient(clientId);
    const mode = server ? 'DYNAMIC' : (application?.document.settings.oauthClient.issuer_mode ?? 'DYNAMIC');
    if (mode === 'ORG_URL') return this.#urls.org;
    if (mode === 'CUSTOM_URL') return this.#urls.custom;
    return context?.host === new URL(this.#urls.custom).host ? this.#urls.custom : this.#urls.org;
  }

  /** Okta takes either of an application's active secrets; oidc-provider knows one. */
  #secretComparison() {
    const org = this.#org;
    return function compareClientSecret(this: { clientId: string }, actual: string): boolean {
      const secrets = org.applicationOfClient(this.clientId)?.secrets ?? [];
      return secrets.some(({ value, status }) => status === 'ACTIVE' && sameText(value, actual));
    };
  }

  #configuration(id: string, server: AuthorizationServer | undefined): Configuration {
    const v1 = server ? `/oauth2/${id}/v1` : '/oauth2/v1';
    const port = new URL(this.#urls.org).port;
    return {
      adapter: (model) => ({
        ...this.#storage.adapter(id, model),
        ...(model === 'Client' && { find: async (clientId) => this.#clientMetadata(clientId) }),
      }),
      jwks: { keys: [this.#signingKey] },
      routes: {
        authorization: `${v1}/authorize`,
        token: `${v1}/token`,
        userinfo: `${v1}/userinfo`,
        jwks: `${v1}/keys`,
        end_session: `${v1}/logout`,
        introspection: `${v1}/introspect`,
        revocation: `${v1}/revoke`,
      },
      claims: SCOPES,
      scopes: ['openid', 'offline_access'],
      // Cognito reads the user's attributes from userinfo, lesser clients from the ID token: both have them.
      conformIdTokenClaims: false,
      responseTypes: ['code', 'id_token', 'code id_token'],
      clientAuthMethods: [
        'client_secret_basic',
        'client_secret_post',
        'client_secret_jwt',
        'private_key_jwt',
        'none',
      ],
      pkce: { required: (_context, client) => this.#requiresPkce(client.clientId) },
      features: {
        devInteractions: { enabled: false },
        dPoP: { enabled: false },
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
        policy: signInRules(this.#org, server),
        url: (_context, interaction) => `/signin/${id}/${interaction.uid}`,
      },
      // Browsers share cookies between the ports of a host: two orgs on one machine must not share theirs.
      cookies: {
        keys: this.#cookieKeys,
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
      findAccount: (_context, sub) => this.#account(sub),
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

  #clientMetadata(clientId: string): ClientMetadata | undefined {
    const application = this.#org.applicationOfClient(clientId);
    if (application?.status !== 'ACTIVE') return undefined;
    return clientMetadata(application);
  }

  #requiresPkce(clientId: string): boolean {
    const client = this.#org.applicationOfClient(clientId)?.document.credentials.oauthClient;
    if (client?.pkce_required) {
      throw new errors.InvalidRequest('PKCE code challenge is required by the application.');
    }
    return false;
  }

  #account(sub: string): Account | undefined {
    const user = this.#org.users.get(sub);
    if (!user) return undefined;
    const groups = [...this.#org.groups.values()].filter(({ members }) => members.has(sub));
    return {
      accountId: sub,
      claims: () => ({
        sub,
        email: user.email,
        email_verified: true,
        name: `${user.firstName} ${user.lastName}`,
        given_name: user.firstName,
        family_name: user.lastName,
        preferred_username: user.email,
        locale: 'en_US',
        zoneinfo: 'America/Los_Angeles',
        updated_at: Math.floor(Date.parse(user.created) / 1000),
        groups: groups.map(({ name }) => name),
      }),
    };
  }

  async #signIn(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const show = (status: number, page: string) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(page);
    };
    try {
      const { params } = await provider.interactionDetails(request, response);
      const application = this.#org.applicationOfClient(String(params.client_id));
      const label = application?.document.label ?? '';
      if (request.method !== 'POST') {
        return show(200, signInPage({ label, username: String(params.login_hint ?? '') }));
      }
      const form = new URLSearchParams(body.toString('utf8'));
      const username = form.get('username') ?? '';
      const user = [...this.#org.users.values()].find(({ email }) => email === username.trim().toLowerCase());
      if (!user || !sameText(user.password, form.get('password') ?? '')) {
        return show(401, signInPage({ label, username, problem: 'Unable to sign in' }));
      }
      await provider.interactionFinished(request, response, { login: { accountId: user.id } });
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      show(400, errorPage('400 Bad Request', 'This sign-in has expired. Start again from the application.'));
    }
  }
}

/** What oidc-provider wants to know of a client. */
function clientMetadata({ clientId, document, secrets }: Application): ClientMetadata {
  const client = document.settings.oauthClient;
  const method = document.credentials.oauthClient.token_endpoint_auth_method;
  const secret = secrets.find(({ status }) => status === 'ACTIVE');
  const takesCode = client.grant_types.includes('authorization_code');
  const supported = client.grant_types.filter(
    (grant) => grant === 'authorization_code' || grant === 'refresh_token',
  );
  return {
    client_id: clientId,
    client_name: document.label,
    ...(secret && { client_secret: secret.value }),
    token_endpoint_auth_method: method,
    application_type: client.application_type === 'native' ? 'native' : 'web',
    grant_types: supported,
    response_types: takesCode ? ['code'] : [],
    redirect_uris: client.redirect_uris ?? [],
    post_logout_redirect_uris: client.post_logout_redirect_uris ?? [],
    ...(client.jwks && { jwks: client.jwks }),
  };
}

function sameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
