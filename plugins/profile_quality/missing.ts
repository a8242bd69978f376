import { nearMissTable, type ScreenedHypothesis, type TableView, tableView } from '../../src/sdk/index.ts';
import { countOf } from './claims.ts';
import { NONE_IF_MISSING } from './column-use.ts';
import { testCategory } from './missing-by-category.ts';
import { testOrdered } from './missing-by-order.ts';
import type { Driver, MissingColumn, TestedDriver } from './missing-driver.ts';
import { testInOrder } from './missing-in-order.ts';
import { reportMissing } from './report-missing.ts';
import type { Surveyed, Table } from './survey.ts';

/** Rows with and without a value that a test needs. */
const FEWEST = 10;
const MOST_MISSING_COLUMNS = 40;
const MOST_DRIVERS = 40;
/** A category of more levels in the sample is none. */
const MOST_LEVELS = 300;

/** Tests for each column with missing values whether these depend on other columns. */
export async function reportMissingNotAtRandom(table: Table): Promise<void> {
  const missing = await columnsWithMissing(table);
  if (missing.length === 0) return;
  const view = await tableView(table.ctx);
  const drivers: Driver[] = [];
  const others = driversOf(table, view);
  for (const category of others.categories) {
    drivers.push(...(await testCategory(table, view, category, missing)));
  }
  for (const ordered of others.ordered) drivers.push(...(await testOrdered(table, view, ordered, missing)));
  const tested = await testInOrder(table, view, drivers);
  for (const one of missing) {
    await reportMissing(
      table,
      view,
      one,
      tested.filter(({ missing: column }) => column === one),
    );
  }
  if (tested.length > 0) await table.ctx.artifact(nearMissTable(tested.map(screened), table.ctx.coverage));
}

/** Columns with enough rows on both sides; where a missing value says "none", it is none of these. */
async function columnsWithMissing(table: Table): Promise<MissingColumn[]> {
  const suspects = table.columns.filter(({ roles }) => !NONE_IF_MISSING.some((role) => roles.has(role)));
  const counts = await table.ctx.query(
    `SELECT ${suspects.map(({ sql }, i) => `count(*) - count(${sql}) AS missing_${i}`).join(', ')} FROM data`,
  );
  const missing = (i: number) => countOf(counts, `missing_${i}`);
  const found = suspects.filter((_, i) => missing(i) >= FEWEST && table.rows - missing(i) >= FEWEST);
  if (found.length > MOST_MISSING_COLUMNS) {
    table.ctx.note(
      `Of ${found.length} columns with missing values the first ${MOST_MISSING_COLUMNS} were tested for what these depend on.`,
    );
  }
  return grouped(table, found.slice(0, MOST_MISSING_COLUMNS));
}

async function grouped(table: Table, columns: readonly Surveyed[]): Promise<MissingColumn[]> {
  const pairs = columns.flatMap((a, i) =>
    columns
      .slice(i + 1)
      .flatMap((b) => (a.codes.every((code, row) => code < 0 === (b.codes[row] ?? 0) < 0) ? [{ a, b }] : [])),
  );
  if (pairs.length === 0) return columns.map((column) => ({ column, together: [] }));
  const counts = await table.ctx.query(
    `SELECT ${pairs
      .map(
        ({ a, b }, i) => `count(*) FILTER (WHERE (${a.sql} IS NULL) <> (${b.sql} IS NULL)) AS different_${i}`,
      )
      .join(', ')} FROM data`,
  );
  const equal = pairs.filter((_, i) => countOf(counts, `different_${i}`) === 0);
  const followers = new Set(equal.map(({ b }) => b));
  return columns
    .filter((column) => !followers.has(column))
    .map((column) => ({ column, together: equal.filter(({ a }) => a === column).map(({ b }) => b) }));
}

/** What missing values may depend on: categories, and the order of measures and of the time. */
function driversOf(table: Table, view: TableView): { categories: Surveyed[]; ordered: Surveyed[] } {
  const named = (name: string) => table.columns.find(({ column }) => column.sql_name === name);
  const categories = view.categories.flatMap((name) => named(name) ?? []);
  const ordered = [
    ...(view.time === undefined ? [] : [view.time]),
    ...view.measures.map(({ sqlName }) => sqlName),
  ].flatMap((name) => named(name) ?? []);
  const few = categories.filter(({ distinct }) => distinct >= 2 && distinct <= MOST_LEVELS);
  if (few.length > MOST_DRIVERS || ordered.length > MOST_DRIVERS) {
    table.ctx.note(
      `What missing values depend on was looked for in the first ${MOST_DRIVERS} categories and measures.`,
    );
  }
  return {
    categories: few.slice(0, MOST_DRIVERS),
    ordered: ordered.filter(({ distinct }) => distinct >= 3).slice(0, MOST_DRIVERS),
  };
}

function screened(driver: TestedDriver): ScreenedHypothesis {
  const { missing, by, n, effect, smallest, p_value, label } = driver;
  return {
    hypothesis: `${missing.column.column.name} is missing by ${by.column.name}`,
    n,
    estimate: effect,
    unit: smallest.unit,
    smallest_effect: smallest.value,
    p_value,
    reason:
      label === undefined
        ? 'not tested: too few rows in all but one level'
        : smallest.reaches(effect)
          ? 'left to the ledger of the run'
          : 'the effect is smaller than the smallest of interest',
    test: label,
  };
}
