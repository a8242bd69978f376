import type { Cell } from '../contract/index.ts';
import type { Dataset } from './dataset.ts';
import { quoteName } from './sql-text.ts';

export interface PreviewRow {
  readonly part: number;
  readonly row_number: number;
  readonly cells: readonly Cell[];
}

/** A result is brought into total order, which takes memory by the square of its columns: a wide table is read in strips. */
const COLUMNS_PER_QUERY = 50;

/** Rows of a dataset in source order, the first of them at a place or behind it, cells as exact text. */
export async function previewRows(
  dataset: Dataset,
  limit: number,
  from: { readonly part: number; readonly row: number } = { part: 1, row: 1 },
): Promise<readonly PreviewRow[]> {
  const [part, row] = [from.part, from.row].map((number) => Math.max(0, Math.trunc(number)));
  const names = dataset.schema.columns.map(({ sql_name }) => quoteName(sql_name));
  const rows: { part: number; row_number: number; cells: Cell[] }[] = [];
  for (let first = 0; first === 0 || first < names.length; first += COLUMNS_PER_QUERY) {
    const strip = ['_sh_part', '_sh_row_number', ...names.slice(first, first + COLUMNS_PER_QUERY)];
    const read = await dataset.query({
      sql: `SELECT ${strip.join(', ')} FROM data WHERE _sh_part > ${part} OR (_sh_part = ${part} AND _sh_row_number >= ${row})
        ORDER BY _sh_part, _sh_row_number LIMIT ${Math.max(0, Math.trunc(limit))}`,
    });
    for (const [i, [part, row, ...cells]] of read.rows.entries()) {
      rows[i] ??= { part: Number(part), row_number: Number(row), cells: [] };
      rows[i].cells.push(...cells);
    }
  }
  return rows;
}
