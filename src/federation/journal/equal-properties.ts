import { isDeepStrictEqual } from 'node:util';

/** Tells whether two events have the same properties. */
export function isSame(
  one: Readonly<Record<string, unknown>> | undefined,
  other: Readonly<Record<string, unknown>>,
): boolean {
  return isDeepStrictEqual(one && plain(one), plain(other));
}

function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
