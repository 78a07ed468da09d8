/**
 * Makes recordings of exchanges, in which nothing of an org is left but its behavior. It works from a list of what may
 * stay (words.ts); a value that is not on it is replaced, the same one by the same each time.
 */
import type { Exchange } from '../exchange.ts';
import { Replacements } from './replacements.ts';
import { HEADERS, isFieldName, NAMED_BY_PEOPLE, PROFILE_FIELDS } from './words.ts';

/** An exchange as it is written to a file. */
export interface Recording {
  readonly source: string;
  readonly note: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: string | null;
    readonly body: unknown;
  };
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

/** Redacts exchanges of one org. What it replaces is consistent over all of them. */
export class Redactor {
  readonly #replacements: Replacements;

  /** @param orgUrl - the org's address, which becomes https://acme.okta.com */
  constructor(orgUrl: string) {
    this.#replacements = new Replacements(orgUrl);
  }

  /** @param source - where the recording comes from, without anything of the org */
  redact(exchange: Exchange, source: string): Recording {
    const { method, path, query, sent, status, headers, body, step, by } = exchange;
    return {
      source,
      note: `${by}: ${step}`,
      request: {
        method,
        path: this.#replacements.path(path),
        query: query === null ? null : this.#replacements.query(query),
        body: this.#value(sent, '', false),
      },
      status,
      headers: this.#headers(headers),
      body: this.#value(body, '', false),
    };
  }

  #headers(headers: Exchange['headers']): Recording['headers'] {
    const kept = Object.entries(headers).filter(([name]) => HEADERS.has(name));
    return Object.fromEntries(
      kept.map(([name, value]) => [
        name,
        typeof value === 'string' ? this.#header(name, value) : value.map((each) => this.#header(name, each)),
      ]),
    );
  }

  #header(name: string, value: string): string {
    switch (name) {
      case 'content-type':
        return /^[\w.+-]+\/[\w.+-]+/.exec(value)?.[0] ?? 'application/octet-stream';
      case 'date':
        return Number.isNaN(Date.parse(value))
          ? this.#replacements.opaque(value)
          : new Date(value).toUTCString();
      case 'link':
        return value.replaceAll(/<([^>]*)>|"(\w+)"|[^<>"]+/g, (part, url?: string, relation?: string) => {
          if (url !== undefined) return `<${this.#replacements.url(url)}>`;
          if (relation !== undefined) return ['self', 'next', 'prev'].includes(relation) ? part : '"other"';
          return /^(; rel=|, )$/.test(part) ? part : ' ';
        });
      case 'www-authenticate':
        return this.#replacements.prose(value);
      default:
        return /^\d{1,16}$/.test(value) ? value : this.#replacements.opaque(value);
    }
  }

  #value(value: unknown, field: string, namedByPeople: boolean): unknown {
    if (typeof value === 'string') return this.#replacements.text(value, field);
    // A number may be a telephone's or an employee's; Okta's own are small.
    if (typeof value === 'number') return namedByPeople || Math.abs(value) > 1_000_000 ? 0 : value;
    if (Array.isArray(value)) return value.map((each) => this.#value(each, field, namedByPeople));
    if (typeof value !== 'object' || value === null) return value;
    const within = NAMED_BY_PEOPLE.has(field) || namedByPeople;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        this.#fieldName(name, within),
        this.#value(each, name, within),
      ]),
    );
  }

  #fieldName(name: string, namedByPeople: boolean): string {
    const isKnown = namedByPeople ? PROFILE_FIELDS.has(name) : isFieldName(name);
    return isKnown ? name : this.#replacements.field(name);
  }
}
