/** A value as an error shows it: short, on one line, with every character visible. */

/** Control, format and unassigned characters, and every space but the usual one: none of them can be seen. */
const invisible = /[\p{C}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/u;
const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const longest = 60;

/** @returns the text in quotes, at most 60 characters of it. */
export function quoted(text: string): string {
  return `"${plain(text)}"`;
}

/** @returns the text without quotes, at most 60 characters of it. */
export function plain(text: string): string {
  const characters = [...text.slice(0, longest * 2 + 1)];
  const shown = characters.slice(0, longest).map(visible).join('');
  return characters.length > longest ? `${shown}…` : shown;
}

/** @returns a text in quotes, and of anything else its kind: "a list". */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value === '' ? 'empty' : quoted(value);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return Array.isArray(value) ? 'a list' : value === null || value === undefined ? 'empty' : 'an object';
  }
}

/**
 * @param allowed matches one character.
 * @returns the first character that is not allowed, as an error names it, or `undefined` if each is.
 */
export function wrongCharacter(text: string, allowed: RegExp): string | undefined {
  const wrong = [...text].find((character) => !allowed.test(character));
  if (wrong === undefined) return undefined;
  return wrong === ' ' ? 'a space' : `"${visible(wrong)}"`;
}

function visible(character: string): string {
  if (!invisible.test(character)) return character;
  return escapes[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
