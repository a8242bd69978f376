import { type Context, identifier, type Measure, tableView } from '../../src/sdk/index.ts';
import { readSettings, type Settings } from './settings.ts';
import { type Axis, rowAxis, timeAxis } from './time-axis.ts';

/** What every part of the analysis works on. */
export interface Plan {
  readonly ctx: Context;
  readonly settings: Settings;
  readonly axis: Axis;
  readonly measures: readonly Measure[];
  readonly categories: readonly string[];
}

/** Decides what the series run along and which measures they follow; undefined, with a note, where there is nothing. */
export async function readPlan(ctx: Context): Promise<Plan | undefined> {
  const settings = readSettings(ctx);
  const view = await tableView(ctx);
  const measures = view.measures.slice(0, settings.mostMeasures);
  const axis =
    view.time === undefined
      ? await axisOfRows(ctx, settings, [...view.categories, ...view.measures.map(({ sqlName }) => sqlName)])
      : await timeAxis(ctx, view.time, settings.axis);
  if (axis === undefined) return undefined;
  if (measures.length < view.measures.length) {
    const left = view.measures.slice(settings.mostMeasures).map(({ sqlName }) => sqlName);
    ctx.note(
      `${left.length} of ${view.measures.length} measures are not looked at (most_measures): ${left.slice(0, 10).join(', ')}${left.length > 10 ? ' …' : ''}.`,
    );
  }
  return { ctx, settings, axis, measures, categories: view.categories };
}

/** The order of the rows stands in for time only where the table has no time and is not sorted by a column. */
async function axisOfRows(
  ctx: Context,
  settings: Settings,
  columns: readonly string[],
): Promise<Axis | undefined> {
  if (!settings.alongRows) {
    ctx.notLookedFor(
      'The table has no column of times (along_rows_without_time looks along the order of the rows).',
    );
    return undefined;
  }
  if (ctx.rowCount < settings.axis.fewest || columns.length === 0) {
    ctx.notLookedFor(
      'The table has no column of times, and too few rows or columns to follow along the rows.',
    );
    return undefined;
  }
  const sorted = await sortedColumn(ctx, columns);
  if (sorted !== undefined) {
    ctx.notLookedFor(
      `The table has no column of times and is sorted by ${sorted}: the order of its rows says nothing.`,
    );
    return undefined;
  }
  ctx.note('The table has no column of times: series follow the rows in their order.');
  return rowAxis(ctx, settings.axis);
}

/** The name of a column whose values only rise or only fall from row to row. */
async function sortedColumn(ctx: Context, columns: readonly string[]): Promise<string | undefined> {
  const cells = columns.map((name, i) => `${identifier(name)} AS c${i}`);
  const steps = columns.map((_, i) => `c${i}, lag(c${i}) OVER (ORDER BY _sh_part, _sh_row_number) AS b${i}`);
  const counts = columns.map(
    (_, i) => `count_if(c${i} > b${i}) AS up${i}, count_if(c${i} < b${i}) AS down${i}`,
  );
  const handle =
    await ctx.query(`WITH cells AS (SELECT _sh_part, _sh_row_number, ${cells.join(', ')} FROM data),
steps AS (SELECT ${steps.join(', ')} FROM cells)
SELECT ${counts.join(', ')} FROM steps`);
  return columns.find((_, i) => (handle.number(0, `up${i}`) === 0) !== (handle.number(0, `down${i}`) === 0));
}
