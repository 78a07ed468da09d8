/** Things that cost a start time although it does not need them yet, such as schemas. */

const awaited: (() => unknown)[] = [];

/**
 * Makes something when it is first needed.
 * @returns a function that returns it, always the same one.
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}

/** Makes something that every event needs when it is first needed, or before that by `makeAwaited`. */
export function neededByAll<T>(make: () => T): () => T {
  const get = lazily(make);
  awaited.push(get);
  return get;
}

/** Makes what every event needs, one thing after another: while an event waits for the answers to its first requests. */
export function makeAwaited(): void {
  setImmediate(() => {
    const make = awaited.shift();
    if (!make) return;
    make();
    makeAwaited();
  });
}
