/** A cell as a test writes it; null is missing. */
type Cell = string | number | bigint | boolean | null;

/** The cells of a column, from the first row to the last. */
export type Cells = readonly Cell[];

/** A table: columns by name, or rows that all have the same names. */
export type TestTable = Readonly<Record<string, Cells>> | readonly Readonly<Record<string, Cell>>[];

/** A table as a CSV file: what a run would be given. Throws a RangeError where columns differ in length, or there is no row. */
export function csvOf(table: TestTable): string {
  const columns = isRows(table) ? columnsOf(table) : table;
  const names = Object.keys(columns);
  const length = Object.values(columns)[0]?.length ?? 0;
  if (length === 0) throw new RangeError('the table has no rows, and a run takes none without');
  for (const [name, cells] of Object.entries(columns)) {
    if (cells.length !== length)
      throw new RangeError(`the column "${name}" has ${cells.length} cells, the first one ${length}`);
  }
  const rows = Array.from({ length }, (_, row) => names.map((name) => columns[name]?.[row] ?? null));
  return [names, ...rows].map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function isRows(table: TestTable): table is readonly Readonly<Record<string, Cell>>[] {
  return Array.isArray(table);
}

function columnsOf(rows: readonly Readonly<Record<string, Cell>>[]): Record<string, Cells> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

function quoted(cell: Cell): string {
  return cell === null ? '' : `"${String(cell).replaceAll('"', '""')}"`;
}
