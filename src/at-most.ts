/** How many calls of a list run at once: AWS and Okta count calls a second for a whole account or org. */
export const atOnce = 8;

/**
 * Runs work for each item, with a limit on how many run at once. After a failure it starts no more, and waits for those
 * that run.
 * @param most how many may run at once.
 * @returns the results in the order of the items.
 * @throws the first failure.
 */
export async function atMost<T, R>(
  most: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of rest) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: most }, worker);
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return results;
}

/** Lets a number of calls run at once; the others wait for their turn, the first that came first. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(most: number) {
    this.#free = most;
  }

  /** @param call must end by itself: it holds a place until then. */
  async take<R>(call: () => Promise<R>): Promise<R> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
