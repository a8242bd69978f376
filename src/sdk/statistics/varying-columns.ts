import type { Context } from '../context.ts';
import { type DecimalRange, decimalRange } from '../exact/index.ts';
import type { QueryHandle } from '../handles.ts';
import { identifier } from '../sql-text.ts';
import type { Measure } from './table-view.ts';

/** A measure that varies. */
export interface VaryingMeasure extends Measure {
  readonly kind: 'measure';
  /** The column in queries: the measure itself, or one without infinities that was derived from it. */
  readonly column: string;
  /** Rows with a finite value. */
  readonly n: number;
}

/** A category and its number of levels. */
export interface CountedCategory {
  readonly kind: 'category';
  readonly sqlName: string;
  /** Rows with a value. */
  readonly n: number;
  readonly levels: number;
}

/** What one pass over the rows shows of columns. */
export interface ColumnFacts {
  /** Those that vary; `range` where the values are integers or decimals. */
  readonly measures: readonly {
    readonly measure: VaryingMeasure;
    readonly range: DecimalRange | undefined;
  }[];
  /** Names of the measures that do not vary. */
  readonly constant: readonly string[];
  readonly categories: readonly CountedCategory[];
}

/** Reads which measures vary and how many levels categories have; one query, and one more for each column with infinities. */
export async function readColumnFacts(
  ctx: Context,
  measures: readonly Measure[],
  categories: readonly string[],
): Promise<ColumnFacts> {
  const facts = await ctx.query(factsSql(ctx, measures, categories));
  const varies = (i: number) => facts.text(0, `low${i}`) !== facts.text(0, `high${i}`);
  const found: ColumnFacts['measures'][number][] = [];
  for (const [i, measure] of measures.entries()) {
    if (varies(i)) found.push(await varyingMeasure(ctx, measure, facts, i));
  }
  return {
    measures: found,
    constant: measures.filter((_, i) => !varies(i)).map(({ sqlName }) => sqlName),
    categories: categories.map((sqlName, i): CountedCategory => {
      const [n, levels] = [facts.number(0, `c${i}`) ?? 0, facts.number(0, `levels${i}`) ?? 0];
      return { kind: 'category', sqlName, n, levels };
    }),
  };
}

function factsSql(ctx: Context, measures: readonly Measure[], categories: readonly string[]): string {
  const ofMeasures = measures.flatMap(({ sqlName }, i) => {
    const column = identifier(sqlName);
    const value = isDouble(ctx, sqlName) ? `CASE WHEN isfinite(${column}) THEN ${column} END` : column;
    return [
      `count(${column}) AS present${i}`,
      `count(${value}) AS n${i}`,
      `min(${value}) AS low${i}`,
      `max(${value}) AS high${i}`,
    ];
  });
  const ofCategories = categories.flatMap((name, i) => [
    `count(${identifier(name)}) AS c${i}`,
    `count(DISTINCT ${identifier(name)}) AS levels${i}`,
  ]);
  return `SELECT ${['count(*) AS all_rows', ...ofMeasures, ...ofCategories].join(', ')} FROM data`;
}

function isDouble(ctx: Context, sqlName: string): boolean {
  return ctx.schema.find((column) => column.sql_name === sqlName)?.type.kind === 'double';
}

async function varyingMeasure(ctx: Context, measure: Measure, facts: QueryHandle, i: number) {
  const [n, present] = [facts.number(0, `n${i}`) ?? 0, facts.number(0, `present${i}`) ?? 0];
  const column = n < present ? await deriveFinite(ctx, measure.sqlName) : measure.sqlName;
  const type = facts.columns.find(({ name }) => name === `low${i}`)?.type ?? '';
  return {
    measure: { kind: 'measure', ...measure, column, n } as const,
    range: decimalRange(type, facts.text(0, `low${i}`), facts.text(0, `high${i}`)),
  };
}

/** A column like a measure, but missing where that is no finite number. */
async function deriveFinite(ctx: Context, sqlName: string): Promise<string> {
  const taken = new Set(ctx.schema.map((column) => column.sql_name.toLowerCase()));
  let name = `${sqlName}_finite`;
  while (taken.has(name.toLowerCase())) name += '_';
  const column = identifier(sqlName);
  await ctx.derive(name, `CASE WHEN isfinite(${column}) THEN ${column} END`);
  return name;
}
