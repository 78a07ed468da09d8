/** Every way in which a secret could be written down and still be read. */
function formsOf(secret: string): Map<string, string> {
  const bytes = Buffer.from(secret);
  return new Map([
    ['in clear', secret],
    ['within JSON', JSON.stringify(secret).slice(1, -1)],
    ['in base64', unpadded(bytes.toString('base64'))],
    ['in base64url', unpadded(bytes.toString('base64url'))],
    ['in hex', bytes.toString('hex')],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', new URLSearchParams({ s: secret }).toString().slice(2)],
  ]);
}

/** The last character of a base64 text depends on what comes after. */
function unpadded(base64: string): string {
  return base64.replace(/=+$/, '').slice(0, -1);
}

/**
 * Looks for secrets in all that could be read.
 *
 * @param secrets by what each is, for the message
 * @param places texts by the place that showed them
 * @returns a line for each secret that is in a place, without the secret
 */
export function leaks(secrets: ReadonlyMap<string, string>, places: ReadonlyMap<string, string>): string[] {
  return [...places].flatMap(([place, text]) =>
    [...secrets].flatMap(([what, secret]) =>
      [...formsOf(secret)]
        .filter(([, form]) => text.toLowerCase().includes(form.toLowerCase()))
        .map(([form]) => `${place} shows ${what} ${form}`),
    ),
  );
}
