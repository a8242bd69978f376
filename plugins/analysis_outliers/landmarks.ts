import { type Context, identifier } from '../../src/sdk/index.ts';
import { readerOf } from './batch-values.ts';
import type { Measured } from './measured.ts';
import { type NormalScores, normalScores } from './normal-scores.ts';

/** A measure that can be looked at together with others. */
export interface JointColumn {
  readonly measured: Measured;
  /** Digits after the point of its numbers in batches. */
  readonly scale: number;
  readonly scores: NormalScores;
}

/** A random sample of rows, as normal scores, that models are fitted to. */
export interface Landmarks {
  readonly columns: readonly JointColumn[];
  /** Row by row, a score per column; NaN where missing. */
  readonly scores: Float64Array;
  readonly rows: number;
}

/** Rows of the sample; all rows of a table that has no more. */
export const LANDMARK_ROWS = 5_000;
/** A column is left out if it is missing more often, has fewer different values, or one value so often. */
const MOST_MISSING = 0.5;
const FEWEST_VALUES = 20;
const MOST_FREQUENT = 0.3;

/** Draws the sample and turns each column that has enough different values into normal scores. */
export async function drawLandmarks(ctx: Context, measures: readonly Measured[]): Promise<Landmarks> {
  const scales = await scalesOf(ctx, measures);
  const drawn = await drawRows(ctx, measures, scales);
  const rows = drawn[0]?.length ?? 0;
  const usable = measures.flatMap((measured, i) => {
    const values = drawn[i] ?? new Float64Array();
    return varies(values) ? [{ measured, scale: scales[i] ?? 0, values }] : [];
  });
  const left = measures.filter((measured) => !usable.some((one) => one.measured === measured));
  if (left.length > 0) {
    ctx.note(
      `Left out where measures are looked at together, for too few different values or too many missing: ${left
        .slice(0, 10)
        .map(({ measure }) => measure.sqlName)
        .join(', ')}${left.length > 10 ? ' and others' : ''}.`,
    );
  }
  const columns = usable.map(({ measured, scale, values }) => ({
    measured,
    scale,
    scores: normalScores(values.filter((value) => !Number.isNaN(value))),
  }));
  const scores = new Float64Array(rows * columns.length);
  for (const [i, { scores: normal }] of columns.entries()) {
    const values = usable[i]?.values ?? new Float64Array();
    for (const [row, value] of values.entries()) {
      scores[row * columns.length + i] = Number.isNaN(value) ? Number.NaN : normal.scoreOf(value);
    }
  }
  return { columns, scores, rows };
}

/** Digits after the point of each measure, from the types of a query without rows. */
async function scalesOf(ctx: Context, measures: readonly Measured[]): Promise<number[]> {
  const query = await ctx.query(
    `SELECT ${measures.map(({ measure }, i) => `${identifier(measure.sqlName)} AS m_${i}`).join(', ')} FROM data WHERE false`,
  );
  return query.columns.map(({ type }) => Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0));
}

/** Values of the drawn rows by column: each row with the chance that fills the sample, in the order of the table. */
async function drawRows(
  ctx: Context,
  measures: readonly Measured[],
  scales: readonly number[],
): Promise<Float64Array[]> {
  const random = ctx.random('landmark rows');
  const wanted = Math.min(LANDMARK_ROWS, ctx.rowCount);
  const drawn = measures.map(() => new Float64Array(wanted));
  let [seen, taken] = [0, 0];
  for await (const batch of ctx.batches({ columns: measures.map(({ measure }) => measure.sqlName) })) {
    const readers = measures.map(({ measure }, i) => readerOf(batch, measure.sqlName, scales[i] ?? 0));
    for (let row = 0; row < batch.rows; row++, seen++) {
      const [needed, left] = [wanted - taken, ctx.rowCount - seen];
      if (needed < left && random.uniform() * left >= needed) continue;
      if (needed <= 0) continue;
      for (const [i, read] of readers.entries()) {
        const column = drawn[i];
        if (column !== undefined) column[taken] = read(row);
      }
      taken += 1;
    }
  }
  return drawn;
}

function varies(values: Float64Array): boolean {
  const counts = new Map<number, number>();
  let present = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    present += 1;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let most = 0;
  for (const count of counts.values()) most = Math.max(most, count);
  return (
    present >= (1 - MOST_MISSING) * values.length &&
    counts.size >= FEWEST_VALUES &&
    most <= MOST_FREQUENT * present
  );
}
