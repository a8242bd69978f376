import { isValid } from '../batch.ts';
import type { Context } from '../context.ts';

/** Consecutive rows of one part in source order; one column per expression, NaN where it is missing. */
export interface NumberRows {
  readonly part: number;
  readonly rows: number;
  readonly rowNumbers: BigInt64Array;
  readonly columns: readonly Float64Array[];
}

/**
 * The values of SQL expressions, as doubles, of all rows in source order. Each expression becomes a derived column
 * `<prefix>_<ordinal>` of this plugin.
 */
export async function* scanNumbers(
  ctx: Context,
  prefix: string,
  expressions: readonly string[],
): AsyncGenerator<NumberRows> {
  const names = expressions.map((_, i) => freeName(ctx, `${prefix}_${i + 1}`));
  for (const [i, sql] of expressions.entries()) await ctx.derive(names[i] ?? '', `CAST(${sql} AS DOUBLE)`);
  for await (const batch of ctx.batches({ columns: names })) {
    const { part, rows, rowNumbers } = batch;
    yield { part, rows, rowNumbers, columns: names.map((name) => doublesOf(batch.columns[name])) };
  }
}

type Batches = ReturnType<Context['batches']> extends AsyncIterable<infer B> ? B : never;

function doublesOf(column: Batches['columns'][string] | undefined): Float64Array {
  if (column?.kind !== 'float64') throw new TypeError('a scan of numbers takes doubles');
  const { values, valid } = column;
  for (let byte = 0; byte < valid.length; byte += 1) {
    if (valid[byte] === 0xff) continue;
    const end = Math.min(values.length, 8 * byte + 8);
    for (let row = 8 * byte; row < end; row += 1) if (!isValid(valid, row)) values[row] = Number.NaN;
  }
  return values;
}

function freeName(ctx: Context, wanted: string): string {
  const taken = ctx.schema.some((column) => column.sql_name.toLowerCase() === wanted);
  return taken ? freeName(ctx, `${wanted}_`) : wanted;
}
