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

/** What is told of the groups of a measure's rows, in the rows of queries. */
export interface Shown {
  readonly handles: readonly QueryHandle[];
  /** Rows with a value, their mean and median, of all rows and of the group; its levels, with the edges of bands. */
  fieldsOf(group: Group): Fields;
  /** What holds all of `fieldsOf`. */
  handlesOf(group: Group): readonly QueryHandle[];
  /** The rows of one factor's levels. */
  levelsOf(factor: Factor): { readonly handle: QueryHandle; readonly groupingBits: number };
}

/** Quantiles hold each value once for each grouping, in memory that DuckDB does not count: so many for one query. */
const MOST_VALUES = 12_000_000;

/** Groupings of one query. */
interface Groupings {
  readonly factors: readonly Factor[];
  readonly handle: QueryHandle;
  has(of: readonly Factor[]): boolean;
  /** `grouping_bits` of the rows of a grouping. */
  bitsOf(of: readonly Factor[]): number;
}

/** One query, of a large table several, for all groups of a measure that findings tell about, by the factors that they are groups of. */
export async function showGroups(ctx: Context, measure: Measure, groups: readonly Group[]): Promise<Shown> {
  const sets = distinctSets(groups.map(factorsOf));
  const together = Math.max(1, Math.floor(MOST_VALUES / Math.max(1, ctx.rowCount)));
  const found: Groupings[] = [];
  for (let from = 0; from < sets.length; from += together) {
    const some = sets.slice(from, from + together);
    // All rows are read beside the first ones.
    found.push(await readGroupings(ctx, measure, from === 0 ? [...some, []] : some));
  }
  const groupingsOf = (of: readonly Factor[]): Groupings => {
    const own = found.find((one) => one.has(of));
    if (own === undefined) throw new RangeError('a group that is told was not asked for');
    return own;
  };
  const rowOf = (group: Group): ShownRow => {
    const own = groupingsOf(factorsOf(group));
    return { handle: own.handle, row: findRow(own, group) };
  };
  return {
    handles: found.map(({ handle }) => handle),
    fieldsOf: (group) => fieldsOf(measure, group, rowOf(group), rowOf([])),
    handlesOf: (group) => [...new Set([rowOf(group).handle, rowOf([]).handle])],
    levelsOf(factor) {
      const { handle, bitsOf } = groupingsOf([factor]);
      return { handle, groupingBits: bitsOf([factor]) };
    },
  };
}

/** A row of a query. */
interface ShownRow {
  readonly handle: QueryHandle;
  readonly row: number;
}

function factorsOf(group: Group): readonly Factor[] {
  return group.map(({ factor }) => factor);
}

function distinctSets(sets: readonly (readonly Factor[])[]): readonly (readonly Factor[])[] {
  return sets.filter((set, i) => !sets.slice(0, i).some((other) => isSameSet(set, other)));
}

function isSameSet(a: readonly Factor[], b: readonly Factor[]): boolean {
  return a.length === b.length && a.every((factor) => b.includes(factor));
}

async function readGroupings(
  ctx: Context,
  measure: Measure,
  sets: readonly (readonly Factor[])[],
): Promise<Groupings> {
  const factors = [...new Set(sets.flat())];
  const bitsOf = (of: readonly Factor[]) =>
    factors.reduce((bits, factor) => 2 * bits + (of.includes(factor) ? 0 : 1), 0);
  const handle = await ctx.query(
    groupedSql(ctx, measure, factors, new Map(sets.map((of) => [bitsOf(of), of]))),
  );
  return { factors, handle, has: (of) => sets.some((set) => isSameSet(set, of)), bitsOf };
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
  FROM inputs GROUP BY GROUPING SETS (${groupings.join(', ')}) HAVING count(x) > 0)
SELECT grouping_bits, ${names.join(', ')}, ${labels.join(', ')}, rows, mean,
  quartiles[1] AS lower_quartile, quartiles[2] AS median, quartiles[3] AS upper_quartile
FROM grouped ORDER BY grouping_bits, ${names.join(', ')}`;
}

function findRow({ handle, factors, bitsOf }: Groupings, group: Group): number {
  const bits = bitsOf(factorsOf(group));
  const row = handle.rows.findIndex(
    (_, at) =>
      handle.number(at, 'grouping_bits') === bits &&
      group.every(({ factor, level }) => handle.number(at, `f${factors.indexOf(factor)}`) === level.code),
  );
  if (row < 0) throw new RangeError('a group that is told has no rows');
  return row;
}

function fieldsOf(measure: Measure, group: Group, own: ShownRow, all: ShownRow): Fields {
  const value = ({ handle, row }: ShownRow, column: string) => ({
    from: handle.cell(row, column),
    ...unitOf(measure),
  });
  const labels = group.flatMap(({ factor, level }, i): [string, FieldInput][] => {
    const suffix = suffixOf(i);
    if (level.kind === 'missing') return [];
    return [
      [`level${suffix}`, own.handle.cell(own.row, `level${suffix}`)],
      ...edgesOf(factor, level, suffix),
    ];
  });
  return {
    rows: { from: all.handle.cell(all.row, 'rows'), unit: 'rows' },
    mean_all: value(all, 'mean'),
    median_all: value(all, 'median'),
    level_rows: own.handle.cell(own.row, 'rows'),
    mean: value(own, 'mean'),
    median: value(own, 'median'),
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
