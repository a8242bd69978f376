/** A name as SQL: in double quotes, inner quotes doubled. Use it for every column name in a query. */
export function identifier(name: string): string {
  if (name.includes('\0')) throw new TypeError('an SQL name can not hold a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal: in single quotes, inner quotes doubled. Parameters (`$1`) are better where they fit. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new TypeError('an SQL literal can not hold a NUL character');
  return `'${text.replaceAll("'", "''")}'`;
}
