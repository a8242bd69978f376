import type { FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import type { ClockColumns } from './clock.ts';

const COUNTS = ['runs', 'close_runs', 'pre_eligible_runs', 'waited_runs', 'over_runs', 'service_runs'];
const TIMES = ['pre_eligible', 'wait', 'over', 'service'];

/**
 * Counts and sums of some runs in whole microseconds, as SQL. An interval that runs backwards (below 0) is counted
 * nowhere in its own totals.
 */
export function sums({ wait, preEligible, over, service, window }: ClockColumns): string {
  return [
    'count(*) AS runs',
    `count(*) FILTER (WHERE ${window} = 'close') AS close_runs`,
    `count(*) FILTER (WHERE ${preEligible} >= 0) AS pre_eligible_runs`,
    `coalesce(sum(${preEligible}) FILTER (WHERE ${preEligible} >= 0), 0) AS pre_eligible_us`,
    `count(*) FILTER (WHERE ${wait} >= 0) AS waited_runs`,
    `coalesce(sum(${wait}) FILTER (WHERE ${wait} >= 0), 0) AS wait_us`,
    `max(${wait}) FILTER (WHERE ${wait} >= 0) AS longest_wait_us`,
    `count(*) FILTER (WHERE ${over} > 0) AS over_runs`,
    `coalesce(sum(${over}), 0) AS over_us`,
    `count(*) FILTER (WHERE ${service} >= 0) AS service_runs`,
    `coalesce(sum(${service}) FILTER (WHERE ${service} >= 0), 0) AS service_us`,
  ].join(',\n    ');
}

/** The same of several groups together. */
export const SUMS_OF_SUMS = [
  ...COUNTS.map((name) => `coalesce(sum(${name}), 0) AS ${name}`),
  ...TIMES.map((name) => `coalesce(sum(${name}_us), 0) AS ${name}_us`),
  'max(longest_wait_us) AS longest_wait_us',
].join(', ');

/** What was counted, with times as exact seconds. */
export const SHOWN = [...COUNTS, ...[...TIMES, 'longest_wait'].map(secondsOf)].join(',\n  ');

/** `x_us AS x_s`: whole microseconds as exact seconds with six decimals. */
export function secondsOf(name: string): string {
  return `${seconds(`${name}_us`)} AS ${name}_s`;
}

export function seconds(microseconds: string): string {
  return `CAST(${microseconds} AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6))`;
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
