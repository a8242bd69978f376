import type { Cell } from '../contract/index.ts';
import type { Dataset } from './dataset.ts';

export interface PreviewRow {
  readonly part: number;
  readonly row_number: number;
  readonly cells: readonly Cell[];
}

/** The first rows of a dataset in source order, cells as exact text. */
export async function previewRows(dataset: Dataset, limit: number): Promise<readonly PreviewRow[]> {
  const { rows } = await dataset.query({ sql: `SELECT * FROM data LIMIT ${Math.max(0, Math.trunc(limit))}` });
  return rows.map(([part, row, ...cells]) => ({ part: Number(part), row_number: Number(row), cells }));
}
