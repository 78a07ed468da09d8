import type { Spread } from './statistics.ts';

/** One line of a plot. */
export interface Row {
  readonly label: string;
  readonly spread: Spread;
}

const size = { width: 720, row: 34, left: 230, right: 90, top: 46, bottom: 34 };

/**
 * Draws minimum, median and maximum of each row, as a line with a mark, over an axis that starts at nought.
 * @param marks values to draw a line across all rows at, such as a budget, by what they mean.
 * @returns an SVG document.
 */
export function plot(title: string, rows: readonly Row[], marks: Readonly<Record<string, number>>): string {
  const most = Math.max(...rows.map(({ spread }) => spread.max), ...Object.values(marks)) * 1.05;
  const x = (value: number) => size.left + (value / most) * (size.width - size.left - size.right);
  const bottom = size.top + rows.length * size.row;
  const ticks = tickValues(most).map(
    (value) =>
      `<line x1="${at(x(value))}" x2="${at(x(value))}" y1="${size.top}" y2="${bottom}" stroke="#ddd"/>` +
      `<text x="${at(x(value))}" y="${bottom + 16}" text-anchor="middle" fill="#666">${value}</text>`,
  );
  const lines = Object.entries(marks).map(
    ([meaning, value]) =>
      `<line x1="${at(x(value))}" x2="${at(x(value))}" y1="${size.top - 4}" y2="${bottom}" stroke="#c33" stroke-dasharray="4 3"/>` +
      `<text x="${at(x(value))}" y="${size.top - 8}" text-anchor="middle" fill="#c33">${meaning}</text>`,
  );
  const bars = rows.map(({ label, spread }, index) => {
    const y = size.top + (index + 0.5) * size.row;
    return (
      `<text x="${size.left - 12}" y="${y + 4}" text-anchor="end">${label}</text>` +
      `<line x1="${at(x(spread.min))}" x2="${at(x(spread.max))}" y1="${y}" y2="${y}" stroke="#27c" stroke-width="3"/>` +
      `<circle cx="${at(x(spread.median))}" cy="${y}" r="6" fill="#27c"/>` +
      `<text x="${at(x(spread.max) + 12)}" y="${y + 4}">${spread.median.toFixed(2)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${bottom + size.bottom}" font-family="sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="12" y="20" font-weight="bold">${title}</text>`,
    ...ticks,
    ...lines,
    ...bars,
    '</svg>\n',
  ].join('\n');
}

function at(value: number): string {
  return value.toFixed(1);
}

/** Four to eight round values from nought. */
function tickValues(most: number): number[] {
  const rough = most / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(3)),
  );
}
