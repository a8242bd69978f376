import {
  type Context,
  type FieldInput,
  finiteDouble,
  identifier,
  type Level,
  literal,
  type Measure,
  type QueryHandle,
  unitOf,
} from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import type { Fields } from './words.ts';

/** A level of one factor, or of two together. */
export type Group = readonly { readonly factor: Factor; readonly level: Level }[];

/** What is told of the groups of a measure's rows, in the rows of one query. */
export interface Shown {
  readonly handle: QueryHandle;
  /** Rows with a value, their mean and median, of all rows and of the group; its levels, with the edges of bands. */
  fieldsOf(group: Group): Fields;
  /** `grouping_bits` of the rows of one factor's levels. */
  bitsOf(factor: Factor): number;
}

/** One query for all groups of a measure that findings tell about, by the factors that they are groups of. */
export async function showGroups(ctx: Context, measure: Measure, groups: readonly Group[]): Promise<Shown> {
  const factors = [...new Set(groups.flatMap((group) => group.map(({ factor }) => factor)))];
  const bitsOf = (of: readonly Factor[]) =>
    factors.reduce((bits, factor) => 2 * bits + (of.includes(factor) ? 0 : 1), 0);
  const sets = new Map(groups.map((group) => [bitsOf(factorsOf(group)), factorsOf(group)]));
  const handle = await ctx.query(groupedSql(ctx, measure, factors, sets));
  const rowOf = (group: Group) => findRow(handle, factors, group, bitsOf(factorsOf(group)));
  return {
    handle,
    fieldsOf: (group) => fieldsOf(handle, measure, group, { row: rowOf(group), all: rowOf([]) }),
    bitsOf: (factor) => bitsOf([factor]),
  };
}

function factorsOf(group: Group): Factor[] {
  return group.map(({ factor }) => factor);
}

/** Quantiles are of type 1: values that occur. Aggregates leave missing values out, which costs less than to filter them. */
function groupedSql(
  ctx: Context,
  measure: Measure,
  factors: readonly Factor[],
  sets: ReadonlyMap<number, readonly Factor[]>,
): string {
  const isDouble = ctx.schema.some((c) => c.sql_name === measure.sqlName && c.type.kind === 'double');
  const value = isDouble ? finiteDouble(measure.sqlName) : identifier(measure.sqlName);
  const names = factors.map((_, i) => `f${i}`);
  const codeOf = (factor: Factor) => `f${factors.indexOf(factor)}`;
  const groupings = [...sets.values()].map((of) => `(${of.map(codeOf).join(', ')})`);
  const label = (ordinal: number) =>
    [...sets].flatMap(([bits, of]) => {
      const factor = of[ordinal];
      if (factor === undefined) return [];
      return factor.levels.map(
        ({ code, name }) =>
          `WHEN grouping_bits = ${bits} AND ${codeOf(factor)} = ${code} THEN ${literal(name)}`,
      );
    });
  const labels = [0, 1].map((ordinal) => {
    const cases = label(ordinal);
    const sql = cases.length === 0 ? 'CAST(NULL AS VARCHAR)' : `CASE ${cases.join(' ')} END`;
    return `${sql} AS level${suffixOf(ordinal)}`;
  });
  return `WITH inputs AS (SELECT _sh_part, _sh_row_number, ${value} AS x,
  ${factors.map((factor, i) => `${factor.sql} AS f${i}`).join(',\n  ')} FROM data),
grouped AS (SELECT ${names.join(', ')}, grouping(${names.join(', ')}) AS grouping_bits, count(x) AS rows,
  ${isDouble ? 'avg(x ORDER BY _sh_part, _sh_row_number)' : 'avg(x)'} AS mean,
  quantile_disc(x, [0.25, 0.5, 0.75]) AS quartiles
  FROM inputs GROUP BY GROUPING SETS (${groupings.join(', ')}, ()) HAVING count(x) > 0)
SELECT grouping_bits, ${names.join(', ')}, ${labels.join(', ')}, rows, mean,
  quartiles[1] AS lower_quartile, quartiles[2] AS median, quartiles[3] AS upper_quartile
FROM grouped ORDER BY grouping_bits, ${names.join(', ')}`;
}

function findRow(handle: QueryHandle, factors: readonly Factor[], group: Group, bits: number): number {
  const row = handle.rows.findIndex(
    (_, at) =>
      handle.number(at, 'grouping_bits') === bits &&
      group.every(({ factor, level }) => handle.number(at, `f${factors.indexOf(factor)}`) === level.code),
  );
  if (row < 0) throw new RangeError('a group that is told has no rows');
  return row;
}

function fieldsOf(
  handle: QueryHandle,
  measure: Measure,
  group: Group,
  { row, all }: { readonly row: number; readonly all: number },
): Fields {
  const value = (at: number, column: string) => ({ from: handle.cell(at, column), ...unitOf(measure) });
  const labels = group.flatMap(({ factor, level }, i): [string, FieldInput][] => {
    const suffix = suffixOf(i);
    if (level.kind === 'missing') return [];
    return [[`level${suffix}`, handle.cell(row, `level${suffix}`)], ...edgesOf(factor, level, suffix)];
  });
  return {
    rows: { from: handle.cell(all, 'rows'), unit: 'rows' },
    mean_all: value(all, 'mean'),
    median_all: value(all, 'median'),
    level_rows: handle.cell(row, 'rows'),
    mean: value(row, 'mean'),
    median: value(row, 'median'),
    ...Object.fromEntries(labels),
  };
}

/** The values between which a band lies: above the last one of the band before, up to its own last one. */
function edgesOf(factor: Factor, { code }: Level, suffix: string): [string, FieldInput][] {
  const unit = factor.unit === undefined ? {} : { unit: factor.unit };
  const edge = (name: string, at: number): [string, FieldInput][] => {
    const row = factor.edges?.[at];
    return row === undefined ? [] : [[`${name}${suffix}`, { from: factor.handle.cell(row, 'cut'), ...unit }]];
  };
  return [...edge('band_above', code - 2), ...edge('band_up_to', code - 1)];
}

/** Fields of the second factor of a group are called `level_two` and so on. */
export function suffixOf(ordinal: number): string {
  return ordinal === 0 ? '' : '_two';
}
