/** Longer ago, what was read may have been changed since. */
const justNowMs = 2_000;

/**
 * For what is read at each event, so that a change counts at once: a read of the same name that has only just begun counts
 * too, so that one can be begun ahead.
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
