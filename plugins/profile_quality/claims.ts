import type { Context, FieldInput, QueryHandle } from '../../src/sdk/index.ts';

/** Rows that a finding cites; the counts beside them are of all. */
const MOST_CITED = 10_000;

/** Facts about how a table is built: something to know, little to act on. */
export const STRUCTURE = { effect: 0.1, reach: 0.1, actionability: 0.1 };

/** The ranking of something to be mended in a share of the rows. */
export function defect(effect: number, share: number) {
  return { effect, reach: Math.min(1, Math.max(0, share)), actionability: 0.5 };
}

/** Fields of a row of a query's result, named like its columns; those that end in `_rows` have that unit. */
export function cells(
  handle: QueryHandle,
  row: number,
  columns: readonly string[],
): Record<string, FieldInput> {
  return Object.fromEntries(
    columns.map((column) => {
      const from = handle.cell(row, column);
      const unit = unitOf(column, handle, row);
      return [column, unit === undefined ? from : { from, unit }];
    }),
  );
}

function unitOf(column: string, handle: QueryHandle, row: number): string | undefined {
  if (column.endsWith('_percent')) return '%';
  if (column.endsWith('_s')) return 's';
  if (column.endsWith('_rows')) return handle.number(row, column) === 1 ? 'row' : 'rows';
  return undefined;
}

/** A count; 0 where the query yields nothing. */
export function countOf(handle: QueryHandle, column: string, row = 0): number {
  return handle.number(row, column) ?? 0;
}

/** The rows where a condition holds, as a query that a finding can cite; `show` are columns to see beside. */
export function rowsWhere(
  ctx: Context,
  condition: string,
  show: readonly string[],
  order: readonly string[] = [],
): Promise<QueryHandle> {
  return ctx.query(
    `SELECT ${['_sh_part', '_sh_row_number', ...show].join(', ')}
FROM data
WHERE ${condition}
ORDER BY ${[...order, '_sh_part', '_sh_row_number'].join(', ')}
LIMIT ${MOST_CITED}`,
  );
}

/** `part` of `whole` in per cent as SQL, rounded half up to two decimals in whole numbers; missing where `whole` is 0. */
export function percentSql(part: string, whole: string): string {
  const [a, b] = [part, whole].map((sql) => `CAST(${sql} AS HUGEINT)`);
  return `CAST((${a} * 20000 + ${b}) // nullif(2 * ${b}, 0) AS DECIMAL(18,0)) * CAST(0.01 AS DECIMAL(2,2))`;
}

/** Letters for fields of a list: templates carry no digits. */
export const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
