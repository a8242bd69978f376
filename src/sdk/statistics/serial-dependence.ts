import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { identifier } from '../sql-text.ts';
import { fTail } from './distributions.ts';
import { type Series, seriesOf } from './row-series.ts';

/** A column whose rows may be like the rows before. */
export interface SerialColumn {
  readonly name: string;
  /** The column in queries. */
  readonly column: string;
  readonly isMeasure: boolean;
}

/** How far rows that follow each other are alike. */
export interface SerialDependence {
  /**
   * Design effect of a test whether two columns are independent: 1 + 2 Σ r(k) s(k) over the lags k, r and s being the
   * autocorrelations of both (Bartlett, 1935; Quenouille, 1947), at least 1. n over it is the effective number of rows.
   */
  designEffect(a: string, b: string): number;
}

/** Rows that are read evenly over the table, and in so many stretches of neighbours. */
const [SPREAD_ROWS, STRETCHES] = [4000, 8];
const FEWEST_ROWS = 20;
/** Standard errors (1 / √n) from which an autocorrelation is one. */
const STANDARD_ERRORS = 3;
/** Share of the series that lags may span. */
const LONGEST_LAG = 0.25;

/**
 * Reads rows in the order of time, else of the source, and how alike those are that follow each other. A source without
 * times that is sorted by a column has no order in time: its neighbours are alike by the sorting alone.
 */
export async function readSerialDependence(
  ctx: Context,
  time: string | undefined,
  columns: readonly SerialColumn[],
): Promise<SerialDependence> {
  const rows = ctx.rowCount;
  if (rows < FEWEST_ROWS || columns.length < 2) return { designEffect: () => 1 };
  const step = Math.ceil(rows / SPREAD_ROWS);
  const handle = await ctx.query(rowsSql(time, columns, rows, step));
  const positions = handle.rows.map((_, row) => handle.number(row, 'position') ?? 0);
  const series = new Map(
    columns.map(({ name, isMeasure }, i) => [
      name,
      seriesOf(cellsOf(handle, `x${i}`, isMeasure), positions, step),
    ]),
  );
  const isSorted = time === undefined && [...series.values()].some((one) => one.isSorted);
  return {
    designEffect(a, b) {
      const [x, y] = [series.get(a), series.get(b)];
      return isSorted || x === undefined || y === undefined ? 1 : designEffectOf(x, y, step);
    },
  };
}

/**
 * p-value of a share that is explained with so many degrees of freedom, as if there were only n / designEffect rows: F,
 * which for one degree of freedom is the t test of a correlation.
 */
export function serialP(share: number, df: number, n: number, designEffect: number): number {
  const rest = n / designEffect - df - 1;
  if (rest <= 0 || df < 1) return 1;
  return share >= 1 ? 0 : fTail((Math.max(0, share) / df / (1 - share)) * rest, df, rest);
}

function designEffectOf(x: Series, y: Series, step: number): number {
  let effect = 1;
  for (let lag = 1; lag < step; lag += 1) {
    const both = commonAt(x.near(lag), y.near(lag), Math.min(x.size, y.size));
    if (both === undefined) return effect;
    effect += 2 * both;
  }
  const size = Math.min(x.size, y.size);
  for (let lag = 1; lag <= size * LONGEST_LAG; lag += 1) {
    const both = commonAt(x.far(lag), y.far(lag), size);
    if (both === undefined) return effect;
    effect += 2 * step * both;
  }
  return effect;
}

/** The product of two autocorrelations; undefined where chance gives such ones, and where they are of opposite signs. */
function commonAt(r: number, s: number, size: number): number | undefined {
  const least = STANDARD_ERRORS / Math.sqrt(size);
  return r * s > 0 && Math.abs(r) >= least && Math.abs(s) >= least ? r * s : undefined;
}

/** Every step-th row, and stretches of rows that follow each other, by their position from 0. Only these are looked at. */
function rowsSql(
  time: string | undefined,
  columns: readonly SerialColumn[],
  rows: number,
  step: number,
): string {
  const order = [
    ...(time === undefined ? [] : [`CAST(${identifier(time)} AS TIMESTAMP) NULLS LAST`]),
    '_sh_part',
    '_sh_row_number',
  ];
  const cells = columns.map(
    ({ column, isMeasure }, i) =>
      `CAST(data.${identifier(column)} AS ${isMeasure ? 'DOUBLE' : 'VARCHAR'}) AS x${i}`,
  );
  const period = Math.max(1, Math.floor(rows / STRETCHES));
  return `WITH in_order AS (SELECT _sh_part AS part, _sh_row_number AS row_number,
  row_number() OVER (ORDER BY ${order.join(', ')}) - 1 AS position FROM data),
places AS (SELECT part, row_number, position FROM in_order WHERE position % ${step} = 0 OR position % ${period} < ${2 * step})
SELECT places.position AS position, ${cells.join(', ')} FROM data
JOIN places ON data._sh_part = places.part AND data._sh_row_number = places.row_number ORDER BY places.position`;
}

function cellsOf(handle: QueryHandle, name: string, isMeasure: boolean): readonly (number | string | null)[] {
  return handle.rows.map((_, row) => (isMeasure ? handle.number(row, name) : handle.text(row, name)));
}
