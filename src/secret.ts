import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A string that must not be seen: it prints as `[redacted]` however it is turned into text, so a log line, an error
 * message or a JSON body that holds one by mistake gives nothing away. Only `reveal` gives the value.
 */
export class Secret {
  readonly #value: string;

  /** @param isTrusted false for what an event says of itself: it must not blot words out of another's text. */
  constructor(value: string, isTrusted = true) {
    this.#value = value;
    if (isTrusted) remember(value);
  }

  /** From now on its value is redacted, too, if it comes back from outside. */
  protect(): void {
    remember(this.#value);
  }

  /** The value itself, to be called only to send it to the system that it belongs to. */
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

// The second lock, for a value that comes back from outside: AWS quotes the input that it refuses, a parser the text that
// it could not read. One event has a handful of secrets; a warm function must not gather them without end.
const mostRemembered = 50;
// A shorter one is no credential, and would blot out words. A longer one comes from a made-up event.
const plausible = { from: 8, to: 16_384 };
const remembered = new Map<string, readonly string[]>();

function remember(value: string): void {
  if (value.length < plausible.from || value.length > plausible.to) return;
  remembered.delete(value);
  remembered.set(value, formsOf(value));
  const [oldest] = remembered.keys();
  if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
}

/** As it is, within JSON, within a URL or form, and in base64. */
function formsOf(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1);
  const inUrl = encodeURIComponent(value.toWellFormed());
  return [...new Set([value, inJson, inUrl, Buffer.from(value).toString('base64').replace(/=+$/, '')])];
}

/** A text that leaves for a log or an answer, without the secrets that this process has met of late. */
export function redact(text: string): string {
  let clean = text;
  for (const forms of remembered.values()) {
    for (const form of forms) clean = clean.replaceAll(form, REDACTED);
  }
  return clean;
}
