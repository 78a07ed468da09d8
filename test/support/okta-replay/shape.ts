import type { Recording } from './recordings.ts';

/** An answer as it is compared: header names in lower case. */
export interface ComparedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

/** Headers whose presence clients rely on. */
const HEADERS = ['x-rate-limit-limit', 'x-rate-limit-remaining', 'x-rate-limit-reset', 'dpop-nonce'];

/**
 * @returns a line for each place at which an answer has another shape than the recorded one: status, headers, field
 *   names, JSON types and nulls
 */
export function differences(recorded: Recording, answer: ComparedAnswer): string[] {
  const found: string[] = [];
  const hold = (place: string, wanted: unknown, actual: unknown) => {
    if (wanted !== actual) found.push(`${place}: recorded ${String(wanted)}, here ${String(actual)}`);
  };
  hold('status', recorded.status, answer.status);
  hold('header content-type', mediaType(recorded.headers), mediaType(answer.headers));
  hold('header link', relations(recorded.headers), relations(answer.headers));
  for (const name of HEADERS) {
    if (recorded.headers[name] !== undefined)
      hold(`header ${name}`, 'there', name in answer.headers ? 'there' : 'not');
  }
  return [...found, ...bodyDifferences('body', recorded.body, answer.body)];
}

function mediaType(headers: ComparedAnswer['headers']): string | undefined {
  return [headers['content-type']].flat()[0]?.split(';')[0];
}

/** The relations of the Link headers, one header for each. */
function relations(headers: ComparedAnswer['headers']): string {
  const links = [headers.link ?? []].flat();
  return links.map((link) => /rel="(\w+)"$/.exec(link)?.[1]).join(' ');
}

function bodyDifferences(place: string, recorded: unknown, actual: unknown): string[] {
  const [wanted, given] = [typeOf(recorded), typeOf(actual)];
  if (wanted !== given) return [`${place}: recorded ${wanted}, here ${given}`];
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    const counts =
      recorded.length === actual.length
        ? []
        : [`${place}: recorded ${recorded.length} items, here ${actual.length}`];
    return [
      ...counts,
      ...recorded.flatMap((item, index) => {
        const pair = counterpart(item, actual, index);
        return pair === undefined ? [] : bodyDifferences(`${place}[${index}]`, item, pair);
      }),
    ];
  }
  if (!isRecord(recorded) || !isRecord(actual)) return [];
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])];
  return names.flatMap((name) => bodyDifferences(`${place}.${name}`, recorded[name], actual[name]));
}

/** What has the same ID, for Okta promises no order; for what has no ID, the one at the same place. */
function counterpart(item: unknown, list: readonly unknown[], index: number): unknown {
  const id = isRecord(item) ? item.id : undefined;
  const same = list.find((each) => isRecord(each) && id !== undefined && each.id === id);
  return same ?? list[index];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'list' : typeof value;
}
