import { decimalToNumber, type ExactGroup, parseDecimal } from '../sdk/exact/index.ts';
import type { Chunk } from './dataset.ts';
import { checkGroupCount, MAX_GROUPS } from './exact-groups.ts';
import { exactNumber } from './exact-numbers.ts';
import type { NumericScan } from './exact-scan.ts';
import { queryFailed, type Session } from './session.ts';
import { quoteName } from './sql-text.ts';

/** DuckDB sums integers as HUGEINT and decimals as DECIMAL(38, scale). */
const SUM_DIGITS = 38;

/** Whether DuckDB's own sums are exact: no doubles, and no overflow whatever the values in so many rows are. */
export function canSumInSql({ numbers }: NumericScan, rows: number): boolean {
  return numbers.every(({ base, digits }) => base === 10 && digits + String(rows).length <= SUM_DIGITS);
}

/** Counts and sums by group, by DuckDB. */
export async function sumInSql(
  session: Session,
  scan: NumericScan,
  request: { readonly chunk?: Chunk; readonly signal?: AbortSignal },
): Promise<readonly ExactGroup[]> {
  const keys = scan.groupBy.map(quoteName);
  const sums = scan.numbers.map(({ name }) => quoteName(name)).map((name) => `count(${name}), sum(${name})`);
  const grouping = keys.length > 0 ? ` GROUP BY ${keys.join(', ')} LIMIT ${MAX_GROUPS + 1}` : '';
  const sql = `SELECT ${[...keys, ...sums].join(', ')} FROM (${scan.sqlOf(request.chunk)})${grouping}`;
  const { rows } = await session.rows(sql, [], request.signal).catch((error: unknown) => {
    throw queryFailed(error);
  });
  checkGroupCount(rows.length);
  return rows.map((cells) => ({
    key: cells.slice(0, keys.length),
    columns: Object.fromEntries(
      scan.numbers.map(({ name }, index) => {
        const [n = null, sum = null] = cells.slice(keys.length + 2 * index);
        const value = sum === null ? null : decimalToNumber(parseDecimal(sum));
        return [name, { n: { value: Number(n) }, sum: exactNumber(value, sum) }];
      }),
    ),
  }));
}
