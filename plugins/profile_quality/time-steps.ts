import { cells, countOf, defect, rowsWhere } from './claims.ts';
import type { Table } from './survey.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';

/** Of more rows the steps are not counted. */
const MOST_ROWS = 500_000;
const FEWEST_TIMES = 50;
/** A series goes in steps if this share of the differences between times is the same. */
const REGULAR = 0.9;
/** A gap of the same length at the same time of day is a rest, where so many of the weeks have one. */
const [RESTING_WEEKS, FEWEST_RESTS] = [0.25, 3];
/** Share of the rows that may share their time in a series of one row per time. */
const MOST_REPEATED = 0.02;
const DAY_US = 86_400_000_000;
const MOST_ITEMS = 10;

/** Times that are missing in a series that goes in equal steps, such as a reading every five minutes; true where it does. */
export async function reportTimeSteps(table: Table): Promise<boolean> {
  const axis = timeAxis(table);
  if (axis === undefined || table.rows > MOST_ROWS || axis.column.column.type.kind === 'date') return false;
  const { ctx } = table;
  const steps = `WITH times AS (
  SELECT epoch_us(${axis.instant}) AS us, min(${axis.instant}) AS moment FROM data WHERE ${axis.sql} IS NOT NULL GROUP BY ALL
), differences AS (
  SELECT lag(moment) OVER (ORDER BY us) AS before_gap, moment AS after_gap, us - lag(us) OVER (ORDER BY us) AS step FROM times
), usual AS (
  SELECT step AS usual_step, count(*) AS usual_steps FROM differences WHERE step IS NOT NULL GROUP BY ALL
  ORDER BY usual_steps DESC, step LIMIT 1
)`;
  const rests = `, alike AS (
  SELECT before_gap, after_gap, step, usual_step, count(*) OVER (PARTITION BY epoch_us(before_gap) % ${DAY_US}, step) AS times_alike,
    (max(epoch_us(after_gap)) OVER () - min(epoch_us(before_gap)) OVER ()) / ${7 * DAY_US} AS weeks
  FROM differences, usual WHERE step >= 2 * usual_step
), gaps AS (
  SELECT *, times_alike >= greatest(${FEWEST_RESTS}, ${RESTING_WEEKS} * weeks) AS is_rest FROM alike
)`;
  const counts = await ctx.query(`${steps}${rests}
SELECT count(step) AS all_steps, min(usual_steps) AS usual_steps, min(usual_step) AS usual_us,
  CAST(min(usual_step) AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS usual_s,
  (SELECT count(*) FROM gaps WHERE is_rest) AS rests, (SELECT count(*) FROM gaps WHERE NOT is_rest) AS gaps,
  (SELECT coalesce(sum(step // usual_step - 1), 0) FROM gaps WHERE NOT is_rest) AS missing_times
FROM differences, usual`);
  const [all, usual] = [countOf(counts, 'all_steps'), countOf(counts, 'usual_steps')];
  if (all < FEWEST_TIMES || usual < REGULAR * all || countOf(counts, 'usual_us') >= DAY_US) return false;
  await reportRepeatedTimes(table, axis);
  if (countOf(counts, 'gaps') === 0) return true;
  const longest = await ctx.query(`${steps}${rests}
SELECT before_gap, after_gap, step // usual_step - 1 AS missing_times, CAST(step AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS gap_s
FROM gaps WHERE NOT is_rest
ORDER BY step DESC, before_gap LIMIT ${MOST_ITEMS}`);
  ctx.finding({
    kind: 'missing_times',
    title: '{column} goes in steps of {usual_s}, but {missing_times} times are missing',
    statement: [
      '{column} goes in steps of {usual_s} ({usual_steps} of {all_steps} steps), but {missing_times} times are missing in {gaps} gaps.',
      'The longest is {gap_s}, between {before_gap} and {after_gap}.',
      ...(countOf(counts, 'rests') === 0
        ? []
        : ['Rests of the same length that come back at the same time of day are not counted: {rests}.']),
    ].join(' '),
    fields: {
      column: { column_name: axis.name },
      ...cells(counts, 0, ['usual_s', 'usual_steps', 'all_steps', 'missing_times', 'gaps', 'rests']),
      ...cells(longest, 0, ['gap_s', 'before_gap', 'after_gap']),
    },
    estimate: { name: 'missing_times', field: 'missing_times' },
    target: { columns: { columns: [axis.name] } },
    how: 'exact_count',
    severity: 'notice',
    ranking: { effect: 0.4, reach: Math.min(1, countOf(counts, 'missing_times') / all), actionability: 0.5 },
    items: longest.rows.map((_, row) => ({
      title: 'between {before_gap} and {after_gap}',
      statement: 'Between {before_gap} and {after_gap} ({gap_s}), times that are missing: {missing_times}.',
      fields: cells(longest, row, ['before_gap', 'after_gap', 'gap_s', 'missing_times']),
    })),
  });
  return true;
}

/** Times that few rows share in a series with one row per time: an hour that came twice, or readings written twice. */
async function reportRepeatedTimes({ ctx, rows }: Table, axis: TimeAxis): Promise<void> {
  const counts = await ctx.query(`WITH counted AS (
  SELECT ${axis.sql} AS moment, count(*) AS time_rows FROM data WHERE ${axis.sql} IS NOT NULL GROUP BY ALL
)
SELECT sum(time_rows) AS present_rows, coalesce(sum(time_rows) FILTER (WHERE time_rows > 1), 0) AS repeating_rows,
  count(*) FILTER (WHERE time_rows > 1) AS repeated_times
FROM counted`);
  const repeating = countOf(counts, 'repeating_rows');
  if (repeating === 0 || repeating > MOST_REPEATED * rows) return;
  ctx.finding({
    kind: 'near_key',
    title: '{column} should be one row per time, but repeats in {repeating_rows}',
    statement:
      '{column} goes in equal steps with one row per time, but {repeating_rows} out of {present_rows} share their time with another row. Times that occur more than once: {repeated_times}. An hour that is counted twice when the clocks are set back looks like this.',
    fields: {
      column: { column_name: axis.name },
      ...cells(counts, 0, ['repeating_rows', 'present_rows', 'repeated_times']),
    },
    estimate: { name: 'rows_that_share_their_time', field: 'repeating_rows' },
    target: { columns: { columns: [axis.name] } },
    how: 'exact_count',
    severity: 'notice',
    ranking: defect(0.4, repeating / Math.max(1, rows)),
    rows: await rowsWhere(
      ctx,
      `${axis.sql} IN (SELECT ${axis.sql} FROM data WHERE ${axis.sql} IS NOT NULL GROUP BY ALL HAVING count(*) > 1)`,
      [axis.sql],
      [axis.sql],
    ),
  });
}
