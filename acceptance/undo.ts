/** What a run has created, and how each of it is removed again, the last first. */

/** Says what is done, does it, and says how long it took. */
export type Narrate = <Result>(what: string, act: () => Promise<Result>) => Promise<Result>;

interface Created {
  readonly what: string;
  readonly remove: () => Promise<unknown>;
}

/** Only what is put in here is ever removed: nothing is looked for by its name. */
export class Undo {
  readonly #created: Created[] = [];
  readonly #narrate: Narrate;

  constructor(narrate: Narrate) {
    this.#narrate = narrate;
  }

  /**
   * Remembers something before or right after it is created.
   *
   * @param what - its kind and name, for a person who has to remove it by hand
   * @param remove - removes it; must succeed if it is gone already
   */
  add(what: string, remove: () => Promise<unknown>): void {
    this.#created.push({ what, remove });
  }

  /**
   * Removes everything, the last first. A failure does not keep the rest.
   *
   * @returns a line for each thing that is still there, with the reason
   */
  async removeAll(): Promise<string[]> {
    const left: string[] = [];
    for (const { what, remove } of this.#created.splice(0).toReversed()) {
      try {
        await this.#narrate(`Remove ${what}`, remove);
      } catch (error) {
        left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return left;
  }
}
