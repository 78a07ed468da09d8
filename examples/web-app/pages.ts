/** The app's pages, as HTML. */
import type { JWTPayload } from 'jose';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** What a signed-out person sees: one link. */
export function startPage(providerName: string): string {
  const link = `<a class="button" href="/sign-in">Sign in with ${escapeHtml(providerName)}</a>`;
  return layout('Example web app', `<p>You are not signed in.</p>${link}`);
}

/** What a signed-in person sees: each claim of the checked ID token. */
export function signedInPage(claims: JWTPayload): string {
  const email = typeof claims.email === 'string' ? claims.email : (claims.sub ?? 'unknown');
  const rows = Object.entries(claims).map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(
        typeof value === 'string' ? value : JSON.stringify(value),
      )}</td></tr>`,
  );
  return layout(
    `Hello, ${email}`,
    `<p>Cognito's ID token was checked: its signature, issuer, audience and nonce.</p>
     <table><caption>Claims</caption><tbody>${rows.join('')}</tbody></table>
     <a class="quiet" href="/sign-out">Sign out</a>`,
  );
}

/** A page that says one thing. */
export function page(title: string, sentence: string): string {
  return layout(title, `<p>${escapeHtml(sentence)}</p><a class="quiet" href="/">Back to the start</a>`);
}

function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
  :root { color-scheme: light dark; --ink: #1c2330; --soft: #5a6474; --line: #e3e7ee; --card: #fff; --back: #f3f5f9; --tint: #2457d6; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8ebf1; --soft: #9aa5b6; --line: #303848; --card: #1a202b; --back: #11151d; --tint: #6b95ff; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
    font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); }
  main { width: min(42rem, 100%); padding: 2.25rem; background: var(--card); border: 1px solid var(--line);
    border-radius: 14px; box-shadow: 0 8px 30px rgb(0 0 0 / 6%); }
  h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
  p { margin: 0 0 1.5rem; color: var(--soft); }
  .button { display: inline-block; padding: .7rem 1.25rem; border-radius: 8px; background: var(--tint); color: #fff;
    font-weight: 600; text-decoration: none; }
  .quiet { color: var(--tint); }
  a:focus-visible { outline: 3px solid var(--tint); outline-offset: 3px; }
  table { width: 100%; margin: 0 0 1.5rem; border-collapse: collapse; font-size: .9rem; }
  caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
  th, td { padding: .5rem .5rem .5rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
  th { width: 11rem; font-weight: 500; color: var(--soft); }
  td { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
</style>
</head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body>
</html>`;
}
