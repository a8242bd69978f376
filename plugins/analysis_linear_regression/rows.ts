import {
  type Codes,
  type Context,
  identifier,
  packCodes,
  scanNumbers,
  unpackCodes,
} from '../../src/sdk/index.ts';
import type { Factor, Terms } from './terms.ts';

/** Complete rows of one part, by column, in the order of the source. */
export interface Rows {
  readonly count: number;
  readonly part: number;
  rowNumber(row: number): number;
  /** Microseconds, NaN without a time; undefined where the table has none. */
  readonly times: Float64Array | undefined;
  /** Each power of each measure, in the order of the moments. */
  readonly powers: readonly Float64Array[];
  /** By factor: 0 for the reference, i for the i-th level. */
  readonly codes: readonly Uint8Array[];
}

/** The complete rows of the table. */
export async function* readRows(
  ctx: Context,
  terms: Terms,
  degrees: readonly number[],
  time: string | undefined,
): AsyncGenerator<Rows> {
  const factors = terms.factors.map((factor): Codes & { readonly factor: Factor } => ({
    factor,
    sql: identifier(factor.code),
    levels: [factor.reference, ...factor.levels],
  }));
  const packs = packCodes(factors);
  const needed = [...terms.measures.map(({ column }) => identifier(column)), ...packs.map(({ sql }) => sql)];
  const ofTime = time === undefined ? [] : [`epoch_us(CAST(${identifier(time)} AS TIMESTAMP))`];
  for await (const batch of scanNumbers(ctx, 'regression_input', [...needed, ...ofTime])) {
    const kept = completeRows(batch.columns.slice(0, needed.length), batch.rows);
    const columns = batch.columns.map((column) => (kept === undefined ? column : picked(column, kept)));
    const codes = unpackCodes(packs, columns.slice(terms.measures.length, needed.length));
    yield {
      count: kept?.length ?? batch.rows,
      part: batch.part,
      rowNumber: (row) => Number(batch.rowNumbers[kept?.[row] ?? row]),
      times: time === undefined ? undefined : columns[needed.length],
      powers: terms.measures.flatMap((_, i) => powersOf(columns[i] ?? new Float64Array(), degrees[i] ?? 1)),
      codes: factors.map((factor) => codes.get(factor) ?? new Uint8Array()),
    };
  }
}

/** Positions of rows with a number in each column; undefined where all have. */
function completeRows(columns: readonly Float64Array[], count: number): Int32Array | undefined {
  const kept = new Int32Array(count);
  let found = 0;
  for (let row = 0; row < count; row += 1) {
    let isComplete = true;
    for (const column of columns) isComplete &&= Number.isFinite(column[row]);
    if (isComplete) kept[found++] = row;
  }
  return found === count ? undefined : kept.subarray(0, found);
}

function picked(column: Float64Array, rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) values[i] = column[rows[i] ?? 0] ?? Number.NaN;
  return values;
}

function powersOf(values: Float64Array, degree: number): Float64Array[] {
  const powers = [values];
  for (let power = 2; power <= degree; power += 1) {
    const before = powers.at(-1) ?? values;
    powers.push(values.map((value, row) => (before[row] ?? Number.NaN) * value));
  }
  return powers;
}
