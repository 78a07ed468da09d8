/** One request to the Okta org and its answer, as they went over the wire. It holds secrets: only memory may keep it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The text after the question mark; null if there is none. */
  readonly query: string | null;
  /** The body as JSON or as text; null if there is none. */
  readonly sent: unknown;
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
  /** What the run was doing. */
  readonly step: string;
  /** Who asked: the product's own code, or this run as an administrator. */
  readonly by: 'product' | 'administrator';
}

/** All exchanges of a run, in order, and the step that it is at. */
export class ExchangeLog {
  readonly exchanges: Exchange[] = [];
  step = 'start';

  add(exchange: Omit<Exchange, 'step'>): void {
    this.exchanges.push({ ...exchange, step: this.step });
  }
}

/** A body as it is kept: JSON if it is JSON, a form's fields, or else the text. */
export function readBody(text: string, contentType: string | null | undefined): unknown {
  if (text === '') return null;
  if (contentType?.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
