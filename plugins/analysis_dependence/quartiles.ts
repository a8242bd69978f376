/** The three quartiles of some SQL as the list `q`: DuckDB keeps every value once for the three of them. */
export function quartilesSql(sql: string): string {
  return `quantile_disc(${sql}, [0.25, 0.5, 0.75]) AS q`;
}

/** The members of `q` under their names. */
export const QUARTILES = 'q[1] AS lower_quartile, q[2] AS median, q[3] AS upper_quartile';
