import type { Cell } from '../contract/index.ts';
import type { Dataset } from './dataset.ts';

export interface PreviewRow {
  readonly part: number;
  readonly row_number: number;
  readonly cells: readonly Cell[];
}

/** Rows of a dataset in source order, the first of them at a place or behind it, cells as exact text. */
export async function previewRows(
  dataset: Dataset,
  limit: number,
  from: { readonly part: number; readonly row: number } = { part: 1, row: 1 },
): Promise<readonly PreviewRow[]> {
  const [part, row] = [from.part, from.row].map((number) => Math.max(0, Math.trunc(number)));
  const { rows } = await dataset.query({
    sql: `SELECT * FROM data WHERE _sh_part > ${part} OR (_sh_part = ${part} AND _sh_row_number >= ${row})
      ORDER BY _sh_part, _sh_row_number LIMIT ${Math.max(0, Math.trunc(limit))}`,
  });
  return rows.map(([part, row, ...cells]) => ({ part: Number(part), row_number: Number(row), cells }));
}
