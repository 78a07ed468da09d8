/**
 * A small web app to sign in to: the authorization code grant with PKCE against a Cognito user pool, by a link that goes
 * straight to one identity provider.
 *
 *     COGNITO_DOMAIN=… USER_POOL_ID=… CLIENT_ID=… node app.ts
 *
 * The values are outputs of examples/web-app.yaml. Sessions live in memory: this shows a sign-in, it is no app to deploy.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import { page, signedInPage, startPage } from './pages.ts';

const settings = z
  .object({
    COGNITO_DOMAIN: z.hostname(),
    USER_POOL_ID: z.string().regex(/^[\w-]+_\w+$/),
    CLIENT_ID: z.string().min(1),
    PROVIDER_NAME: z.string().default('Okta'),
    APP_URL: z.url().default('http://localhost:3000'),
  })
  .parse(process.env);

const [region] = settings.USER_POOL_ID.split('_');
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
const issuer = `https://cognito-idp.${region}.amazonaws.com/${settings.USER_POOL_ID}`;
const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
const redirectUri = `${settings.APP_URL}/callback`;

/** What is remembered of a browser between the link and the way back (RFC 7636, section 4.1), and once signed in. */
interface Session {
  state: string;
  nonce: string;
  verifier: string;
  claims?: JWTPayload;
}
const sessions = new Map<string, Session>();
const unguessable = () => randomBytes(32).toString('base64url');

/** Where the browser is sent to sign in: https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
function signIn(answer: ServerResponse): void {
  const session: Session = { state: unguessable(), nonce: unguessable(), verifier: unguessable() };
  const id = unguessable();
  sessions.set(id, session);
  const target = new URL(`https://${settings.COGNITO_DOMAIN}/oauth2/authorize`);
  target.search = new URLSearchParams({
    response_type: 'code',
    client_id: settings.CLIENT_ID,
    redirect_uri: redirectUri,
    identity_provider: settings.PROVIDER_NAME,
    scope: 'openid email profile',
    state: session.state,
    nonce: session.nonce,
    code_challenge: createHash('sha256').update(session.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  redirect(answer, target.href, `session=${id}; HttpOnly; SameSite=Lax; Path=/`);
}

/** The way back: the code becomes tokens, and the ID token is checked before a word of it is believed. */
async function callBack(query: URLSearchParams, session: Session | undefined, answer: ServerResponse) {
  if (session === undefined || query.get('state') !== session.state) {
    return show(answer, 400, page('Not signed in', 'This sign-in was not started in this browser.'));
  }
  const code = query.get('code');
  if (code === null) {
    const reason = query.get('error_description') ?? query.get('error') ?? 'Cognito sent no code.';
    return show(answer, 403, page('Not signed in', reason));
  }
  const response = await fetch(`https://${settings.COGNITO_DOMAIN}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: settings.CLIENT_ID,
      redirect_uri: redirectUri,
      code,
      code_verifier: session.verifier,
    }),
  });
  if (!response.ok)
    throw new Error(`The token endpoint answered ${response.status}: ${await response.text()}`);
  const { id_token } = z.object({ id_token: z.string() }).parse(await response.json());
  const { payload } = await jwtVerify(id_token, keys, { issuer, audience: settings.CLIENT_ID });
  if (payload.token_use !== 'id' || payload.nonce !== session.nonce) {
    throw new Error('The ID token is not the one that was asked for.');
  }
  session.claims = payload;
  redirect(answer, '/');
}

/** Leaves the app's session and Cognito's: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html */
function signOut(id: string, answer: ServerResponse): void {
  sessions.delete(id);
  const target = new URL(`https://${settings.COGNITO_DOMAIN}/logout`);
  target.search = new URLSearchParams({
    client_id: settings.CLIENT_ID,
    logout_uri: `${settings.APP_URL}/`,
  }).toString();
  redirect(answer, target.href, 'session=; HttpOnly; Path=/; Max-Age=0');
}

async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', settings.APP_URL);
  const id = /(?:^|; )session=([\w-]+)/.exec(incoming.headers.cookie ?? '')?.[1] ?? '';
  const session = sessions.get(id);
  if (pathname === '/sign-in') return signIn(answer);
  if (pathname === '/callback') return callBack(searchParams, session, answer);
  if (pathname === '/sign-out') return signOut(id, answer);
  if (pathname === '/claims') return json(answer, session?.claims);
  if (pathname !== '/') return show(answer, 404, page('Not found', 'There is no such page.'));
  if (session?.claims === undefined) return show(answer, 200, startPage(settings.PROVIDER_NAME));
  return show(answer, 200, signedInPage(session.claims));
}

function json(answer: ServerResponse, claims: JWTPayload | undefined): void {
  answer.writeHead(claims === undefined ? 401 : 200, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(claims ?? { error: 'not signed in' }));
}

function show(answer: ServerResponse, status: number, html: string): void {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  answer.writeHead(status, headers).end(html);
}

function redirect(answer: ServerResponse, location: string, cookie?: string): void {
  answer.writeHead(302, { location, ...(cookie && { 'set-cookie': cookie }) }).end();
}

const server = createServer((incoming, answer) => {
  handle(incoming, answer).catch((error: Error) => {
    console.error(error);
    show(answer, 502, page('Not signed in', error.message));
  });
});
const port = Number(new URL(settings.APP_URL).port || 80);
server.listen(port, '127.0.0.1', () => console.log(`The app is at ${settings.APP_URL}`));
