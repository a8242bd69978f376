import type { QueryHandle } from '../../src/sdk/index.ts';
import { countOf, LETTERS } from './claims.ts';
import { type DayRun, missingDays } from './missing-days.ts';
import { isWhole } from './of-samples.ts';
import type { Table } from './survey.ts';
import { timeAxis } from './time-axis.ts';

/** Longest span that is looked at day by day. */
const MOST_DAYS = 20_000;
const MOST_ITEMS = 10;

/** Days without a row in a table that otherwise has rows on every day, or on every working day. */
export async function reportMissingDays(table: Table): Promise<void> {
  const axis = timeAxis(table);
  if (axis === undefined) return;
  const { ctx } = table;
  const days = await ctx.query(
    `SELECT CAST(${axis.instant} AS DATE) AS day, count(*) AS day_rows FROM data WHERE ${axis.sql} IS NOT NULL GROUP BY ALL ORDER BY day LIMIT ${MOST_DAYS}`,
  );
  if (days.rows.length >= MOST_DAYS) return;
  const found = missingDays(
    days.rows.map((_, row) => ({ day: days.text(row, 'day') ?? '', rows: countOf(days, 'day_rows', row) })),
  );
  if (found === undefined || found.runs.length === 0) return;
  report(table, axis.name, days, found);
}

function report(
  { ctx }: Table,
  column: string,
  days: QueryHandle,
  found: NonNullable<ReturnType<typeof missingDays>>,
): void {
  const longest = [...found.runs]
    .sort((a, b) => b.missing - a.missing || a.before - b.before)
    .slice(0, MOST_ITEMS);
  const counted = ctx.derivation({
    method:
      'days between the first and the last that have no row, of those weekdays that have rows on most of their dates',
    parameters: { weekdays: found.weekdays },
    values: {
      missing_days: found.missing,
      expected_days: found.expected,
      usual_rows: found.usualRows,
      ...Object.fromEntries(longest.map(({ missing }, i) => [`missing_${LETTERS[i]}`, missing])),
    },
    inputs: [days],
  });
  const fieldsOf = (run: DayRun, i: number) => ({
    before: days.cell(run.before, 'day'),
    after: days.cell(run.before + 1, 'day'),
    missing: { from: counted.value(`missing_${LETTERS[i]}`), unit: run.missing === 1 ? 'day' : 'days' },
  });
  const [first] = longest;
  if (first === undefined) return;
  ctx.finding({
    kind: 'missing_days',
    title: '{column}: {missing_days} without a row',
    statement: `By {column}, the ${isWhole(ctx) ? 'table' : 'sample'} has rows on every ${found.weekdays.length === 7 ? 'day' : 'working day'} but {missing_days} out of {expected_days}. A day that has rows has {usual_rows} at the median. The longest gap lies between {before} and {after} ({missing}).`,
    fields: {
      column: { column_name: column },
      missing_days: { from: counted.value('missing_days'), unit: found.missing === 1 ? 'day' : 'days' },
      expected_days: { from: counted.value('expected_days'), unit: 'days' },
      usual_rows: { from: counted.value('usual_rows'), unit: found.usualRows === 1 ? 'row' : 'rows' },
      ...fieldsOf(first, 0),
    },
    estimate: { name: 'days_without_a_row', field: 'missing_days' },
    target: { columns: { columns: [column] } },
    how: 'exact_count',
    severity: 'notice',
    ranking: { effect: 0.4, reach: Math.min(1, found.missing / found.expected), actionability: 0.5 },
    items: longest.map((run, i) => ({
      title: 'between {before} and {after}: {missing}',
      statement: 'Between {before} and {after} there are {missing} without a row.',
      fields: fieldsOf(run, i),
    })),
    limitations: [
      'A holiday looks like a day that was not exported.',
      ...(found.weekdays.length === 7
        ? []
        : ['Weekdays that mostly have no rows are not expected to have any.']),
    ],
  });
}
