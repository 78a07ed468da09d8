import { styleText } from 'node:util';

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/**
 * One printable line, in color on a terminal only, unless the person wants otherwise: https://force-color.org,
 * https://no-color.org
 */
export function styled(style: Style, text: string): string {
  const line = printable(text);
  return isColored() ? styleText(style, line, { validateStream: false }) : line;
}

/** Characters that move a terminal's cursor, end a line, turn text around or cannot be seen. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line without unprintable characters: names in Okta, Cognito and CloudFormation can contain them. */
export function printable(text: string): string {
  return text.replace(unprintable, '\uFFFD');
}

/** JSON for a machine that a person may look at: unprintable characters are escaped, so the value stays the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => line.replace(unprintable, escaped))
    .join('\n');
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function isColored(): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: unwanted } = process.env;
  if (forced) return forced !== '0';
  return !unwanted && process.stdout.isTTY;
}

/** Says on a terminal how far it is; a file or a pipe does not get it. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${printable(text)}`);
}

export function endProgress(): void {
  progress('');
}

/** A cell, and how to show it. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Columns as wide as their widest cell, each row on one line. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = header.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style }, index) => {
        const isLast = index === cells.length - 1;
        const padded = isLast ? text : text.padEnd(widths[index] ?? 0);
        return style ? styled(style, padded) : printable(padded);
      })
      .join('  ');
  return [line(header.map((text) => ({ text, style: 'bold' as const }))), ...rows.map(line)].join('\n');
}
