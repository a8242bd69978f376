import {
  type HalfResult,
  mannWhitney,
  type QueryHandle,
  smallestEffect,
  type TableView,
} from '../../src/sdk/index.ts';
import { countOf } from './claims.ts';
import { type Driver, type MissingColumn, NONE, type Part, sum } from './missing-driver.ts';
import { valueSql } from './sql-value.ts';
import type { Surveyed, Table } from './survey.ts';

/** Steps that an ordered column is cut into, of equally many rows where values allow. */
const STEPS = 20;
/** Rows in the most frequent step, as a share of all, from which ranks say too little. */
const MOST_IN_ONE = 0.8;

/** Tests each column's missing values against the order of a measure or of the time. */
export async function testOrdered(
  table: Table,
  view: TableView,
  ordered: Surveyed,
  columns: readonly MissingColumn[],
): Promise<Driver[]> {
  const tested = columns.filter(({ column, together }) => column !== ordered && !together.includes(ordered));
  const cuts = tested.length === 0 ? [] : await stepsOf(table, ordered);
  if (cuts.length < 2) return [];
  const step = cuts.map((cut) => `CAST(${ordered.sql} > ${cut} AS INTEGER)`).join(' + ');
  const counts = await table.ctx.query(
    `SELECT ${step} AS step, ${view.halves.sql} AS half, count(*) AS step_rows, ${tested
      .map(({ column }, i) => `count(*) - count(${column.sql}) AS missing_${i}`)
      .join(', ')}
FROM data WHERE ${ordered.sql} IS NOT NULL
GROUP BY ALL ORDER BY step, half`,
  );
  return tested.flatMap((missing, i) => testOne(table, view, ordered, missing, counts, `missing_${i}`));
}

async function stepsOf({ ctx }: Table, ordered: Surveyed): Promise<string[]> {
  const shares = Array.from({ length: STEPS - 1 }, (_, i) => (i + 1) / STEPS);
  const finite = ordered.column.type.kind === 'double' ? ` WHERE isfinite(${ordered.sql})` : '';
  const query = await ctx.query(
    `WITH cuts AS (SELECT quantile_disc(${ordered.sql}, [${shares.join(', ')}]) AS q FROM data${finite})
SELECT ${shares.map((_, i) => `q[${i + 1}] AS cut_${i + 1}`).join(', ')} FROM cuts`,
  );
  const texts = shares.flatMap((_, i) => query.text(0, `cut_${i + 1}`) ?? []);
  return [...new Set(texts)].map((text) => valueSql(ordered, text));
}

function testOne(
  { ctx }: Table,
  view: TableView,
  by: Surveyed,
  missing: MissingColumn,
  counts: QueryHandle,
  column: string,
): Driver[] {
  const steps = stepParts(counts, column);
  const whole = sum(steps.flat());
  const most = Math.max(...steps.map((halves) => sum(halves).rows));
  if (whole.missing < 10 || whole.rows - whole.missing < 10 || most > MOST_IN_ONE * whole.rows) return [];
  const test = rankTest(steps.map(sum));
  const smallest = smallestEffect('smallest_rank_difference', ctx.settings);
  const half = (i: 0 | 1): HalfResult => {
    const parts = steps.map((halves) => halves[i] ?? NONE);
    const all = sum(parts);
    if (all.missing === 0 || all.missing === all.rows) return { estimate: null, p_value: null };
    const own = rankTest(parts);
    return { estimate: own.effect, p_value: own.p_value };
  };
  // halves by time say nothing of a dependence on the time itself
  const isTime = by.column.sql_name === view.time && view.halves.by === 'time';
  const none = { estimate: null, p_value: null };
  return [
    {
      missing,
      by,
      sort: 'order',
      n: test.n,
      effect: test.effect,
      smallest,
      test: {
        hypothesis: `${missing.column.column.name} is missing equally often for small and large ${by.column.name}`,
        name: test.name,
        statistic: test.statistic,
        p_value: test.p_value,
        share: test.share,
        df: 1,
      },
      part: fifth(steps.map(sum).reverse(), whole.rows),
      rest: fifth(steps.map(sum), whole.rows),
      counts,
      halves: { whole: test.effect, first: isTime ? none : half(0), second: isTime ? none : half(1) },
    },
  ];
}

/** By step, then by half. */
function stepParts(counts: QueryHandle, column: string): Part[][] {
  const steps: Part[][] = [];
  for (let row = 0; row < counts.rows.length; row++) {
    const step = countOf(counts, 'step', row);
    const halves = (steps[step] ??= [NONE, NONE]);
    halves[countOf(counts, 'half', row) - 1] = {
      rows: countOf(counts, 'step_rows', row),
      missing: countOf(counts, column, row),
    };
  }
  return steps.filter((halves) => halves !== undefined);
}

/** Rows without a value against rows with one, by the step they lie in; rows of a step share their middle rank. */
function rankTest(steps: readonly Part[]) {
  let [before, rankSum1, tieTerm] = [0, 0, 0];
  for (const { rows, missing } of steps) {
    rankSum1 += missing * (before + (rows + 1) / 2);
    tieTerm += rows ** 3 - rows;
    before += rows;
  }
  const { missing, rows } = sum(steps);
  const [n1, n2] = [missing, rows - missing];
  const test = mannWhitney({ n1, n2, rankSum1, tieTerm });
  const effect = 2 * test.probability_of_superiority - 1;
  // squared correlation of ranks with what is missing
  const share = (3 * rows * n1 * n2 * effect ** 2) / (rows ** 3 - rows - tieTerm);
  return { ...test, effect, share };
}

/** The first steps that make up a fifth of the rows. */
function fifth(steps: readonly Part[], rows: number): Part {
  const taken: Part[] = [];
  for (const step of steps) {
    if (taken.length > 0 && sum(taken).rows >= rows / 5) break;
    taken.push(step);
  }
  return sum(taken);
}
