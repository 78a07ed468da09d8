import { randomBytes } from 'node:crypto';

/** As much of an Okta org as lets a good event through; it forgets its applications when told to. */
export interface OktaStub {
  readonly url: string;
  readonly apiToken: string;
  answer(url: URL, method: string, body: string): Response;
  /** The pool's sign-in page, which sends the browser on to this org. */
  signIn(url: URL): Response;
  /** What the next requests to this path are answered with instead. */
  instead(path: string, answer: () => Response): void;
  /** Forgets all applications, and what to answer instead. */
  forget(): void;
}

export const everyone = { id: '00gEveryone000000001', type: 'BUILT_IN', profile: { name: 'Everyone' } };

export function startOktaStub(url: string, redirectOrigin: string): OktaStub {
  const apiToken = randomBytes(24).toString('base64url');
  const applications = new Map<string, object>();
  const others = new Map<string, () => Response>();
  let made = 0;

  function answer({ pathname, searchParams }: URL, method: string, body: string): Response {
    const other = others.get(pathname);
    if (other) return other();
    const [, id, rest] = /^\/api\/v1\/apps\/([^/]+)(.*)$/.exec(pathname) ?? [];
    switch (true) {
      case pathname === '/.well-known/openid-configuration':
        return json({
          issuer: url,
          authorization_endpoint: `${url}/oauth2/v1/authorize`,
          token_endpoint: `${url}/oauth2/v1/token`,
        });
      case pathname === '/oauth2/v1/authorize':
        return redirect(`${searchParams.get('redirect_uri')}?error=login_required`);
      case pathname === '/oauth2/v1/token':
        return json({ error: 'invalid_grant' }, 400);
      case pathname === '/api/v1/groups':
        return json('Everyone'.startsWith(searchParams.get('q') ?? '') ? [everyone] : []);
      case pathname === '/api/v1/apps' && method === 'GET':
        return json([...applications.values()]);
      case pathname === '/api/v1/apps':
        made += 1;
        return json(put(`0oa${String(made).padStart(17, '0')}`, JSON.parse(body)));
      case id !== undefined && applications.has(id):
        if (method === 'DELETE' && rest === '') applications.delete(id);
        if (method === 'PUT' && rest === '') return json(put(id, JSON.parse(body)));
        if (method === 'GET') return json(rest === '/groups' ? [] : applications.get(id));
        return rest?.startsWith('/groups') ? json({ id: everyone.id }) : new Response(null, { status: 200 });
      default:
        return json({ errorCode: 'E0000007', errorSummary: 'Not found' }, 404);
    }
  }

  function put(id: string, wanted: object): object {
    const application = { status: 'ACTIVE', ...wanted, id };
    applications.set(id, application);
    const oauthClient = { client_id: id, client_secret: randomBytes(24).toString('base64url') };
    return { ...application, credentials: { oauthClient } };
  }

  return {
    url,
    apiToken,
    answer,
    signIn: () => {
      const clientId = [...applications.keys()].at(-1) ?? '';
      return redirect(`${url}/oauth2/v1/authorize?client_id=${clientId}&redirect_uri=${redirectOrigin}`);
    },
    instead: (path, other) => void others.set(path, other),
    forget() {
      applications.clear();
      others.clear();
    },
  };
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

export function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}
