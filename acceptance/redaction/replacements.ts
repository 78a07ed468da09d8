import { createHash } from 'node:crypto';
import { PATHS, PUBLIC_HOSTS, QUERY_NAMES, QUERY_VALUES, VALUES, WORDS } from './words.ts';

/** An Okta ID: a prefix of three characters that tells the kind, and 17 more. */
const ID = /^[0-9a-z]{3}[0-9A-Za-z]{17}$/;
const ID_WITHIN = /\b[0-9a-z]{3}[0-9A-Za-z]{17}\b/g;
/** The kinds of IDs whose prefix may stay. */
const ID_KINDS = /^(0oa|00g|00u|00o|ocs|rst|rul|aus|pol|osc|oty|ofc|ocl|oar|uft|lnk|gro|pfl|dom)$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const ERROR_CODE = /^E\d{7}$/;

/** Fields whose texts are Okta's sentences. */
const PROSE = new Set(['errorSummary', 'error_description']);

/** What stands for each value, the same each time: different values never share one. */
export class Replacements {
  readonly #given = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #org: URL;

  constructor(orgUrl: string) {
    this.#org = new URL(orgUrl);
  }

  /** A text of a document. @param field - the name of its field */
  text(value: string, field: string): string {
    if (value === '' || VALUES.has(value) || TIME.test(value) || ERROR_CODE.test(value)) return value;
    if (PROSE.has(field)) return this.prose(value);
    if (ID.test(value)) return this.#id(value);
    if (EMAIL.test(value)) return this.#numbered('person', value, (n) => `person-${n}@example.com`);
    if (/^https?:\/\//.test(value) && URL.canParse(value)) return this.url(value);
    const parts = value.split(value.startsWith('orn:') ? ':' : ' ');
    if (parts.length > 1 && parts.every((part) => part === '' || VALUES.has(part) || ID.test(part))) {
      return parts.map((part) => this.text(part, '')).join(value.startsWith('orn:') ? ':' : ' ');
    }
    return /secret|token|assertion|password|hash/i.test(field) ? this.opaque(value) : this.#text(value);
  }

  /** A secret or an opaque identifier: nothing of it stays, its length is that of a hash. */
  opaque(value: string): string {
    return this.#numbered('opaque', value, (n) => `S${String(n).padStart(15, 'S')}`);
  }

  /** The name of a field that people chose. */
  field(name: string): string {
    return this.#numbered('field', name, (n) => `attribute${n}`);
  }

  /** A sentence of Okta's: words that its messages have stay, each other one becomes `…`. */
  prose(sentence: string): string {
    return sentence
      .split(/([\s"'():;,.=<>[\]{}]+)/)
      .map((part, index) => {
        if (index % 2 === 1) return part;
        if (part === '' || WORDS.has(part.toLowerCase()) || VALUES.has(part) || ERROR_CODE.test(part))
          return part;
        return ID.test(part) ? this.#id(part) : '…';
      })
      .join('')
      .replaceAll(/…([\s.:,]*…)+/g, '…');
  }

  url(text: string): string {
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) return this.#text(text);
    const query = url.search === '' ? '' : `?${this.query(url.search.slice(1))}`;
    return `https://${this.#host(url)}${this.path(url.pathname)}${query}`;
  }

  path(path: string): string {
    return path
      .split('/')
      .map((segment) => (segment === '' || PATHS.has(segment) ? segment : this.#pathSegment(segment)))
      .join('/');
  }

  query(query: string): string {
    return [...new URLSearchParams(query)]
      .map(([name, value]) => `${QUERY_NAMES.has(name) ? name : this.field(name)}=${this.#queryValue(value)}`)
      .join('&');
  }

  #queryValue(value: string): string {
    if (/^\d{1,4}$/.test(value) || VALUES.has(value) || QUERY_VALUES.has(value)) return value;
    return value
      .split(/("[^"]*"|\s+)/)
      .map((part) => {
        if (/^\s*$/.test(part) || QUERY_VALUES.has(part)) return part;
        if (!part.startsWith('"')) return this.text(part, '');
        return `"${this.text(part.slice(1, -1), '')}"`;
      })
      .join('')
      .replaceAll(' ', '+');
  }

  #pathSegment(segment: string): string {
    const text = decodeURIComponentSafely(segment);
    if (ID.test(text)) return this.#id(text);
    if (EMAIL.test(text)) return this.text(text, '');
    return this.#numbered('segment', text, (n) => `segment-${n}`);
  }

  #host(url: URL): string {
    if (url.host === this.#org.host) return 'acme.okta.com';
    if (url.hostname === this.#org.hostname.replace('.', '-admin.')) return 'acme-admin.okta.com';
    if (PUBLIC_HOSTS.test(url.hostname)) return url.hostname;
    const pool = /\.auth(-fips)?\.[a-z0-9-]+\.amazoncognito\.com$/.exec(url.hostname);
    return this.#numbered('host', url.host, (n) =>
      pool ? `pool-${n}.auth.us-east-1.amazoncognito.com` : `host-${n}.example.com`,
    );
  }

  /** An ID of the same kind and form: it comes from a number, so that nothing of the real one is in it. */
  #id(id: string): string {
    const kind = id.slice(0, 3);
    return this.#numbered('id', id, (n) => `${ID_KINDS.test(kind) ? kind : '0xx'}${letters(n)}`);
  }

  #text(value: string): string {
    // What names an ID names it here too.
    const known = value.match(ID_WITHIN) ?? [];
    return this.#numbered('text', value, (n) => ['text', n, ...known.map((id) => this.#id(id))].join(' '));
  }

  #numbered(kind: string, value: string, name: (n: number) => string): string {
    const key = `${kind} ${value}`;
    const known = this.#given.get(key);
    if (known !== undefined) return known;
    const n = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, n);
    const given = name(n);
    this.#given.set(key, given);
    return given;
  }
}

/** 17 letters and digits that stand for a number. */
function letters(n: number): string {
  return createHash('sha256')
    .update(`okta-cognito-idp ${n}`)
    .digest('base64')
    .replaceAll(/[+/=]/g, 'x')
    .slice(0, 17);
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
