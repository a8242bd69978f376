import {
  type Context,
  type CountedCategory,
  type DecimalRange,
  type Halves,
  halfSql,
  identifier,
  productDigits,
  readColumnFacts,
  tableView,
  type VaryingMeasure,
} from '../../src/sdk/index.ts';
import type { Settings } from './settings.ts';

/** A measure that varies. */
export interface NumericColumn extends VaryingMeasure {
  /** For integers and decimals whose squares DuckDB adds up without rounding: in so many digits, at that scale. */
  readonly decimal?: { readonly digits: number; readonly scale: number };
}

/** A category with at least two levels. */
export type CategoryColumn = CountedCategory;

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

/** How many columns are compared, and of how many levels. */
type ColumnLimits = Pick<Settings, 'mostColumns' | 'mostLevels'>;

/** Picks the columns from the role map: those that vary, and no more than the settings allow. Says what it left out. */
export async function readSubject(ctx: Context, settings: ColumnLimits): Promise<Subject> {
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
  const facts = await readColumnFacts(ctx, measures, categories);
  noteLeftOut(ctx, 'Measures that do not vary', facts.constant);
  return {
    measures: facts.measures.map(({ measure, range }) => numericColumn(ctx, measure, range)),
    categories: usableCategories(ctx, facts.categories, settings),
    halves,
    time: view.time,
    rows: ctx.rowCount,
  };
}

/** Says in one note which columns were left out, and why; nothing if there are none. */
function noteLeftOut(ctx: Context, why: string, names: readonly string[]): void {
  if (names.length > 0) ctx.note(`${why}, and not compared: ${names.join(', ')}.`);
}

function numericColumn(
  ctx: Context,
  measure: VaryingMeasure,
  range: DecimalRange | undefined,
): NumericColumn {
  const digits = range && productDigits(range, range, ctx.rowCount);
  return { ...measure, ...(range && digits && { decimal: { digits, scale: range.scale } }) };
}

/** Rows for each level, on average, that a category needs: else a level is as good as a row. */
const ROWS_PER_LEVEL = 2;

function usableCategories(
  ctx: Context,
  all: readonly CategoryColumn[],
  settings: ColumnLimits,
): CategoryColumn[] {
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
