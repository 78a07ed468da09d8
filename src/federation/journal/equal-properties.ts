import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

/** Tells whether two events have the same properties. */
export function isSame(
  one: Readonly<Record<string, unknown>> | undefined,
  other: Readonly<Record<string, unknown>>,
): boolean {
  return isDeepStrictEqual(one && plain(one), plain(other));
}

/** Two sets of properties that are the same have the same digest. */
export function digestOf(properties: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(properties, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('base64url');
}

function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
