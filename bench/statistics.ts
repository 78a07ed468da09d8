/** Of several measurements of one thing, as every figure is given. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** How many measurements. */
  readonly of: number;
}

/** @param values at least one. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
    of: sorted.length,
  };
}
