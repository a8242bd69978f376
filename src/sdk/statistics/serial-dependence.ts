import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { identifier } from '../sql-text.ts';
import { fTail } from './distributions.ts';
import { type Cell, type Likeness, meanOver, runsOf, type Series, seriesOf } from './row-series.ts';

/** A column whose rows may be like the rows before. */
export interface SerialColumn {
  readonly name: string;
  /** Its cells, as SQL. */
  readonly sql: string;
  /** `indicator`: a number for each row that is no order of the table, even where it happens to be sorted. */
  readonly kind: 'measure' | 'category' | 'indicator';
}

/** How far rows that follow each other are alike. */
export interface SerialDependence {
  /**
   * Design effect of a test whether two columns are independent: 1 + 2 Σ r(k) s(k) over the lags k, r and s being the
   * autocorrelations of both (Bartlett, 1935; Quenouille, 1947). n over it is the effective number of rows.
   *
   * With what was found it is the larger of that and of 1 + 2 Σ t(k), t being the mean product of both likenesses of
   * rows k apart: columns that change at the same rows, by days or batches, are alike there together.
   */
  designEffect(a: string, b: string, found?: FoundShare): DesignEffect;
}

/** What one column explains of another. */
export interface FoundShare {
  readonly share: number;
  readonly df: number;
  /**
   * Whether `a` is what explains: then s are the autocorrelations of what is left of `b`. Rows of two machines in turn,
   * one of which runs hotter, are not alike for that.
   */
  readonly isDirected: boolean;
}

/**
 * Of all pairs of a canonical variable of one column with one of the other; two measures have one such pair. A test of
 * all pairs has the mean design effect, and is unsteadier the more they differ (Rao and Scott, 1981).
 */
export interface DesignEffect {
  /** At least 1. */
  readonly mean: number;
  /** Share of the test's degrees of freedom that count (Satterthwaite, 1946): mean² / mean square, at most 1. */
  readonly freedom: number;
}

/** Rows that do not depend on their neighbours: each counts in full. */
export const NO_DESIGN_EFFECT: DesignEffect = { mean: 1, freedom: 1 };

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
  if (rows < FEWEST_ROWS || columns.length < 2) return { designEffect: () => NO_DESIGN_EFFECT };
  const step = Math.ceil(rows / SPREAD_ROWS);
  const handle = await ctx.query(rowsSql(time, columns, rows, step));
  const positions = handle.rows.map((_, row) => handle.number(row, 'position') ?? 0);
  const rowRuns = runsOf(positions, step);
  const series = new Map(
    columns.map(({ name, kind }, i) => [
      name,
      unbiased(seriesOf(cellsOf(handle, `x${i}`, kind), rowRuns), step),
    ]),
  );
  const isSorted =
    time === undefined &&
    columns.some(({ name, kind }) => kind !== 'indicator' && series.get(name)?.isSorted === true);
  return {
    designEffect(a, b, found) {
      const [x, y] = [series.get(a), series.get(b)];
      if (isSorted || x === undefined || y === undefined) return NO_DESIGN_EFFECT;
      if (found === undefined) return designEffectOf(lagsOf(x, y, step));
      if (found.share >= 1) return NO_DESIGN_EFFECT;
      const lags = lagsOf(x, found.isDirected ? residual(y, x, found.share) : y, step);
      const apart = designEffectOf(lags);
      return { ...apart, mean: Math.max(apart.mean, jointEffect(x, y, lags, rowRuns, found)) };
    },
  };
}

/**
 * p-value of a share that is explained with so many degrees of freedom, as if there were only n / effect rows: F, which
 * for one degree of freedom is the t test of a correlation.
 */
export function serialP(share: number, df: number, n: number, { mean, freedom }: DesignEffect): number {
  const counted = df * freedom;
  const rest = (n * freedom) / mean - counted - 1;
  if (rest <= 0 || df < 1) return 1;
  return share >= 1 ? 0 : fTail((Math.max(0, share) / counted / (1 - share)) * rest, counted, rest);
}

const ALIKE: Likeness = { mean: 1, variance: 0 };

/**
 * The same series with autocorrelations that are not drawn down by the mean's being the series' own. That mean has the
 * variance D / n, D being the design effect of the series with a constant trend, so that r is (ρ - D / n) / (1 - D / n)
 * in the mean (Marriott and Pope, 1954).
 */
function unbiased(series: Series, step: number): Series {
  const raised = (part: number): Series => {
    const ofRho = ({ mean, variance }: Likeness) => ({ mean: mean + (1 - mean) * part, variance });
    return { ...series, near: (lag) => ofRho(series.near(lag)), far: (lag) => ofRho(series.far(lag)) };
  };
  const constant: Series = { ...series, near: () => ALIKE, far: () => ALIKE };
  const partOf = (one: Series) => designEffectOf(lagsOf(one, constant, step)).mean / (series.size * step);
  return raised(partOf(raised(partOf(series))));
}

/** What is left of y: an autocorrelation is the mean of those of both parts, weighted by what they explain. */
function residual(y: Series, x: Series, explained: number): Series {
  const left = (s: Likeness, r: Likeness): Likeness => ({
    ...s,
    mean: (s.mean - explained * r.mean) / (1 - explained),
  });
  return {
    ...y,
    near: (lag) => left(y.near(lag), x.near(lag)),
    far: (lag) => left(y.far(lag), x.far(lag)),
  };
}

/** A lag at which rows are alike in both columns, and how many lags it stands for. */
interface CommonLag {
  readonly runs: 'near' | 'far';
  readonly lag: number;
  readonly weight: number;
  readonly one: Likeness;
  readonly other: Likeness;
}

/** The lags from the first on, up to one at which rows are not alike in both columns. */
function lagsOf(x: Series, y: Series, step: number): CommonLag[] {
  const size = Math.min(x.size, y.size);
  const found: CommonLag[] = [];
  const add = (runs: 'near' | 'far', lag: number): boolean => {
    const [one, other] = [x[runs](lag), y[runs](lag)];
    if (!areAlike(one.mean, other.mean, size)) return false;
    found.push({ runs, lag, weight: runs === 'near' ? 1 : step, one, other });
    return true;
  };
  let near = 1;
  while (near < step && add('near', near)) near += 1;
  if (near < step) return found;
  let far = 1;
  while (far <= size * LONGEST_LAG && add('far', far)) far += 1;
  return found;
}

/** Over pairs of canonical variables: Σ r s in the mean, and an upper bound of the root of its mean square. */
function designEffectOf(lags: readonly CommonLag[]): DesignEffect {
  let [sum, root] = [0, 0];
  for (const { weight, one, other } of lags) {
    sum += weight * one.mean * other.mean;
    root += weight * Math.sqrt((one.mean ** 2 + one.variance) * (other.mean ** 2 + other.variance));
  }
  const mean = 1 + 2 * sum;
  return { mean, freedom: mean ** 2 / (1 + 4 * sum + 4 * root * root) };
}

/** From products of likenesses of the same two rows, less what these are in the mean over all pairs of rows. */
function jointEffect(
  x: Series,
  y: Series,
  lags: readonly CommonLag[],
  runs: ReturnType<typeof runsOf>,
  { share, df }: FoundShare,
): number {
  const product = (row: number, other: number) => x.alike(row, other) * y.alike(row, other);
  return lags.reduce(
    (sum, { runs: of, lag, weight }) => sum + 2 * weight * (meanOver(runs[of], lag, product) - share / df),
    1,
  );
}

/** Whether two autocorrelations are of one sign, and larger than chance gives. */
function areAlike(r: number, s: number, size: number): boolean {
  const least = STANDARD_ERRORS / Math.sqrt(size);
  return r * s > 0 && Math.abs(r) >= least && Math.abs(s) >= least;
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
    ({ sql, kind }, i) => `CAST(${sql} AS ${kind === 'category' ? 'VARCHAR' : 'DOUBLE'}) AS x${i}`,
  );
  const period = Math.max(1, Math.floor(rows / STRETCHES));
  // names that no column of the table has: cells may be any expression of these
  return `WITH in_order AS (SELECT _sh_part AS _sh_place_part, _sh_row_number AS _sh_place_row,
  row_number() OVER (ORDER BY ${order.join(', ')}) - 1 AS _sh_place FROM data),
places AS (SELECT * FROM in_order WHERE _sh_place % ${step} = 0 OR _sh_place % ${period} < ${2 * step})
SELECT _sh_place AS position, ${cells.join(', ')} FROM data
JOIN places ON _sh_part = _sh_place_part AND _sh_row_number = _sh_place_row ORDER BY _sh_place`;
}

function cellsOf(handle: QueryHandle, name: string, kind: SerialColumn['kind']): readonly Cell[] {
  return handle.rows.map((_, row) =>
    kind === 'category' ? handle.text(row, name) : handle.number(row, name),
  );
}
