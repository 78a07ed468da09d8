import { styleText } from 'node:util';

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** Color on a terminal only, unless the person wants otherwise: https://force-color.org, https://no-color.org */
export function styled(style: Style, text: string): string {
  return isColored() ? styleText(style, text, { validateStream: false }) : text;
}

function isColored(): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: unwanted } = process.env;
  if (forced) return forced !== '0';
  return !unwanted && process.stdout.isTTY;
}

/** Says on a terminal how far it is; a file or a pipe gets nothing of it. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}

export function endProgress(): void {
  progress('');
}

/** A cell, and how to show it. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Columns as wide as their widest cell. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = header.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style }, index) => {
        const isLast = index === cells.length - 1;
        const padded = isLast ? text : text.padEnd(widths[index] ?? 0);
        return style ? styled(style, padded) : padded;
      })
      .join('  ');
  return [line(header.map((text) => ({ text, style: 'bold' as const }))), ...rows.map(line)].join('\n');
}
