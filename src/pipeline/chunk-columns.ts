/** What of a chunk's query stands for every column: stars, `COLUMNS(…)`, comments that could hide one, whole rows. */
const EVERYTHING = /\*|--|\bcolumns\s*\(|\bdata\b/i;
/** Harmless forms of the same words. */
const HARMLESS = /\bcount\s*\(\s*\*\s*\)|\b(?:from|join)\s+data\b|\bdata\s*\./gi;
const FROM_FIRST = /(?:^|\()\s*from\b/i;

/**
 * The columns that a query over a chunk can depend on, by their names: those whose name stands in it, or all where it
 * may mean all. Rather one too many: a kept state is thrown away when the type of one of them changes.
 */
export function columnsNamed(sql: string, columns: readonly string[]): readonly string[] {
  if (FROM_FIRST.test(sql) || EVERYTHING.test(sql.replace(HARMLESS, ' '))) return columns;
  const lower = sql.toLowerCase();
  return columns.filter((name) => lower.includes(name.toLowerCase()));
}
