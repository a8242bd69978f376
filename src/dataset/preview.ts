import type { NumberedRowsRequest, PreviewRequest, PreviewRow, RowNumber } from './dataset.ts';
import { queryFailed, type Session } from './session.ts';
import { quoteName } from './sql-text.ts';

/** Rows of `data` in source order, cells as exact text. `columns`: all of them in order. */
export async function previewRows(
  session: Session,
  columns: readonly string[],
  { rows: count, from = { part: 1, row: 1 }, places }: PreviewRequest,
): Promise<readonly PreviewRow[]> {
  const [most = 0, part, row] = [count, from.part, from.row].map((number) => Math.max(0, Math.trunc(number)));
  const names = namesAt(columns, places);
  // By parts: what is ordered by the number of the row alone is found without reading all of them.
  const inPart = `_sh_part = ${part} AND _sh_row_number >= ${row} ORDER BY _sh_row_number`;
  const rows = await rowsWhere(session, names, `${inPart} LIMIT ${most}`);
  if (rows.length === most) return rows;
  const behind = `_sh_part > ${part} ORDER BY _sh_part, _sh_row_number LIMIT ${most - rows.length}`;
  return [...rows, ...(await rowsWhere(session, names, behind))];
}

/** Rows of `data` by their numbers, in the order in which they are named; what has no row is left out. */
export async function numberedRows(
  session: Session,
  columns: readonly string[],
  { numbered, places }: NumberedRowsRequest,
): Promise<readonly PreviewRow[]> {
  if (numbered.length === 0) return [];
  const inParts = Map.groupBy(numbered, ({ part }) => part);
  const where = Array.from(inParts, ([part, rows]) => {
    const numbers = rows.map(({ row_number }) => Math.trunc(row_number));
    return `(_sh_part = ${Math.trunc(part)} AND _sh_row_number IN (${numbers.join(', ')}))`;
  });
  const found = await rowsWhere(session, namesAt(columns, places), where.join(' OR '));
  const nameOf = ({ part, row_number }: RowNumber): string => `${part} ${row_number}`;
  const byName = new Map(found.map((row) => [nameOf(row), row]));
  return numbered.flatMap((row) => byName.get(nameOf(row)) ?? []);
}

function namesAt(columns: readonly string[], places: readonly number[] | undefined): readonly string[] {
  return (places?.flatMap((place) => columns[place] ?? []) ?? columns).map(quoteName);
}

async function rowsWhere(
  session: Session,
  names: readonly string[],
  where: string,
): Promise<readonly PreviewRow[]> {
  const sql = `SELECT ${['_sh_part', '_sh_row_number', ...names].join(', ')} FROM data WHERE ${where}`;
  const { rows } = await session.rows(sql).catch((error: unknown) => {
    throw queryFailed(error);
  });
  return rows.map(([part, row, ...cells]) => ({ part: Number(part), row_number: Number(row), cells }));
}
