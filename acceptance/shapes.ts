/** What a run saw of Okta and AWS, in a form that two runs can be compared by: operations, fields and their types. */
import { z } from 'zod';
import type { Exchange } from './exchange.ts';

const seen = z.object({
  /** What the run observed beside Okta's answers, by what it is. */
  observations: z.record(z.string(), z.string()),
  /** The fields of each operation's answers, with the types that each had. */
  operations: z.record(z.string(), z.record(z.string(), z.string())),
});

/** What one run saw. */
export type Seen = z.infer<typeof seen>;

/** @throws ZodError if the text is not what a run wrote */
export function readSeen(text: string): Seen {
  return seen.parse(JSON.parse(text));
}

const HEADERS = ['link', 'x-rate-limit-limit', 'x-okta-request-id', 'dpop-nonce'];

/** The operations of the exchanges, such as `GET /api/v1/apps/{id} 200`, with the shapes of their answers. */
export function operationsOf(exchanges: readonly Exchange[]): Seen['operations'] {
  const operations = new Map<string, Map<string, Set<string>>>();
  for (const { method, path, status, headers, body } of exchanges) {
    const name = `${method} ${templateOf(path)} ${status}`;
    const shape = operations.get(name) ?? new Map<string, Set<string>>();
    operations.set(name, shape);
    const note = (place: string, type: string) => shape.set(place, (shape.get(place) ?? new Set()).add(type));
    for (const header of HEADERS) note(`header ${header}`, header in headers ? 'there' : 'not there');
    for (const [place, type] of placesOf('body', body)) note(place, type);
  }
  const sorted = [...operations].toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(sorted.map(([name, shape]) => [name, asRecord(shape)]));
}

function asRecord(shape: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string> {
  const sorted = [...shape].toSorted(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(sorted.map(([place, types]) => [place, [...types].toSorted().join(' or ')]));
}

/** A path without what differs from org to org. */
function templateOf(path: string): string {
  return path
    .split('/')
    .map((part) => (/^[0-9a-z]{3}[0-9A-Za-z]{17}$|@|%40/.test(part) ? '{id}' : part))
    .join('/');
}

/** Objects whose fields are not Okta's to name. */
const OPAQUE = /\.(profile|app|mappings)$/;

function* placesOf(place: string, value: unknown): Generator<[string, string]> {
  if (value === null || typeof value !== 'object') {
    yield [place, value === null ? 'null' : typeof value];
  } else if (Array.isArray(value)) {
    yield [place, 'list'];
    for (const each of value) yield* placesOf(`${place}[]`, each);
  } else {
    yield [place, 'object'];
    if (OPAQUE.test(place)) return;
    for (const [name, each] of Object.entries(value)) yield* placesOf(`${place}.${name}`, each);
  }
}

/** A difference between a run and the local stack. */
export interface Difference {
  /** An operation, or `observation`. */
  readonly of: string;
  readonly place: string;
  readonly here: string;
  readonly local: string;
}

/**
 * Compares what a run saw with what the local stack shows.
 *
 * @param here - the run's
 * @param local - the same of a run with the local stack
 */
export function differencesOf(here: Seen, local: Seen): Difference[] {
  const found: Difference[] = [];
  const hold = (
    of: string,
    mine: Readonly<Record<string, string>>,
    other: Readonly<Record<string, string>>,
  ) => {
    for (const place of new Set([...Object.keys(mine), ...Object.keys(other)])) {
      const [now, then] = [mine[place] ?? 'nothing', other[place] ?? 'nothing'];
      if (now !== then) found.push({ of, place, here: now, local: then });
    }
  };
  hold('observation', here.observations, local.observations);
  for (const [name, shape] of Object.entries(here.operations)) {
    const other = local.operations[name];
    // An answer that only one of the two gave: with other speeds come other repeats.
    if (other === undefined) found.push({ of: name, place: 'answer', here: 'given', local: 'never given' });
    else hold(name, shape, other);
  }
  return found;
}
