import fc from 'fast-check';
import { matchesShown } from '../../../src/cloudformation/shown-properties.ts';
import { assertAtRandom } from '../../support/random-runs.ts';

const asStrings = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'number' || typeof item === 'boolean' ? String(item) : item,
    ),
  );

/**
 * Without what JSON escapes: after an object with the keys "" and "\\", JSON.parse of Node 24.21 takes the second key of the next one,
 * an escaped quotation mark, for a backslash.
 */
const name = fc.string().filter((text) => !/["\\]/.test(text));
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(name, tie('node'), { maxKeys: 3 }),
  ),
}));
const properties = fc.dictionary(name, node, { maxKeys: 4 });

test('properties equal what CloudFormation sends of them, every primitive as a string', () => {
  assertAtRandom(
    fc.property(properties, (shown) => {
      const sent = asStrings(shown);
      expect(matchesShown({ all: sent }, { all: shown })).toBe(true);
    }),
  );
});

test('one more property, one fewer or another value is different', () => {
  assertAtRandom(
    fc.property(properties, fc.string(), (shown, name) => {
      const { [name]: _, ...without } = shown;
      expect(matchesShown({ ...without, [name]: 'x' }, without)).toBe(false);
      expect(matchesShown(without, { ...without, [name]: 'x' })).toBe(false);
      expect(matchesShown({ ...without, [name]: 'x' }, { ...without, [name]: 'y' })).toBe(false);
    }),
  );
});

test.each<[string, unknown, unknown, boolean]>([
  ['a NoEcho parameter', 'pa55', '****', true],
  ['a list that is a NoEcho parameter', ['a', 'b'], '****', true],
  ['a part of a text', 'user:pa55@host', 'user:****@host', true],
  ['another text around it', 'root:pa55@host', 'user:****@host', false],
  ['another end', 'user:pa55@example', 'user:****@host', false],
  ['two hidden parts', 'a1-b2-c', 'a****-b****-c', true],
  ['two hidden parts, one text between them missing', 'a1-c', 'a****-b****-c', false],
  ['a beginning and an end that overlap', 'aba', 'ab****ba', false],
  ['a list in place of a text', ['user:x@host'], 'user:****@host', false],
  ['a dynamic reference', 'shown', '{{resolve:secretsmanager:name:SecretString:key}}', true],
  ['a dynamic reference in a text', 'https://acme.okta.com', 'https://{{resolve:ssm:name}}.okta.com', true],
  [
    'a dynamic reference in another text',
    'https://acme.example.com',
    'https://{{resolve:ssm:name}}.okta.com',
    false,
  ],
  ['stars that the event brings', '****', 'Nobody', false],
  ['a dynamic reference that the event brings', '{{resolve:ssm:name}}', 'Nobody', false],
  ['true and "true"', 'true', true, true],
  ['a number and its text', '300', 300, true],
  ['another number', '301', 300, false],
  ['a list in another order', ['b', 'a'], ['a', 'b'], false],
  ['a longer list', ['a', 'b'], ['a'], false],
  ['a list and an object', ['a'], { 0: 'a' }, false],
  ['an object and a list', { 0: 'a', length: '1' }, ['a'], false],
  ['an object and a text', {}, '[object Object]', false],
  ['characters that are not ASCII', 'Vertrieb München 検', 'Vertrieb M?nchen ?', true],
  ['such a character shown as it is', 'München', 'München', true],
  ['an emoji as one question mark', 'Key 🔑', 'Key ?', true],
  ['an emoji as two question marks', 'Key 🔑', 'Key ??', true],
  ['an ASCII character under a question mark', 'Munchen', 'M?nchen', false],
  ['a question mark under such a character', 'M?nchen', 'München', false],
  ['such characters beside a hidden part', 'Größe-pa55-ä', 'Gr??e-****-?', true],
  ['other text beside a hidden part', 'Grosse-pa55', 'Gr??e-****', false],
  ['such characters in a name', { größe: 'x' }, { 'gr??e': 'x' }, true],
  ['another value under such a name', { größe: 'x' }, { 'gr??e': 'y' }, false],
  ['two names shown as one', { ö: 'x', ü: 'y' }, { '?': 'y' }, true],
  ['two names shown as one, with the value of neither', { ö: 'x', ü: 'y' }, { '?': 'z' }, false],
  ['null and "null"', null, 'null', false],
])('%s', (_, sent, shown, expected) => {
  expect(matchesShown({ Value: sent }, { Value: shown })).toBe(expected);
});

test('an inherited name is not a property', () => {
  expect(matchesShown({}, { toString: 'x' })).toBe(false);
});
