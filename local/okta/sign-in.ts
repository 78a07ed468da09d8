import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { errors, type Provider } from 'oidc-provider';
import {
  createAuthorizationServer,
  ORG_SERVER,
  type OrgSignIn,
  type OrgUrls,
} from './authorization-server.ts';
import { randomSecret } from './identifiers.ts';
import { isSecretOf, sameText } from './oidc-client.ts';
import type { AuthorizationServer, Org } from './org.ts';
import { errorPage, signInPage } from './pages.ts';
import { customClaimNames } from './token-claims.ts';
import { TokenStorage } from './token-storage.ts';

/** The org's authorization servers, its own and the custom ones, and the page on which users sign in to them all. */
export class SignIn {
  readonly #shared: OrgSignIn;
  readonly #servers = new Map<
    string,
    { server: AuthorizationServer | undefined; claims: string; provider: Provider }
  >();

  private constructor(shared: OrgSignIn) {
    this.#shared = shared;
  }

  /** @returns the sign-in of an org, with a signing key made for this process */
  static async start(org: Org, urls: OrgUrls): Promise<SignIn> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const signingKey = { ...(await exportJWK(privateKey)), kid: 'org-signing-key', alg: 'RS256', use: 'sig' };
    return new SignIn({
      org,
      urls,
      signingKey,
      storage: new TokenStorage(),
      cookieKeys: [randomSecret()],
      nonceSecret: randomBytes(32),
    });
  }

  /** Forgets who is signed in, and every code and token. */
  reset(): void {
    this.#shared.storage.clear();
  }

  /**
   * Answers a request below `/oauth2`, `/.well-known/openid-configuration` or `/signin`.
   *
   * @returns false if there is no such authorization server
   */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): Promise<boolean> {
    const page = /^\/signin\/([^/]+)\/[^/]+$/.exec(url.pathname);
    const custom = /^\/oauth2\/([^/]+)(\/\.well-known\/.+|\/v1\/.+)$/.exec(url.pathname);
    const provider = this.#provider(page?.[1] ?? custom?.[1] ?? ORG_SERVER);
    if (!provider) return false;
    if (page) {
      await this.#signIn(provider, request, response, body);
      return true;
    }
    // oidc-provider serves discovery at its root only; its other paths are configured in full.
    if (custom?.[2]?.startsWith('/.well-known/')) request.url = custom[2] + url.search;
    if (request.method === 'POST' && url.pathname.endsWith('/v1/token') && this.#lacksProof(request, body)) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          error: 'invalid_dpop_proof',
          error_description: 'The DPoP proof JWT header is missing.',
        }),
      );
      return true;
    }
    await provider.callback()(request, response);
    return true;
  }

  #provider(id: string): Provider | undefined {
    const server = this.#shared.org.authorizationServers.get(id);
    if (!server && id !== ORG_SERVER) return undefined;
    // oidc-provider learns the names of claims when it is made.
    const claims = customClaimNames(this.#shared.org);
    const known = this.#servers.get(id);
    if (known?.server === server && known?.claims === claims.join(' ')) return known.provider;
    const provider = createAuthorizationServer(this.#shared, server, claims);
    this.#servers.set(id, { server, claims: claims.join(' '), provider });
    return provider;
  }

  /** Whether a client that authenticates well demands DPoP and brings no proof. */
  #lacksProof(request: IncomingMessage, body: Buffer): boolean {
    const { org } = this.#shared;
    const { id, secret } = clientCredentials(request, body);
    const application = org.applicationOfClient(id);
    const demands = application?.document.settings.oauthClient.dpop_bound_access_tokens === true;
    return demands && request.headers.dpop === undefined && isSecretOf(org, id, secret);
  }

  async #signIn(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const { org } = this.#shared;
    const show = (status: number, page: string) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(page);
    };
    try {
      const { params } = await provider.interactionDetails(request, response);
      const label = org.applicationOfClient(String(params.client_id))?.document.label ?? '';
      if (request.method !== 'POST') {
        return show(200, signInPage({ label, username: String(params.login_hint ?? '') }));
      }
      const form = new URLSearchParams(body.toString('utf8'));
      const username = form.get('username') ?? '';
      const user = [...org.users.values()].find(({ email }) => email === username.trim().toLowerCase());
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

/** The client ID and secret of a request to the token endpoint, in its form or as basic authentication. */
function clientCredentials(request: IncomingMessage, body: Buffer): { id: string; secret: string } {
  const [, basic] = /^Basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (basic !== undefined) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    return { id, secret };
  }
  const form = new URLSearchParams(body.toString('utf8'));
  return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
}
