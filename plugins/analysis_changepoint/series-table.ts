import { identifier, literal, type Measure, type QueryHandle } from '../../src/sdk/index.ts';
import type { Axis } from './time-axis.ts';

/** What a series follows from stretch to stretch. */
export type Summary = {
  /** Rows of one activity only. */
  readonly within?: Level;
} & (
  | { readonly kind: 'rows' }
  | { readonly kind: 'median'; readonly measure: Measure }
  /** Share of rows above the median of all, for measures whose median hardly moves. */
  | { readonly kind: 'share'; readonly measure: Measure }
);

/** Rows that have one value in a column. */
export interface Level {
  readonly column: string;
  readonly value: string;
}

/** The level of a summary as a list, as queries take it. */
export function levelsOf({ within }: Summary): readonly Level[] {
  return within === undefined ? [] : [within];
}

/** Ordinals of the first and last stretch that are whole. */
export interface Frame {
  readonly first: number;
  readonly last: number;
}

/** A series with the rows of the query that it comes from. */
export interface Series {
  readonly summary: Summary;
  readonly values: Float64Array;
  /** Row of the query for each value; undefined for a stretch without rows. */
  readonly rows: readonly (number | undefined)[];
  /** Ordinals of the stretches; of days, days since 1970. */
  readonly ordinals: Int32Array;
  /** Whether the days of the close window are left out. */
  readonly withoutClose?: boolean;
  /** Days of the week that are kept, Monday 1, where others are left out. */
  readonly weekdays?: readonly number[];
  /** What of the query's stretches is kept, in SQL. */
  readonly condition?: string;
}

/** A stretch with fewer rows than this share of the median stretch says too little about a measure. */
const LEAST_SHARE_OF_ROWS = 0.5;

/** Share of equal values from which a median is said to hardly move. */
const MOST_EQUAL = 0.5;

interface Part {
  /** Values of a column to which rows are restricted, and by which they are told apart. */
  readonly levels?: readonly Level[];
  /** Restricts rows, in SQL. */
  readonly condition?: string;
}

/**
 * The SQL of one series or of several: per stretch its start, ordinal and rows, and for each measure in turn its finite
 * values and their summary, `n0`, `v0`, `n1`, `v1` …; of a share in per cent, with the median of all as `t0` … With
 * levels, all of that for each level of its own.
 */
export function seriesSql(
  axis: Axis,
  summaries: readonly Summary[],
  { levels = [], condition }: Part = {},
): string {
  const [by] = levels;
  const measured = summaries.filter((summary) => summary.kind !== 'rows');
  const own = [
    ...(by === undefined ? [] : [`CAST(${identifier(by.column)} AS VARCHAR) AS level`]),
    ...measured.map(({ measure }, i) => `${finite(measure.sqlName)} AS m${i}`),
  ];
  const medians = measured.flatMap(({ kind }, i) => (kind === 'share' ? [`median(m${i}) AS t${i}`] : []));
  const key = by === undefined ? [] : ['placed.level'];
  const conditions = [
    'stretch IS NOT NULL',
    ...(by === undefined
      ? []
      : [`placed.level IN (${levels.map(({ value }) => literal(value)).join(', ')})`]),
    ...(condition === undefined ? [] : [condition]),
  ];
  const outputs = measured.flatMap(({ kind }, i) => [
    `count(m${i}) AS n${i}`,
    ...(kind === 'share' ? [shareAbove(i), `min(t${i}) AS t${i}`] : [`median(m${i}) AS v${i}`]),
  ]);
  return `WITH placed AS (
  SELECT ${axis.sql} AS stretch, _sh_part, _sh_row_number${own.map((column) => `, ${column}`).join('')} FROM data
)${medians.length === 0 ? '' : `, overall AS (SELECT ${[...(by === undefined ? [] : ['level']), ...medians].join(', ')} FROM placed${by === undefined ? '' : ' GROUP BY level'})`}
SELECT ${[...key, 'stretch'].join(', ')}, ${axis.ordinalSql('stretch')} AS ordinal, count(*) AS stretch_rows${outputs.map((sql) => `,\n  ${sql}`).join('')}
FROM placed${medians.length === 0 ? '' : ` JOIN overall ON ${by === undefined ? 'true' : 'overall.level = placed.level'}`}
WHERE ${conditions.join(' AND ')}
GROUP BY ${[...key, 'stretch'].join(', ')}
ORDER BY ${[...key, 'stretch'].join(', ')}`;
}

/** As a double; missing where it is NaN or infinite. */
export function finite(sqlName: string): string {
  const value = `CAST(${identifier(sqlName)} AS DOUBLE)`;
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}

function shareAbove(i: number): string {
  return `CAST(count(m${i}) FILTER (WHERE m${i} > t${i}) AS DOUBLE) * 100 / nullif(count(m${i}), 0) AS v${i}`;
}

/** The whole stretches of a query made by `seriesSql` without levels; undefined where there are none. */
export function readFrame(handle: QueryHandle, axis: Axis): Frame | undefined {
  if (handle.rows.length === 0) return undefined;
  const cut = axis.endsMayBeCut ? 1 : 0;
  const first = (handle.number(0, 'ordinal') ?? 0) + cut;
  const last = (handle.number(handle.rows.length - 1, 'ordinal') ?? 0) - cut;
  return first <= last ? { first, last } : undefined;
}

/** The series of a query made by `seriesSql`, in whole stretches, without those that hold too few rows. */
export function readSeries(handle: QueryHandle, frame: Frame, summaries: readonly Summary[]): Series[] {
  let measured = 0;
  return summaries.map((summary) => {
    const rows = rowsOf(handle, frame, summary.within);
    if (summary.kind === 'rows') return countSeries(handle, frame, rows, summary);
    const column = measured;
    measured += 1;
    return measureSeries(handle, rows, summary, column);
  });
}

function rowsOf(handle: QueryHandle, { first, last }: Frame, within: Level | undefined): number[] {
  return handle.rows.flatMap((_, row) => {
    const ordinal = handle.number(row, 'ordinal') ?? 0;
    const isOwn = within === undefined || handle.text(row, 'level') === within.value;
    return isOwn && ordinal >= first && ordinal <= last ? [row] : [];
  });
}

/** Whether so many values are equal that a change could not show. */
export function hardlyMoves({ values }: Series): boolean {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(0, ...counts.values()) > MOST_EQUAL * values.length;
}

/** Rows per stretch; 0 where there are none. */
function countSeries(handle: QueryHandle, frame: Frame, own: readonly number[], summary: Summary): Series {
  const length = frame.last - frame.first + 1;
  const rows = new Array<number | undefined>(length).fill(undefined);
  for (const row of own) rows[(handle.number(row, 'ordinal') ?? 0) - frame.first] = row;
  const values = Float64Array.from(rows, (row) =>
    row === undefined ? 0 : (handle.number(row, 'stretch_rows') ?? 0),
  );
  return { summary, values, rows, ordinals: Int32Array.from({ length }, (_, i) => frame.first + i) };
}

function measureSeries(
  handle: QueryHandle,
  own: readonly number[],
  summary: Summary,
  column: number,
): Series {
  const counts = own.map((row) => handle.number(row, `n${column}`) ?? 0).filter((count) => count > 0);
  const median = counts.sort((a, b) => a - b)[counts.length >> 1] ?? 0;
  const rows = own.filter((row) => {
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
