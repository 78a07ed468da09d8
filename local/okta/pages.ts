const STYLE = `
  :root { color-scheme: light; font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f8; color: #1d1d21; }
  main { width: 22rem; padding: 2.5rem; background: #fff; border: 1px solid #d9dbe3; border-radius: 12px;
    box-shadow: 0 8px 24px rgb(29 29 33 / 8%); }
  h1 { margin: 0 0 .25rem; font-size: 1.5rem; font-weight: 600; }
  p { margin: 0 0 1.5rem; color: #5a5c66; line-height: 1.5; overflow-wrap: anywhere; }
  label { display: block; margin-bottom: .35rem; font-size: .875rem; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; margin-bottom: 1.1rem; padding: .65rem .75rem; font: inherit;
    border: 1px solid #8c8f9c; border-radius: 6px; }
  input:focus { outline: 2px solid #3f59e4; outline-offset: 1px; }
  button { width: 100%; padding: .75rem; font: inherit; font-weight: 600; color: #fff; background: #3f59e4; border: 0;
    border-radius: 6px; cursor: pointer; }
  button:hover { background: #2f45bd; }
  [role=alert] { padding: .65rem .75rem; color: #91131f; background: #fdecee; border-radius: 6px; }
`;

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${text(title)}</title>
  <style>${STYLE}</style>
</head>
<body>
  <main>
${content}
  </main>
</body>
</html>
`;
}

/** The page on which a user signs in: fields `username` and `password`. */
export function signInPage(shown: { label: string; username: string; problem?: string }): string {
  const problem = shown.problem ? `    <p role="alert">${text(shown.problem)}</p>\n` : '';
  return page(
    'Sign in',
    `    <h1>Sign in</h1>
    <p>to continue to ${text(shown.label)}</p>
${problem}    <form method="post">
      <label for="username">Username</label>
      <input id="username" name="username" type="text" autocomplete="username" required
        value="${text(shown.username)}">
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required>
      <button id="submit" type="submit">Sign in</button>
    </form>`,
  );
}

/** @param form oidc-provider's form, whose submission signs the user out */
export function signOutPage(form: string): string {
  return page(
    'Sign out',
    `    <h1>Sign out</h1>
    <p>Do you want to sign out of the org?</p>
    ${form}
    <button id="submit" type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  );
}

/** A page that says what happened, and nothing else. */
export function errorPage(title: string, message: string): string {
  return page(title, `    <h1>${text(title)}</h1>\n    <p>${text(message)}</p>`);
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
