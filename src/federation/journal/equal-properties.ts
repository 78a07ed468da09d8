import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { bytesOf, longestProperties } from '../properties/property-types.ts';

type Given = Readonly<Record<string, unknown>>;

/** Tells whether two events have the same properties; either may be as the journal keeps them. */
export function isSame(one: Given | undefined, other: Given): boolean {
  return isDeepStrictEqual(one && plain(storable(one)), plain(storable(other)));
}

/**
 * Properties as the journal keeps them. Longer ones are refused before anything begins: only their digest is kept, so that
 * their rollback is recognized.
 */
export function storable(properties: Given): Record<string, unknown> {
  return bytesOf(properties) <= longestProperties ? { ...properties } : { tooLong: digestOf(properties) };
}

/** Two sets of properties that are the same have the same digest. */
export function digestOf(properties: Given): string {
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
