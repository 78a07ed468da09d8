import type { Collection } from '@okta/okta-sdk-nodejs';

/**
 * Reads the items of a list, page by page, and keeps those that are wanted: an org may have thousands of others.
 *
 * @param read gives what an item is; `undefined` leaves it out
 */
export async function* itemsOf<T>(
  pages: Promise<Collection<unknown>>,
  read: (item: unknown) => T | undefined,
): AsyncGenerator<T> {
  for await (const item of await pages) {
    // The SDK's iterator gives a null for a page that is empty.
    const wanted = item === null ? undefined : read(item);
    if (wanted !== undefined) yield wanted;
  }
}

/** As `itemsOf`, all at once. */
export async function collect<T>(
  pages: Promise<Collection<unknown>>,
  read: (item: unknown) => T | undefined,
): Promise<T[]> {
  const items: T[] = [];
  for await (const item of itemsOf(pages, read)) items.push(item);
  return items;
}
