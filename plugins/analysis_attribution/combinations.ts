import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  type FieldInput,
  fieldOf,
  fieldsOf,
  type ItemInput,
  literal,
  percent,
  type QueryHandle,
  readLeftOut,
  secondsOf,
  shareOf,
  tableView,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { type Cells, DIMENSIONS, type Dimension } from './cells.ts';
import type { Combination } from './search.ts';

/** The combinations in one finding, an item for each; together with the rest they are all of the wait. */
export async function reportCombinations(
  study: WaitStudy,
  cells: Cells,
  combinations: readonly Combination[],
): Promise<void> {
  const { ctx } = study;
  if (combinations.length === 0) {
    ctx.note(
      'No combination of job, server, hour and close window holds clearly more of the over-threshold wait than its runs would explain.',
    );
    return;
  }
  const shares = await readShares(study, cells, combinations);
  const leftOut = await readLeftOut(ctx, study.log, study.clock);
  const usesWindow = combinations.some(({ levels }) => levels.close_window !== undefined);
  const one = combinations.length === 1;
  const lead = combinations[0];
  const leadWords = lead === undefined ? '' : wordsOf(lead);
  ctx.finding({
    kind: 'wait_combinations',
    title: one
      ? `${leadWords}: {told_percent} of the over-threshold wait, on {told_runs_percent} of the runs`
      : '{combinations} hold {told_percent} of the over-threshold wait, on {told_runs_percent} of the runs',
    statement: [
      'Found one after another, each without the runs of those before it, so that no wait counts twice:',
      `{told_s} of {all_s} of over-threshold wait is that of ${one ? 'one combination' : '{combinations}'}, {told_percent} of all on {told_runs_percent} of the runs with a known wait.`,
      'The rest, {rest_s}, is that of the other {rest_runs_percent} of the runs.',
      ...(usesWindow ? [`The close window is ${CLOSE_WINDOW}.`] : []),
      ...(leftOut.sentence === undefined ? [] : [leftOut.sentence]),
    ].join(' '),
    fields: {
      ...(one && lead !== undefined ? nameFields(cells, lead) : {}),
      ...(!one && {
        combinations: { from: shares.cell(0, 'combinations'), unit: 'combinations' },
      }),
      ...fieldsOf(shares, 0, [
        'told_s',
        'told_percent',
        'told_runs_percent',
        'all_s',
        'rest_s',
        'rest_runs_percent',
      ]),
      ...(usesWindow && CLOSE_FIELDS),
      ...leftOut.fields,
      ...threshold,
    },
    estimate: { name: 'over_threshold_wait_of_the_combinations', field: 'told_s' },
    target: {},
    about: [ctx.role('activity') ?? '', study.clock.over.replaceAll('"', '')],
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: Math.max(0, shareOf(shares, 0, 'told_percent') - shareOf(shares, 0, 'told_runs_percent')),
      reach: shareOf(shares, 0, 'over_runs_percent'),
      actionability: (await allFixed(study, cells, combinations))
        ? ACTIONABILITY.fixedJob
        : ACTIONABILITY.window,
    },
    items: combinations.map((combination, i): ItemInput => itemOf(cells, combination, shares, i)),
    limitations: [
      'Found by a search and counted, not tested; the shares of the earlier and the later half of the runs stand beside each.',
      'The sequence matters: what two combinations share is counted for the first. It is no share of a cause.',
    ],
  });
}

function itemOf(cells: Cells, combination: Combination, shares: QueryHandle, i: number): ItemInput {
  const words = wordsOf(combination);
  return {
    title: `${words}: {over_percent} of the over-threshold wait, on {runs_percent} of the runs`,
    statement:
      '{over_s} of over-threshold wait ({over_percent} of all); {over_runs} of its {waited_runs} runs waited longer than {threshold_s}. ' +
      'Of the wait of the earlier half of the runs it holds {first_percent}, of that of the later half {second_percent}.' +
      (i === 0 ? '' : ' Without the runs of the combinations above.'),
    fields: {
      ...nameFields(cells, combination),
      ...fieldsOf(shares, i, [
        'over_s',
        'over_percent',
        'over_runs',
        'waited_runs',
        'runs_percent',
        'first_percent',
        'second_percent',
      ]),
      ...threshold,
    },
    estimate: { name: 'over_threshold_wait', field: 'over_s' },
  };
}

const WORDS: Readonly<Record<Dimension, (name: string, value: string) => string>> = {
  activity: (name) => `job ${name}`,
  resource: (name) => `server ${name}`,
  hour: (name) => `from ${name}`,
  close_window: (_, value) => (value === 'close' ? 'in the close window' : 'outside of the close window'),
};

/** `job {activity}, from {hour}, in the close window`, with the first letter large. */
function wordsOf({ levels }: Combination): string {
  const parts = DIMENSIONS.flatMap((dimension) => {
    const value = levels[dimension];
    return value === undefined ? [] : [WORDS[dimension](`{${dimension}}`, value)];
  });
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function nameFields({ handle }: Cells, { levels, row }: Combination): Record<string, FieldInput> {
  return Object.fromEntries(
    DIMENSIONS.filter((dimension) => dimension !== 'close_window' && levels[dimension] !== undefined).map(
      (dimension) => [dimension, fieldOf(handle, row, dimension)],
    ),
  );
}

/** A row for each combination, in order, that counts the runs of none before it; the sums over all are in each. */
async function readShares(
  { ctx, clock }: WaitStudy,
  cells: Cells,
  combinations: readonly Combination[],
): Promise<QueryHandle> {
  const { halves } = await tableView(ctx);
  const cases = combinations.map((one, i) => `WHEN ${conditionOf(cells, one)} THEN ${i + 1}`);
  return ctx.query(`WITH placed AS (
  SELECT CASE ${cases.join(' ')} ELSE ${combinations.length + 1} END AS place, ${clock.over} AS over_us, ${halves.sql} AS half
  FROM data WHERE ${cells.counted}
), summed AS (
  SELECT place, count(*) AS waited_runs, count(*) FILTER (WHERE over_us > 0) AS over_runs, sum(over_us) AS over_us,
    coalesce(sum(over_us) FILTER (WHERE half = 1), 0) AS first_us, coalesce(sum(over_us) FILTER (WHERE half = 2), 0) AS second_us
  FROM placed GROUP BY place
), base AS (
  SELECT sum(waited_runs) AS all_runs, sum(over_runs) AS all_over_runs, sum(over_us) AS all_us, sum(first_us) AS all_first_us, sum(second_us) AS all_second_us,
    coalesce(sum(over_us) FILTER (WHERE place <= ${combinations.length}), 0) AS told_us,
    coalesce(sum(waited_runs) FILTER (WHERE place <= ${combinations.length}), 0) AS told_runs,
    count(*) FILTER (WHERE place <= ${combinations.length}) AS combinations
  FROM summed
), rest AS (
  SELECT all_runs, all_over_runs, all_us, all_first_us, all_second_us, told_us, told_runs, combinations, all_us - told_us AS rest_us, all_runs - told_runs AS rest_runs FROM base
)
SELECT place, waited_runs, over_runs, combinations, ${['over', 'told', 'all', 'rest'].map(secondsOf).join(', ')},
  ${percent('over_us', 'all_us')} AS over_percent, ${percent('waited_runs', 'all_runs')} AS runs_percent,
  ${percent('first_us', 'all_first_us')} AS first_percent, ${percent('second_us', 'all_second_us')} AS second_percent,
  ${percent('told_us', 'all_us')} AS told_percent, ${percent('told_runs', 'all_runs')} AS told_runs_percent,
  ${percent('rest_runs', 'all_runs')} AS rest_runs_percent, ${percent('all_over_runs', 'all_runs')} AS over_runs_percent
FROM summed CROSS JOIN rest
ORDER BY place`);
}

function conditionOf({ sql }: Cells, { levels }: Combination): string {
  return Object.entries(levels)
    .map(([dimension, value]) => `${sql[dimension as Dimension]} = ${literal(value)}`)
    .join(' AND ');
}

/** Whether every combination is that of a job that can't be changed. */
async function allFixed(
  { ctx, clock }: WaitStudy,
  { sql }: Cells,
  combinations: readonly Combination[],
): Promise<boolean> {
  const jobs = combinations.map(({ levels }) => levels.activity);
  if (jobs.includes(undefined)) return false;
  const names = [...new Set(jobs)].map((job) => literal(job ?? '')).join(', ');
  const found = await ctx.query(
    `SELECT bool_or(${clock.adjustable}) AS some FROM data WHERE ${sql.activity} IN (${names})`,
  );
  return found.text(0, 'some') !== 'true';
}
