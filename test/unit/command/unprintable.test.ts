import { checklist, checklistJson } from '../../../src/command/checklist.ts';
import { diffOf } from '../../../src/command/drift.ts';
import { tableOf } from '../../../src/command/list.ts';
import { printableJson, styled } from '../../../src/command/terminal.ts';

// What administrators name in Okta, Cognito and CloudFormation reaches the terminal of another person.

const raw = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Each moves the cursor, ends the line, sets the window's title, turns text around or hides it. */
const hostile = {
  'an escape sequence': '\u001B[2K',
  'a line break': '\r\n✓ fine',
  'a C1 control': '\u009B2J',
  'an operating system command': '\u009D0;title\u009C',
  'a right-to-left override': '\u202Egnp.exe',
  'a bidirectional isolate': '\u2067x\u2069',
  'an Arabic letter mark': '\u061C',
  'a line separator': '\u2028',
  'a zero-width space': '\u200B',
  'a tag character': '\u{E0041}',
};

const cases = Object.entries(hostile).map(([what, text]) => [what, `Shop ${text} Okta`] as const);

/** The raw characters in a text of several lines. */
const rawLines = (text: string) => text.split('\n').filter((line) => raw.test(line));

test.each(cases)('a table, its reasons and a diff show no %s', (_, name) => {
  const row = {
    stack: name,
    resource: name,
    federation: name,
    application: name,
    signIn: 'broken' as const,
    reason: `${name} is wrong.`,
    isWell: false,
  };
  const table = tableOf([row, row]);
  expect(rawLines(table)).toEqual([]);
  expect(table.split('\n')).toHaveLength(6);
  const differences = [{ setting: name, wanted: name, found: name }];
  const diff = diffOf({ federation: name, stack: name, differences, problems: [name] });
  expect(rawLines(diff)).toEqual([]);
  expect(diff.split('\n')).toHaveLength(5);
  expect(styled('bold', name)).not.toMatch(raw);
});

test.each(cases)('a checklist shows no %s', (_, name) => {
  const checks = [
    { part: 'Okta', name, problems: [`${name} is wrong.`] },
    { part: 'Sign-in', name, problems: [], skipped: name },
  ] as const;
  const text = checklist({ userPoolId: name, providerName: name }, checks);
  expect(rawLines(text)).toEqual([]);
  expect(text.split('\n')).toHaveLength(10);
  expect(rawLines(checklistJson({ userPoolId: name, providerName: name }, checks))).toEqual([]);
});

test.each(cases)('JSON has %s escaped, with its value unchanged', (_, name) => {
  const value = { [name]: [name] };
  const json = printableJson(value);
  expect(rawLines(json)).toEqual([]);
  expect(JSON.parse(json)).toEqual(value);
});
