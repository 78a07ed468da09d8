import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorTable, preconditionErrors, propertyErrors } from '../../../build/reference/error-tables.ts';
import { answerIn, preconditionSamples } from '../../../build/reference/precondition-samples.ts';
import { answerTo, propertySamples } from '../../../build/reference/property-samples.ts';
import { preconditionSentences } from '../../../src/federation/plan/precondition-sentences.ts';
import { sentences as propertySentences } from '../../../src/federation/properties/sentences.ts';

const reference = readFileSync('docs/reference.md', 'utf8');
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(path.join('src', name), 'utf8'))
  .join('\n');
const [, errors = ''] = reference.split('\n## Errors\n');
const quoted = [...errors.matchAll(/^\| “(.+?)” \|/gm)].flatMap(([, sentence]) => sentence ?? []);

/** What stands between the names and IDs of a sentence; a word or two would be found anywhere. */
const wordings = (sentence: string) =>
  sentence.split('…').map((part) => part.replace(/^[\s;:.,(]+|[\s;:.,()?]+$/g, ''));

test('the reference quotes errors', () => {
  expect(quoted.length).toBeGreaterThan(20);
});

test.each(quoted)('the provider says: %s', (sentence) => {
  for (const wording of wordings(sentence)) {
    const prefix = /^[A-Z][A-Za-z.]+: /.exec(wording)?.[0] ?? '';
    // The report puts the property before an issuer's problem.
    const said = sources.includes(wording) || sources.includes(wording.slice(prefix.length));
    expect({ wording, said }).toEqual({ wording, said: true });
  }
});

describe('the tables that the function fills', () => {
  afterEach(() => jest.restoreAllMocks());

  test.each(typedKeys(propertySentences))('a sample of a property shows the sentence %s', (kind) => {
    const said = jest.spyOn(propertySentences, kind);
    expect(answerTo(propertySamples[kind])).toContain(said.mock.results[0]?.value);
  });

  test.each(typedKeys(preconditionSentences))(
    'a sample of a precondition shows the sentence %s alone',
    (kind) => {
      const said = jest.spyOn(preconditionSentences, kind);
      expect(answerIn(preconditionSamples[kind])).toBe(said.mock.results[0]?.value);
    },
  );

  const fix =
    /(?:^|[.;,] (?:Or |or )?)(Add|Check|Choose|Copy|Correct|Give|Map|Remove|Set|Shorten|Use|Write)\b|did you mean/;

  test.each([...propertyErrors(), ...preconditionErrors()])('it says what to do: %s', (sentence) => {
    expect(sentence).toMatch(fix);
    expect(sentence).toMatch(/[.?]$/);
    expect(sentence.length).toBeLessThan(500);
  });

  test('the reference has both', () => {
    expect(reference).toContain(errorTable(propertyErrors()));
    expect(reference).toContain(errorTable(preconditionErrors()));
  });
});

/** The names of a catalog's sentences. */
function typedKeys<Catalog extends object>(catalog: Catalog): readonly (string & keyof Catalog)[] {
  const isKey = (name: string): name is string & keyof Catalog => Object.hasOwn(catalog, name);
  return Object.keys(catalog).filter(isKey);
}
