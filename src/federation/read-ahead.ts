/** How long a read counts as just begun. An older one may have missed a change. */
const justNowMs = 2_000;

/**
 * Each event reads the value again, so that a change counts at once. A read of the same name that began a moment ago is
 * shared, so that a caller can begin it ahead.
 */
export function readAhead<T>(
  read: (name: string, signal: AbortSignal) => Promise<T>,
): (name: string, signal: AbortSignal) => Promise<T> {
  let last: { readonly name: string; readonly at: number; readonly value: Promise<T> } | undefined;
  return (name, signal) => {
    if (last?.name === name && Date.now() - last.at < justNowMs) return last.value;
    const value = read(name, signal);
    last = { name, at: Date.now(), value };
    // The next one tries again; callers still see the error.
    value.catch(() => {
      last = undefined;
    });
    return value;
  };
}
