/** Something that is to run at a time. */
interface Appointment {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Time that passes only when nothing else is left to do: a wait of fifteen minutes costs nothing, and
 * its work runs in the same order each time.
 */
export class VirtualTime {
  #now: number;
  /** In the order in which they are due. */
  readonly #appointments: Appointment[] = [];

  /** @param start milliseconds since the epoch. */
  constructor(start: number = Date.UTC(2030, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Puts the clock to a moment, also an earlier one, and drops all that was still to come. */
  reset(to: number): void {
    this.#appointments.length = 0;
    this.#now = to;
  }

  /**
   * Runs something later.
   * @param delay milliseconds; like Node's timers, one at least.
   * @returns what takes the appointment back.
   */
  after(delay: number, run: () => void): () => void {
    const ms = Number.isFinite(delay) ? Math.max(1, Math.trunc(delay)) : 1;
    const appointment = { at: this.#now + ms, run };
    const list = this.#appointments;
    let from = 0;
    for (let to = list.length; from < to; ) {
      const middle = (from + to) >> 1;
      if ((list[middle]?.at ?? 0) <= appointment.at) from = middle + 1;
      else to = middle;
    }
    list.splice(from, 0, appointment);
    return () => {
      const index = list.indexOf(appointment);
      if (index >= 0) list.splice(index, 1);
    };
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /**
   * Lets time pass until the work has ended.
   * @throws Error if the work waits for something that never comes; also any error of the work itself.
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    for (;;) {
      // All that needs no time has run when the real event loop has been around.
      await new Promise((resolve) => setRealImmediate(resolve));
      if (ended) return work;
      const next = this.#appointments.shift();
      if (next === undefined) throw new Error('Everything waits, and nothing will happen any more.');
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
  }
}

const setRealImmediate = setImmediate;
