import {
  type Context,
  finiteDouble,
  identifier,
  type Level,
  type Measure,
  type QueryHandle,
  unitOf,
} from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import type { Fields } from './words.ts';

/** A level of one factor, or of two together. */
export type Group = readonly { readonly factor: Factor; readonly level: Level }[];

/** What is told of some groups of a measure's rows, in cells of one query. */
export interface Shown {
  readonly handle: QueryHandle;
  /** Rows with a value, their mean and median: of all rows, and of the group. Labels and edges of bands. */
  fieldsOf(group: Group): Fields;
}

/** The quantile of type 1: a value that occurs, with at least half of the rows at or below it. */
const MEDIAN = 'quantile_disc(x, 0.5)';

/** One query for all groups of a measure that findings tell about. */
export async function showGroups(ctx: Context, measure: Measure, groups: readonly Group[]): Promise<Shown> {
  const factors = [...new Set(groups.flatMap((group) => group.map(({ factor }) => factor)))];
  const isDouble = ctx.schema.some((c) => c.sql_name === measure.sqlName && c.type.kind === 'double');
  const mean = isDouble ? 'avg(x ORDER BY _sh_part, _sh_row_number)' : 'avg(x)';
  const parts = groups.flatMap((group, i) =>
    columnsOf(group, factors, `FILTER (WHERE ${condition(group, factors)})`, i, mean),
  );
  const inputs = factors.flatMap((factor, i) => [`${factor.sql} AS f${i}`, `${textOf(factor)} AS t${i}`]);
  const value = isDouble ? finiteDouble(measure.sqlName) : identifier(measure.sqlName);
  const handle = await ctx.query(
    `SELECT count(*) AS rows, ${mean} AS mean_all, ${MEDIAN} AS median_all${['', ...parts].join(',\n  ')}
FROM (SELECT _sh_part, _sh_row_number, ${[`${value} AS x`, ...inputs].join(', ')} FROM data) AS inputs
WHERE x IS NOT NULL`,
  );
  return {
    handle,
    fieldsOf: (group) =>
      fieldsOf(
        handle,
        measure,
        group,
        groups.findIndex((one) => isSame(one, group)),
      ),
  };
}

function isSame(a: Group, b: Group): boolean {
  return a.length === b.length && a.every(({ level }, i) => level === b[i]?.level);
}

function condition(group: Group, factors: readonly Factor[]): string {
  return group.map(({ factor, level }) => `f${factors.indexOf(factor)} = ${level.code}`).join(' AND ');
}

/** What a factor's level is called in a finding: its value as text; for a band, the value whose band it is. */
function textOf(factor: Factor): string {
  if (factor.kind === 'bands') return finiteDouble(factor.column);
  return `CAST(${identifier(factor.column)} AS VARCHAR)`;
}

function columnsOf(
  group: Group,
  factors: readonly Factor[],
  filter: string,
  at: number,
  mean: string,
): string[] {
  const labels = group.flatMap(({ factor, level }, i) => {
    const text = `t${factors.indexOf(factor)}`;
    if (level.kind === 'missing') return [];
    if (factor.kind === 'category') return [`min(${text}) ${filter} AS level_${at}_${i}`];
    const named = `CASE WHEN count(*) ${filter} > 0 THEN '${level.name}' END`;
    return [
      `${named} AS level_${at}_${i}`,
      `min(${text}) ${filter} AS low_${at}_${i}`,
      `max(${text}) ${filter} AS high_${at}_${i}`,
    ];
  });
  return [
    `count(*) ${filter} AS rows_${at}`,
    `${mean} ${filter} AS mean_${at}`,
    `${MEDIAN} ${filter} AS median_${at}`,
    ...labels,
  ];
}

function fieldsOf(handle: QueryHandle, measure: Measure, group: Group, at: number): Fields {
  const unit = unitOf(measure);
  const value = (column: string) => ({ from: handle.cell(0, column), ...unit });
  const labels = group.flatMap(({ factor, level }, i) => {
    const suffix = suffixOf(i);
    if (level.kind === 'missing') return [];
    const edge = (column: string) => ({
      from: handle.cell(0, column),
      ...(factor.unit !== undefined && { unit: factor.unit }),
    });
    const name = [[`level${suffix}`, handle.cell(0, `level_${at}_${i}`)]] as const;
    if (factor.kind === 'category') return name;
    return [
      ...name,
      [`band_low${suffix}`, edge(`low_${at}_${i}`)] as const,
      [`band_high${suffix}`, edge(`high_${at}_${i}`)] as const,
    ];
  });
  return {
    rows: { from: handle.cell(0, 'rows'), unit: 'rows' },
    mean_all: value('mean_all'),
    median_all: value('median_all'),
    level_rows: handle.cell(0, `rows_${at}`),
    mean: value(`mean_${at}`),
    median: value(`median_${at}`),
    ...Object.fromEntries(labels),
  };
}

/** Fields of the second factor of a group are called `level_two` and so on. */
export function suffixOf(ordinal: number): string {
  return ordinal === 0 ? '' : '_two';
}
