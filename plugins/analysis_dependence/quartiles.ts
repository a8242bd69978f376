/** The three quartiles of some SQL as the list `q`: DuckDB keeps every value once for the three of them. */
export function quartilesSql(sql: string): string {
  return `quantile_disc(${sql}, [0.25, 0.5, 0.75]) AS q`;
}

/**
 * Places from 1, in order, of the medians of what `ntile(bins)` makes of `n` rows: the lower one of two in the middle.
 * So the median of what the rows are in order of need not be looked for among all of its values.
 */
export function middlesOf(n: number, bins: number): readonly number[] {
  const firsts = Array.from({ length: Math.min(n, bins) + 1 }, (_, bin) => {
    return bin * Math.floor(n / bins) + Math.min(bin, n % bins) + 1;
  });
  return firsts.slice(1).map((next, bin) => Math.floor(((firsts[bin] ?? 1) + next - 1) / 2));
}

/** The members of `q` under their names. */
export const QUARTILES = 'q[1] AS lower_quartile, q[2] AS median, q[3] AS upper_quartile';
