import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(path.join('src', name), 'utf8'))
  .join('\n');
const [, errors = ''] = readFileSync('docs/reference.md', 'utf8').split('\n## Errors\n');
const sentences = [...errors.matchAll(/^\| “(.+?)” \|/gm)].flatMap(([, sentence]) => sentence ?? []);

/** What stands between the names and IDs of a sentence; a word or two would be found anywhere. */
const wordings = (sentence: string) =>
  sentence.split('…').map((part) => part.replace(/^[\s;:.,(]+|[\s;:.,()?]+$/g, ''));

test('the reference quotes errors', () => {
  expect(sentences.length).toBeGreaterThan(40);
});

test.each(sentences)('the provider says: %s', (sentence) => {
  for (const wording of wordings(sentence)) {
    const prefix = /^[A-Z][A-Za-z.]+: /.exec(wording)?.[0] ?? '';
    // An issuer's problem is put behind its property where it is reported.
    const said = sources.includes(wording) || sources.includes(wording.slice(prefix.length));
    expect({ wording, said }).toEqual({ wording, said: true });
  }
});
