/** A name as a quoted SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A Parquet file as a table. The names of the folders it lies in say nothing: left to itself, DuckDB would take one
 * called `region=north` for the values of a column, and `[`, `*` or `?` for a pattern. `options` are DuckDB's others.
 */
export function parquetAt(path: string, options = ''): string {
  return `read_parquet(${quoteText(plainPattern(path))}, hive_partitioning = false${options})`;
}

/** The pattern that only this path fits. */
export function plainPattern(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}
