/** What a browser keeps between pages: cookies per host, and nothing else. */
export class BrowserSession {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /** Fetches a page without following redirects. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      const path = /path=([^;]+)/i.exec(set)?.[1] ?? '/';
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
    return answer;
  }

  /**
   * Asks for authorization and signs in if the org asks for it.
   *
   * @param user whose credentials to enter
   * @returns the URL that the org sends the browser to in the end: the redirect URI with its answer
   */
  async signIn(authorize: string, user: { email: string; password: string }): Promise<URL> {
    let answer = await this.open(authorize);
    const page = locationOf(answer);
    if (!page.pathname.startsWith('/signin/')) return page;
    const form = new URLSearchParams({ username: user.email, password: user.password });
    answer = await this.open(page.href, { method: 'POST', body: form });
    if (answer.status !== 303) throw new Error(`The sign-in page answers ${answer.status}.`);
    return locationOf(await this.open(locationOf(answer).href));
  }
}

/** @returns the URL that a redirect leads to */
export function locationOf(answer: Response): URL {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${answer.url} answers ${answer.status} and no redirect.`);
  return new URL(location, answer.url);
}
