import { type Batch, type BatchColumn, type Context, isValid } from '../../src/sdk/index.ts';
import type { ModelSums } from './sums.ts';
import type { Terms } from './terms.ts';

/** A complete row: the value of each moment (powers and levels), as doubles. `values` is used again for the next row. */
export interface Row {
  readonly part: number;
  readonly rowNumber: number;
  /** Microseconds, or NaN without a time. */
  readonly time: number;
  readonly values: Float64Array;
}

/** Hands the complete rows over, in the order of the source. */
export async function readRows(
  ctx: Context,
  terms: Terms,
  { moments }: ModelSums,
  time: string | undefined,
  take: (row: Row) => void,
): Promise<void> {
  const columns = [
    ...terms.measures.map(({ column }) => column),
    ...terms.factors.map(({ code }) => code),
    ...(time === undefined ? [] : [time]),
  ];
  const values = new Float64Array(moments.length);
  for await (const batch of ctx.batches({ columns: [...new Set(columns)] })) {
    const read = readerOf(batch, terms, moments.length, values);
    const timeOf = time === undefined ? undefined : numbersOf(batch.columns[time], 0);
    for (let row = 0; row < batch.rows; row += 1) {
      if (!read(row)) continue;
      take({
        part: batch.part,
        rowNumber: Number(batch.rowNumbers[row]),
        time: timeOf?.(row) ?? Number.NaN,
        values,
      });
    }
  }
}

/** Fills in the moments of a row; false where one is missing. */
function readerOf(batch: Batch, terms: Terms, size: number, values: Float64Array): (row: number) => boolean {
  const measures = terms.measures.map((measure) => ({
    numberAt: numbersOf(batch.columns[measure.column], measure.scale ?? 0),
    degree: Math.max(
      1,
      ...terms.powers.filter(({ variable }) => variable === measure).map(({ power }) => power),
    ),
  }));
  const codes = terms.factors.map(({ code, levels }) => ({
    numberAt: numbersOf(batch.columns[code], 0),
    levels: levels.length,
  }));
  const powers = measures.reduce((sum, { degree }) => sum + degree, 0);
  return (row) => {
    let at = 0;
    for (const { numberAt, degree } of measures) {
      const value = numberAt(row);
      if (!Number.isFinite(value)) return false;
      for (let power = 1, product = value; power <= degree; power += 1, product *= value)
        values[at++] = product;
    }
    values.fill(0, powers, size);
    for (const { numberAt, levels } of codes) {
      const code = numberAt(row);
      if (Number.isNaN(code)) return false;
      if (code > 0) values[at + code - 1] = 1;
      at += levels;
    }
    return true;
  };
}

const WORD = 2 ** 32;

/** A column as doubles, NaN where it is missing: integers × 10^-scale rounded to the nearest, or doubles themselves. */
function numbersOf(column: BatchColumn | undefined, scale: number): (row: number) => number {
  const unit = Number(`1e${scale}`);
  switch (column?.kind) {
    case 'float64':
      return (row) => (isValid(column.valid, row) ? (column.values[row] ?? Number.NaN) : Number.NaN);
    case 'int64': {
      const { values, valid } = column;
      const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
      return (row) => {
        if (!isValid(valid, row)) return Number.NaN;
        const number = (words[2 * row + 1] ?? 0) * WORD + ((words[2 * row] ?? 0) >>> 0);
        return (Math.abs(number) < 2 ** 53 ? number : Number(values[row])) / unit;
      };
    }
    case 'int128':
      return (row) =>
        isValid(column.valid, row)
          ? Number(((column.high[row] ?? 0n) << 64n) + (column.low[row] ?? 0n)) / unit
          : Number.NaN;
    default:
      throw new TypeError('a column that holds no numbers');
  }
}
