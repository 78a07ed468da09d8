/** How a function was run, and how that ended. */
export interface Invocation {
  /** `lingered`: the handler returned, but something it left open kept the process alive. */
  readonly ended: 'returned' | 'threw' | 'killed' | 'timed out' | 'crashed' | 'lingered';
  /** What the handler returned, or the message of what it threw. */
  readonly result: unknown;
  /** All that it printed, both streams. */
  readonly output: string;
  /** Milliseconds that the handler took, without the loading of its code. */
  readonly took: number;
}

/** Runs a function once with an event. Aborting the signal kills it there and then. */
export type Invoke = (event: unknown, signal?: AbortSignal) => Promise<Invocation>;
