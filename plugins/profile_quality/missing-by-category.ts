import {
  chiSquareIndependence,
  differenceOfProportions,
  type HalfResult,
  type QueryHandle,
  smallestEffect,
  type TableView,
} from '../../src/sdk/index.ts';
import { countOf } from './claims.ts';
import { type Driver, type MissingColumn, minus, NONE, type Part, shareOf, sum } from './missing-driver.ts';
import { textSql } from './sql-value.ts';
import type { Surveyed, Table } from './survey.ts';

/** Expected rows in each cell from which on the chi-square distribution is near enough far out in its tail. */
const FEWEST_EXPECTED = 10;
const MOST_LEVELS = 1_000;

/** Tests each column's missing values against the levels of a category. */
export async function testCategory(
  table: Table,
  view: TableView,
  category: Surveyed,
  columns: readonly MissingColumn[],
): Promise<Driver[]> {
  const tested = columns.filter(
    ({ column, together }) => column !== category && !together.includes(category),
  );
  if (tested.length === 0) return [];
  const counts = await table.ctx.query(
    `SELECT ${category.sql} AS level, ${view.halves.sql} AS half, count(*) AS level_rows, ${tested
      .map(({ column }, i) => `count(*) - count(${column.sql}) AS missing_${i}`)
      .join(', ')}
FROM data WHERE ${category.sql} IS NOT NULL
GROUP BY ALL ORDER BY level, half LIMIT ${2 * MOST_LEVELS + 1}`,
  );
  if (counts.rows.length > 2 * MOST_LEVELS) return [];
  return tested.map((missing, i) => testOne(table, category, missing, counts, `missing_${i}`));
}

interface Level {
  /** First row of the query's result that has it. */
  readonly row: number;
  readonly halves: [Part, Part];
}

function testOne(
  { ctx }: Table,
  by: Surveyed,
  missing: MissingColumn,
  counts: QueryHandle,
  column: string,
): Driver {
  const levels = levelsOf(counts, column);
  const whole = sum(levels.flatMap(({ halves }) => halves));
  const share = whole.missing / Math.max(1, whole.rows);
  const isLarge = (part: Part) => part.rows * Math.min(share, 1 - share) >= FEWEST_EXPECTED;
  const large = levels.filter(({ halves }) => isLarge(sum(halves)));
  const pooled = sum(levels.filter((level) => !large.includes(level)).flatMap(({ halves }) => halves));
  const parts = [...large.map(({ halves }) => sum(halves)), ...(isLarge(pooled) ? [pooled] : [])];
  const top = [...levels].sort((a, b) => weight(b, whole) - weight(a, whole) || a.row - b.row)[0];
  const smallest = smallestEffect('smallest_association', ctx.settings);
  const common = { missing, by, sort: 'category', smallest, counts } as const;
  if (top === undefined || parts.length < 2) {
    const none = { estimate: null, p_value: null };
    return {
      ...common,
      n: whole.rows,
      effect: null,
      test: undefined,
      part: whole,
      rest: whole,
      halves: { whole: 0, first: none, second: none },
    };
  }
  const test = chiSquareIndependence(parts.map((part) => [part.missing, part.rows - part.missing]));
  const part = sum(top.halves);
  const rest = minus(whole, part);
  const half = (i: 0 | 1): HalfResult => {
    const all = sum(levels.map(({ halves }) => halves[i]));
    return difference(top.halves[i], minus(all, top.halves[i]));
  };
  return {
    ...common,
    n: test.n,
    effect: test.cramers_v,
    test: {
      hypothesis: `${missing.column.column.name} is missing equally often in all levels of ${by.column.name}`,
      name: test.name,
      statistic: test.statistic,
      p_value: test.p_value,
      share: test.statistic / test.n,
      df: parts.length - 1,
    },
    part,
    rest,
    level: { row: top.row, sql: textSql(counts.text(top.row, 'level') ?? '') },
    halves: { whole: shareOf(part) - shareOf(rest), first: half(0), second: half(1) },
  };
}

function levelsOf(counts: QueryHandle, column: string): Level[] {
  const levels = new Map<string, Level>();
  for (let row = 0; row < counts.rows.length; row++) {
    const name = counts.text(row, 'level') ?? '';
    const level = levels.get(name) ?? { row, halves: [NONE, NONE] };
    const half = countOf(counts, 'half', row) === 1 ? 0 : 1;
    level.halves[half] = { rows: countOf(counts, 'level_rows', row), missing: countOf(counts, column, row) };
    levels.set(name, level);
  }
  return [...levels.values()];
}

/** How much a level says: its squared difference to the rest, weighted by rows. */
function weight({ halves }: Level, whole: Part): number {
  const part = sum(halves);
  const rest = minus(whole, part);
  if (part.rows === 0 || rest.rows === 0) return 0;
  return (shareOf(part) - shareOf(rest)) ** 2 * ((part.rows * rest.rows) / whole.rows);
}

function difference(part: Part, rest: Part): HalfResult {
  if (part.rows === 0 || rest.rows === 0) return { estimate: null, p_value: null };
  const test = differenceOfProportions(part.missing, part.rows, rest.missing, rest.rows);
  return { estimate: test.difference, p_value: test.p_value };
}
