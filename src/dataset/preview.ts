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

export interface PreviewFrom {
  readonly part: number;
  readonly row: number;
}

/**
 * Rows of a dataset in source order, the first of them at a place or behind it, cells as exact text: of all columns, or of
 * those at `places`, from 0.
 */
export async function previewRows(
  dataset: Dataset,
  limit: number,
  from: PreviewFrom = { part: 1, row: 1 },
  places?: readonly number[],
): Promise<readonly PreviewRow[]> {
  const [most, part, row] = [limit, from.part, from.row].map((number) => Math.max(0, Math.trunc(number)));
  const all = dataset.schema.columns.map(({ sql_name }) => quoteName(sql_name));
  const names = places === undefined ? all : places.flatMap((place) => all[place] ?? []);
  // By parts: what is ordered by the number of the row alone is found without reading all of them.
  const inPart = `_sh_part = ${part} AND _sh_row_number >= ${row} ORDER BY _sh_row_number`;
  const rows = await rowsWhere(dataset, names, `${inPart} LIMIT ${most}`);
  if (rows.length === most) return rows;
  const behind = `_sh_part > ${part} ORDER BY _sh_part, _sh_row_number LIMIT ${Number(most) - rows.length}`;
  return [...rows, ...(await rowsWhere(dataset, names, behind))];
}

async function rowsWhere(
  dataset: Dataset,
  names: readonly string[],
  where: string,
): Promise<readonly PreviewRow[]> {
  const rows: { part: number; row_number: number; cells: Cell[] }[] = [];
  for (let first = 0; first === 0 || first < names.length; first += COLUMNS_PER_QUERY) {
    const strip = ['_sh_part', '_sh_row_number', ...names.slice(first, first + COLUMNS_PER_QUERY)];
    const read = await dataset.query({ sql: `SELECT ${strip.join(', ')} FROM data WHERE ${where}` });
    for (const [i, [part, row, ...cells]] of read.rows.entries()) {
      rows[i] ??= { part: Number(part), row_number: Number(row), cells: [] };
      rows[i].cells.push(...cells);
    }
  }
  return rows;
}
