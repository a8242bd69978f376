import { identifier, type Measure, type QueryHandle } from '../../src/sdk/index.ts';
import type { Axis } from './time-axis.ts';

/** What a series follows from stretch to stretch. */
export type Summary =
  | { readonly kind: 'rows' }
  | { readonly kind: 'median'; readonly measure: Measure }
  /** Share of rows above the median of all, for measures whose median hardly moves. */
  | { readonly kind: 'share'; readonly measure: Measure };

/** A series with the rows of the query that it comes from. */
export interface Series {
  readonly summary: Summary;
  readonly values: Float64Array;
  /** Row of the query for each value; undefined for a stretch without rows. */
  readonly rows: readonly (number | undefined)[];
  /** Ordinals of the stretches; of days, days since 1970. */
  readonly ordinals: Int32Array;
}

/** A stretch with fewer rows than this share of the median stretch says too little about a measure. */
const LEAST_SHARE_OF_ROWS = 0.25;

/** Share of equal values from which a median is said to hardly move. */
const MOST_EQUAL = 0.5;

/**
 * The SQL of one series or of several: per stretch its start, ordinal and rows, and for each measure in turn its finite
 * values and their summary, `n0`, `v0`, `n1`, `v1` …; of a share in per cent, with the median of all as `t0` …
 */
export function seriesSql(axis: Axis, summaries: readonly Summary[], condition?: string): string {
  const measured = summaries.filter((summary) => summary.kind !== 'rows');
  const own = measured.map(({ measure }, i) => `, ${finite(measure.sqlName)} AS m${i}`).join('');
  const medians = measured.flatMap(({ kind }, i) => (kind === 'share' ? [`median(m${i}) AS t${i}`] : []));
  const outputs = measured.flatMap(({ kind }, i) => [
    `count(m${i}) AS n${i}`,
    ...(kind === 'share' ? shareAbove(i) : [`median(m${i}) AS v${i}`]),
  ]);
  return `WITH placed AS (
  SELECT ${axis.sql} AS stretch, _sh_part, _sh_row_number${own} FROM data
)${medians.length === 0 ? '' : `, overall AS (SELECT ${medians.join(', ')} FROM placed)`}
SELECT stretch, ${axis.ordinalSql('stretch')} AS ordinal, count(*) AS stretch_rows${outputs.map((sql) => `,\n  ${sql}`).join('')}
FROM placed
WHERE stretch IS NOT NULL${condition === undefined ? '' : ` AND ${condition}`}
GROUP BY stretch
ORDER BY stretch`;
}

/** As a double; missing where it is NaN or infinite. */
export function finite(sqlName: string): string {
  const value = `CAST(${identifier(sqlName)} AS DOUBLE)`;
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}

function shareAbove(i: number): string[] {
  const threshold = `(SELECT t${i} FROM overall)`;
  return [
    `CAST(count(m${i}) FILTER (WHERE m${i} > ${threshold}) AS DOUBLE) * 100 / nullif(count(m${i}), 0) AS v${i}`,
    `${threshold} AS t${i}`,
  ];
}

/** The series of a query made by `seriesSql`, without stretches that are cut short or hold too few rows. */
export function readSeries(handle: QueryHandle, axis: Axis, summaries: readonly Summary[]): Series[] {
  const inner = innerRows(handle, axis);
  let measured = 0;
  return summaries.map((summary) => {
    if (summary.kind === 'rows') return countSeries(handle, inner, summary);
    const column = measured;
    measured += 1;
    return measureSeries(handle, inner, summary, column);
  });
}

/** Whether so many values are equal that a change could not show. */
export function hardlyMoves({ values }: Series): boolean {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(0, ...counts.values()) > MOST_EQUAL * values.length;
}

function innerRows(handle: QueryHandle, axis: Axis): number[] {
  const all = handle.rows.map((_, row) => row);
  return axis.endsMayBeCut ? all.slice(1, -1) : all;
}

/** Rows per stretch; 0 where there are none between the first and the last. */
function countSeries(handle: QueryHandle, inner: readonly number[], summary: Summary): Series {
  const ordinals = inner.map((row) => handle.number(row, 'ordinal') ?? 0);
  const [first = 0, last = -1] = [ordinals[0], ordinals.at(-1)];
  const length = last - first + 1;
  const rows = new Array<number | undefined>(length).fill(undefined);
  for (const [i, row] of inner.entries()) rows[(ordinals[i] ?? 0) - first] = row;
  const values = Float64Array.from(rows, (row) =>
    row === undefined ? 0 : (handle.number(row, 'stretch_rows') ?? 0),
  );
  return { summary, values, rows, ordinals: Int32Array.from({ length }, (_, i) => first + i) };
}

function measureSeries(
  handle: QueryHandle,
  inner: readonly number[],
  summary: Summary,
  column: number,
): Series {
  const counts = inner.map((row) => handle.number(row, `n${column}`) ?? 0).filter((count) => count > 0);
  const median = counts.sort((a, b) => a - b)[counts.length >> 1] ?? 0;
  const rows = inner.filter((row) => {
    const count = handle.number(row, `n${column}`) ?? 0;
    return count > 0 && count >= LEAST_SHARE_OF_ROWS * median;
  });
  return {
    summary,
    rows,
    values: Float64Array.from(rows, (row) => handle.number(row, `v${column}`) ?? Number.NaN),
    ordinals: Int32Array.from(rows, (row) => handle.number(row, 'ordinal') ?? 0),
  };
}
