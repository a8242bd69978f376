import {
  type Context,
  decimalRange,
  type Halves,
  halfSql,
  identifier,
  type Measure,
  productDigits,
  type QueryHandle,
  tableView,
} from '../../src/sdk/index.ts';
import type { Settings } from './settings.ts';

/** A measure that varies. */
export interface NumericColumn {
  readonly kind: 'measure';
  readonly sqlName: string;
  /** The column in queries: the measure itself, or one without infinities that was derived from it. */
  readonly column: string;
  readonly unit?: string;
  readonly derived: boolean;
  /** Rows with a value. */
  readonly n: number;
  /** For integers and decimals whose squares DuckDB adds up without rounding: in so many digits, at that scale. */
  readonly decimal?: { readonly digits: number; readonly scale: number };
}

/** A category with at least two levels. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly sqlName: string;
  readonly levels: number;
  readonly n: number;
}

export type Variable = NumericColumn | CategoryColumn;

/** One name for two columns in either order. */
export function nameOfPair(a: Variable, b: Variable): string {
  const [first, second] = [a.sqlName, b.sqlName];
  return first < second ? `${first}\n${second}` : `${second}\n${first}`;
}

/** The columns that are compared, and what halves the rows. */
export interface Subject {
  readonly measures: readonly NumericColumn[];
  readonly categories: readonly CategoryColumn[];
  readonly halves: Halves;
  /** The column of times that orders the rows. */
  readonly time: string | undefined;
  readonly rows: number;
}

/** A measure as a decimal of so many digits that products with itself and its like are exact. */
export function decimalSql({ column, decimal }: NumericColumn): string {
  if (decimal === undefined) throw new RangeError(`sums of ${column} are not exact in DuckDB`);
  return `CAST(${identifier(column)} AS DECIMAL(${decimal.digits},${decimal.scale}))`;
}

/** Of the columns that are compared, where there are too many of both kinds. */
const SHARE_OF_MEASURES = 2 / 3;

/** Picks the columns from the role map: those that vary, and no more than the settings allow. Says what it left out. */
export async function readSubject(ctx: Context, settings: Settings): Promise<Subject> {
  const view = await tableView(ctx);
  const room = settings.mostColumns;
  const roomForMeasures = Math.max(Math.ceil(SHARE_OF_MEASURES * room), room - view.categories.length);
  const measures = view.measures.slice(0, roomForMeasures);
  const categories = view.categories.slice(0, room - measures.length);
  noteLeftOut(ctx, 'Columns beyond the setting most_columns', [
    ...view.measures.slice(measures.length).map(({ sqlName }) => sqlName),
    ...view.categories.slice(categories.length),
  ]);
  const halves = halfSql(view);
  if (measures.length + categories.length === 0) {
    return { measures: [], categories: [], halves, time: view.time, rows: ctx.rowCount };
  }
  const facts = await ctx.query(factsSql(ctx, measures, categories));
  return {
    measures: await varyingMeasures(ctx, measures, facts),
    categories: usableCategories(ctx, categories, facts, settings),
    halves,
    time: view.time,
    rows: ctx.rowCount,
  };
}

/** Says in one note which columns were left out, and why; nothing if there are none. */
function noteLeftOut(ctx: Context, why: string, names: readonly string[]): void {
  if (names.length > 0) ctx.note(`${why}, and not compared: ${names.join(', ')}.`);
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
  return `SELECT ${[...ofMeasures, ...ofCategories].join(', ')} FROM data`;
}

function isDouble(ctx: Context, sqlName: string): boolean {
  return ctx.schema.find((column) => column.sql_name === sqlName)?.type.kind === 'double';
}

async function varyingMeasures(
  ctx: Context,
  measures: readonly Measure[],
  facts: QueryHandle,
): Promise<NumericColumn[]> {
  const found: NumericColumn[] = [];
  const constant: string[] = [];
  for (const [i, measure] of measures.entries()) {
    const [low, high] = [facts.text(0, `low${i}`), facts.text(0, `high${i}`)];
    if (low === high) {
      constant.push(measure.sqlName);
      continue;
    }
    const [n, present] = [facts.number(0, `n${i}`) ?? 0, facts.number(0, `present${i}`) ?? 0];
    const column = n < present ? await deriveFinite(ctx, measure.sqlName) : measure.sqlName;
    const type = facts.columns.find(({ name }) => name === `low${i}`)?.type ?? '';
    const range = decimalRange(type, low, high);
    const digits = range && productDigits(range, range, ctx.rowCount);
    const decimal = range && digits && { digits, scale: range.scale };
    found.push({ kind: 'measure', ...measure, column, n, ...(decimal && { decimal }) });
  }
  noteLeftOut(ctx, 'Measures that do not vary', constant);
  return found;
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

/** Rows for each level, on average, that a category needs: else a level is as good as a row. */
const ROWS_PER_LEVEL = 2;

function usableCategories(
  ctx: Context,
  categories: readonly string[],
  facts: QueryHandle,
  settings: Settings,
): CategoryColumn[] {
  const all = categories.map((sqlName, i): CategoryColumn => {
    const [n, levels] = [facts.number(0, `c${i}`) ?? 0, facts.number(0, `levels${i}`) ?? 0];
    return { kind: 'category', sqlName, levels, n };
  });
  const reasonOf = ({ levels, n }: CategoryColumn): string | undefined => {
    if (levels < 2) return 'Categories of one level';
    if (levels > settings.mostLevels) return 'Categories with more levels than the setting most_levels';
    return n < ROWS_PER_LEVEL * levels ? 'Categories with hardly more rows than levels' : undefined;
  };
  for (const [reason, columns] of Map.groupBy(all, reasonOf)) {
    if (reason !== undefined)
      noteLeftOut(
        ctx,
        reason,
        columns.map(({ sqlName }) => sqlName),
      );
  }
  return all.filter((column) => reasonOf(column) === undefined);
}
