/** What templates and CloudFormation make of a value, back into what is meant. What is something else stays as it is. */

/** `True`, `"false"`: CloudFormation sends every primitive as text, and YAML and people write booleans in any case. */
export function asBoolean(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : value;
}

export function asInteger(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/.test(value) ? Number(value) : value;
}

/** A number or a boolean as the text that CloudFormation would make of it. */
export function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/**
 * A list, or text with commas or line breaks: without spaces around items, without empty items, without repeats. A list in a list
 * comes from `[!Ref Parameter]` with a parameter that is a list itself.
 *
 * @param within also parts each item of a list, if no item can contain the separator.
 */
export function asList(within: RegExp | undefined = undefined): (value: unknown) => unknown {
  return (value) => {
    const items: unknown = typeof value === 'string' ? value.split(within ?? /[,\n]/) : value;
    if (!Array.isArray(items)) return value;
    const parts = items
      .flat()
      .flatMap((item: unknown) => (typeof item === 'string' && within ? item.split(within) : [item]))
      .map(trimmed);
    return [...new Set(parts)].filter((item) => item !== '');
  };
}

/**
 * One of the words, in any case and also as a list of one; or group names. An empty name stays and is refused: dropped, it
 * would leave a list that lets everyone in.
 */
export function asAccess(words: readonly string[]): (value: unknown) => unknown {
  return (value) => {
    const items: unknown = typeof value === 'string' ? value.trim().split(/[,\n]/) : value;
    if (!Array.isArray(items)) return value;
    const names = [...new Set(items.flat().map(trimmed).map(normalized))];
    const [only] = names;
    const word = words.find((one) => typeof only === 'string' && one.toLowerCase() === only.toLowerCase());
    return names.length === 1 && word !== undefined ? word : names;
  };
}

/** An issuer's URL as Okta writes it: without the slash at the end, and without the path of its discovery document. */
export function asIssuer(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (!/^https?:/i.test(text)) return text;
  const url = text.replace(/\/\.well-known\/[a-z-]*\/?$/, '').replace(/\/+$/, '');
  return url.replace(/^[a-z]+:\/\/[^/]*/i, (origin) =>
    origin.toLowerCase().replace(/^(https:.*):443$/, '$1'),
  );
}

export function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

/** Two ways to write one letter look the same: https://unicode.org/reports/tr15/ */
export function normalized(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC') : value;
}
