/**
 * Waits for all, also after one has failed, so that no call still runs during the next step.
 * @throws the first failure in the order given.
 */
export async function allOf<const T extends readonly unknown[]>(
  calls: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}

/** For a call that is awaited later: avoids an unhandledRejection until then. The caller that awaits it still sees the error. */
export function eager<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}
