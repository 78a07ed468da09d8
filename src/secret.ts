import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A string that must not be seen: it prints as `[redacted]` however it is turned into text, so a log line, an error
 * message or a JSON body that holds one by mistake gives nothing away. Only `reveal` gives the value.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, to be called only where it leaves for the system that it belongs to. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
