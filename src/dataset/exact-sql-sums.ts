import type { ExactGroup } from '../sdk/index.ts';
import { decimalToNumber, parseDecimal } from '../sdk/index.ts';
import { HarnessError } from '../base/index.ts';
import { exactNumber } from './exact-numbers.ts';
import type { NumericScan } from './exact-scan.ts';
import { queryFailed, type Session } from './session.ts';
import { quoteName } from './sql-text.ts';

/** DuckDB sums integers as HUGEINT and decimals as DECIMAL(38, scale). */
const SUM_DIGITS = 38;

/** Whether DuckDB's own sums are exact here: no doubles, and no overflow whatever the values of `rows` rows are. */
export function canSumInSql({ numbers }: NumericScan, rows: number): boolean {
  return numbers.every(({ base, digits }) => base === 10 && digits + String(rows).length <= SUM_DIGITS);
}
