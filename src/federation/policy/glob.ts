/**
 * Patterns with `*` for any characters, none included. A pattern covers the whole text, from its first character to its
 * last. No regular expression is made of it: no other character has a meaning, and no pattern takes long.
 */
export function matches(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === text;
  if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false;
  const middle = text.slice(start.length, text.length - end.length);
  let from = 0;
  for (const part of rest) {
    const at = middle.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text));
}

/**
 * As `matches`, but blind to case, spaces and invisible characters: for what is denied, so that another spelling of the
 * same name does not get around it.
 */
export function matchesLoosely(pattern: string, text: string): boolean {
  return matches(folded(pattern), folded(text));
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Z}\p{C}]/gu, '');
}
