/**
 * Waits for all, also after one has failed, so that no call runs on behind the back of what comes next.
 * @throws the first failure in the order given.
 */
export async function allOf<const T extends readonly unknown[]>(
  calls: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
