import { readFileSync } from 'node:fs';
import {
  errorTable,
  otherErrors,
  preconditionErrors,
  propertyErrors,
} from '../../../build/reference/error-tables.ts';
import { messagesIn } from '../../../build/reference/message-finder.ts';
import { isShown, sectionRows, shownMessages, textOf } from '../../../build/reference/message-rows.ts';
import { answerIn, preconditionSamples } from '../../../build/reference/precondition-samples.ts';
import { answerTo, propertySamples } from '../../../build/reference/property-samples.ts';
import { preconditionSentences } from '../../../src/federation/plan/precondition-sentences.ts';
import { sentences as propertySentences } from '../../../src/federation/properties/sentences.ts';

// The schema takes each sentence when it is loaded, so each is watched from then on.
jest.mock('../../../src/federation/properties/sentences.ts', () => {
  const { sentences } = jest.requireActual<SentencesModule>(
    '../../../src/federation/properties/sentences.ts',
  );
  for (const kind of typedKeys(sentences)) jest.spyOn(sentences, kind);
  return { sentences };
});
type SentencesModule = typeof import('../../../src/federation/properties/sentences.ts');

const reference = readFileSync('docs/reference.md', 'utf8');
const others = sectionRows().flatMap(({ sentences }) => sentences);

describe('the tables that the function fills', () => {
  test.each(typedKeys(propertySentences))('a sample of a property shows the sentence %s', (kind) => {
    const said = jest.mocked(propertySentences[kind]);
    said.mockClear();
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
    /(?:^|[.;,:] (?:or |and |but |then )?|instead, )(add|adopt|allow|ask|change|check|choose|copy|correct|create|deactivate|delete|deploy|enable|give|grant|have|let|make|map|name|put|read|remove|restore|run|activate|set|shorten|sign in|take|turn|use|write)\b|did you mean|must (?:contain|end|start)|the org's own is|should be|needs the role|needs the scope|list shows all|look again|is for an administrator|only CloudFormation may send events/i;

  test.each([...propertyErrors(), ...preconditionErrors(), ...others])(
    'it says what to do: %s',
    (sentence) => {
      expect(sentence).toMatch(fix);
      expect(sentence).toMatch(/[.?)}]$/);
      expect(sentence.length).toBeLessThan(1_000);
      expect(sentence).not.toMatch(/undefined|\[object|\$\{/);
    },
  );

  test('the reference has all of them', () => {
    expect(reference).toContain(errorTable(propertyErrors()));
    expect(reference).toContain(errorTable(preconditionErrors()));
    expect(reference).toContain(otherErrors());
  });

  /** A word or two would be found anywhere. */
  const shortest = 15;

  test.each(shownMessages().map((message) => [message.file, textOf(message), message] as const))(
    'the reference has the sentence of %s: %s',
    (_file, _text, { texts }) => {
      for (const text of texts.filter(({ length }) => length >= shortest)) {
        expect(others.some((sentence) => sentence.includes(text))).toBe(true);
      }
    },
  );
});

test('a new sentence in the code is found, and one for the log is not', () => {
  const code =
    'log.warn("Nothing is to be done here."); throw new Error(`Okta lost the $' + '{what}. Deploy again.`);';
  const found = messagesIn('okta/new.ts', code);
  expect(found.map(textOf)).toEqual(['Okta lost the …. Deploy again.']);
  expect(found.every(isShown)).toBe(true);
});

/** The names of a catalog's sentences. */
function typedKeys<Catalog extends object>(catalog: Catalog): readonly (string & keyof Catalog)[] {
  const isKey = (name: string): name is string & keyof Catalog => Object.hasOwn(catalog, name);
  return Object.keys(catalog).filter(isKey);
}
