import {
  type Context,
  distinctValuesSql,
  type QueryHandle,
  uniqueFactsSql,
  valueFactsSql,
} from '../../src/sdk/index.ts';

type Column = Context['schema'][number];

/** With fewer rows it costs less to group all of them than to ask first. */
const MANY_ROWS = 50_000;

/** The query that says that every row holds another value; undefined where it doesn't, or that wasn't asked. */
export async function queryUnique(ctx: Context, column: Column): Promise<QueryHandle | undefined> {
  const { kind, rows } = ctx.coverage;
  if (kind !== 'FULL' || rows < MANY_ROWS || column.type.kind === 'double') return undefined;
  const distinct = await ctx.query(distinctValuesSql(column.sql_name));
  return distinct.number(0, 'distinct_values') === rows ? distinct : undefined;
}

/**
 * Counts, range, lengths and frequent values of one column: a row per frequent value (at least one row), with the totals
 * of the column beside each. Where every row is known to hold another value, none is frequent, and nothing is grouped.
 */
export function queryValues(ctx: Context, column: Column, unique: boolean): Promise<QueryHandle> {
  if (unique) return ctx.query(uniqueFactsSql(column));
  return ctx.query(valueFactsSql(column, Number(ctx.settings['top_values'])));
}

/** With no more distinct values it costs less to count each than to look at every row. */
const FEW_VALUES = 20_000;

/** Whether a table of many rows holds few values of the column, each of them again and again. */
export function holdsFewValues({ coverage }: Context, values: QueryHandle): boolean {
  return coverage.rows >= MANY_ROWS && (values.number(0, 'distinct_values') ?? 0) <= FEW_VALUES;
}
