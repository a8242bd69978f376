import type { QueryHandle } from '../handles.ts';
import type { FieldInput } from '../inputs.ts';

/** `x_us AS x_s`: whole microseconds as exact seconds with six decimals. */
export function secondsOf(name: string): string {
  return `${seconds(`${name}_us`)} AS ${name}_s`;
}

/** Whole microseconds, as SQL, as exact seconds with six decimals. */
export function seconds(microseconds: string): string {
  return `CAST(${microseconds} AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6))`;
}

/** Whole microseconds as text of exact seconds with six decimals. */
export function secondsText(us: bigint): string {
  const sign = us < 0n ? '-' : '';
  const size = us < 0n ? -us : us;
  return `${sign}${size / 1_000_000n}.${String(size % 1_000_000n).padStart(6, '0')}`;
}

/** `part` of `whole`, both whole numbers, in per cent: rounded half up to one decimal; missing where `whole` is 0. */
export function percent(part: string, whole: string): string {
  const [a, b] = [part, whole].map((sql) => `CAST(${sql} AS HUGEINT)`);
  return `CAST((${a} * 2000 + ${b}) // nullif(2 * ${b}, 0) AS DECIMAL(18,0)) * CAST(0.1 AS DECIMAL(1,1))`;
}

/** Cells of one row as fields of a finding, named like their columns. */
export function fieldsOf(
  handle: QueryHandle,
  row: number,
  columns: readonly string[],
): Record<string, FieldInput> {
  return Object.fromEntries(columns.map((column) => [column, fieldOf(handle, row, column)]));
}

/** A cell with its unit, by the ending of the column's name: `_s` seconds, `_percent` per cent. */
export function fieldOf(handle: QueryHandle, row: number, column: string): FieldInput {
  const from = handle.cell(row, column);
  if (column.endsWith('_s')) return { from, unit: 's' };
  return column.endsWith('_percent') ? { from, unit: '%' } : { from };
}

/** The threshold as a field, which every finding names. */
export const threshold: Readonly<Record<'threshold_s', FieldInput>> = {
  threshold_s: { from: { setting: 'threshold_s' }, unit: 's' },
};

/** A share in per cent as one in 0 … 1, for the ranking. */
export function shareOf(handle: QueryHandle, row: number, column: string): number {
  return Math.min(1, (handle.number(row, column) ?? 0) / 100);
}
