/** A name as SQL: in double quotes, inner quotes doubled. Use it for every column name in a query. */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new TypeError('an SQL name can not hold a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The query for how many distinct values a column has, as `distinct_values`. In these words it costs next to nothing
 * about large tables: the number is known since the roles were inferred.
 */
export function distinctValuesSql(sqlName: string): string {
  return `SELECT count(DISTINCT ${identifier(sqlName)}) AS distinct_values FROM data`;
}

/** A text as an SQL literal: in single quotes, inner quotes doubled. Parameters (`$1`) are better where they fit. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new TypeError('an SQL literal can not hold a NUL character');
  return `'${text.replaceAll("'", "''")}'`;
}
