import type { VirtualTime } from './time.ts';

/** A timer as Node's `setTimeout` gives it. */
class Timer {
  #stop: () => void = () => {};
  /** Whether it keeps a process alive. */
  counts = true;

  constructor(start: (self: Timer) => () => void) {
    this.#stop = start(this);
  }

  stop(): void {
    this.#stop();
  }

  ref(): this {
    this.counts = true;
    return this;
  }

  unref(): this {
    this.counts = false;
    return this;
  }
}

const RealDate = Date;
const RealAbortSignal = AbortSignal;

type Callback = (...args: unknown[]) => void;

/** What a program takes from Node to tell and spend time, led by a virtual time instead. */
export class Clock {
  readonly #time: VirtualTime;
  readonly #skew: number;
  readonly #timers = new Set<Timer>();
  readonly globals;
  /** For `node:timers/promises`. */
  readonly promises;

  /** @param skew milliseconds that its `Date` is ahead of others'. */
  constructor(time: VirtualTime, skew = 0) {
    this.#time = time;
    this.#skew = skew;
    const now = () => this.now();
    const clear = (timer: unknown) => {
      if (timer instanceof Timer) this.#drop(timer);
    };
    class VirtualDate extends RealDate {
      constructor(...given: readonly (number | string | Date)[]) {
        if (given.length > 1) throw new Error('A Date of several parts is not made here.');
        super(given[0] ?? now());
      }
      static override now(): number {
        return now();
      }
    }
    const signalAfter = (ms: number): AbortSignal => {
      const controller = new AbortController();
      const expired = () =>
        Object.assign(new Error('The operation was aborted due to timeout'), { name: 'TimeoutError' });
      // As in Node, this timer keeps no process alive.
      this.#once(ms, () => controller.abort(expired())).unref();
      return controller.signal;
    };
    this.globals = {
      Date: VirtualDate,
      setTimeout: (run: Callback, ms = 0, ...args: unknown[]) => this.#once(ms, () => run(...args)),
      clearTimeout: clear,
      setInterval: (run: Callback, ms = 0, ...args: unknown[]) => this.#every(ms, () => run(...args)),
      clearInterval: clear,
      AbortSignal: new Proxy(RealAbortSignal, {
        get: (target, name) => (name === 'timeout' ? signalAfter : Reflect.get(target, name)),
      }),
    };
    this.promises = {
      setTimeout: <T>(ms: number, value?: T, options: { signal?: AbortSignal } = {}) =>
        this.#pause(ms, value, options.signal),
    };
  }

  now(): number {
    return this.#time.now() + this.#skew;
  }

  /** How many timers would keep the program's process alive. */
  get running(): number {
    return [...this.#timers].filter(({ counts }) => counts).length;
  }

  /** Stops every timer, as the end of a process does. */
  stop(): void {
    for (const timer of this.#timers) this.#drop(timer);
  }

  #once(ms: number, run: () => void): Timer {
    const timer = new Timer((self) =>
      this.#time.after(ms, () => {
        this.#timers.delete(self);
        run();
      }),
    );
    this.#timers.add(timer);
    return timer;
  }

  #every(ms: number, run: () => void): Timer {
    let stop = () => {};
    const again = () => {
      stop = this.#time.after(ms, () => {
        again();
        run();
      });
    };
    again();
    const timer = new Timer(() => () => stop());
    this.#timers.add(timer);
    return timer;
  }

  #drop(timer: Timer): void {
    timer.stop();
    this.#timers.delete(timer);
  }

  #pause<T>(ms: number, value: T | undefined, signal: AbortSignal | undefined): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const aborted = () =>
        reject(
          Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), {
            name: 'AbortError',
            code: 'ABORT_ERR',
          }),
        );
      if (signal?.aborted) return aborted();
      const abort = () => {
        this.#drop(timer);
        aborted();
      };
      const timer = this.#once(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}

/** Puts this program's own timers and dates under the clock: the test's fakes live in the same time as the product. */
export function installClock({ globals }: Clock): void {
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}
