import { isValid } from '../batch.ts';
import type { Context } from '../context.ts';

/** Consecutive rows in source order; one column per expression, NaN where it is missing. */
export interface NumberRows {
  readonly rows: number;
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
    yield { rows: batch.rows, columns: names.map((name) => doublesOf(batch.columns[name])) };
  }
}

type Batches = ReturnType<Context['batches']> extends AsyncIterable<infer B> ? B : never;

function doublesOf(column: Batches['columns'][string] | undefined): Float64Array {
  if (column?.kind !== 'float64') throw new TypeError('a scan of numbers takes doubles');
  const { values, valid } = column;
  for (let row = 0; row < values.length; row += 1) if (!isValid(valid, row)) values[row] = Number.NaN;
  return values;
}

function freeName(ctx: Context, wanted: string): string {
  const taken = ctx.schema.some((column) => column.sql_name.toLowerCase() === wanted);
  return taken ? freeName(ctx, `${wanted}_`) : wanted;
}
