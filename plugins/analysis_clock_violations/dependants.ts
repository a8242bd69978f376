import { fieldsOf, idOf, percent, pointedAt, seconds, shareOf } from '../../src/sdk/index.ts';
import { faultRanking, type Study } from './study.ts';

/** Dependants that start before what they depend on has ended. */
export async function reportEarlyDependants({ ctx, log, counted }: Study): Promise<void> {
  const [link, runId] = [ctx.role('depends_on'), pointedAt(ctx, 'depends_on')];
  if (link === undefined || runId === undefined || log.ended === undefined) {
    ctx.notLookedFor(
      'Whether dependants start too early can not be told: that takes run ids, dependencies and end times.',
      { kinds: ['dependant_too_early'] },
    );
    return;
  }
  const [needs, id] = [idOf(ctx, link, [runId]), idOf(ctx, runId, [link])];
  const ctes = `WITH ends AS (
  SELECT ${id} AS prerequisite, min(epoch_us(${log.ended})) AS ended_us FROM data
  WHERE ${id} IN (SELECT ${needs} FROM data WHERE ${needs} IS NOT NULL) GROUP BY ALL
), dependants AS (
  SELECT _sh_part, _sh_row_number, epoch_us(${log.started}) - ended_us AS lag_us
  FROM data JOIN ends ON prerequisite = ${needs}
  WHERE ${needs} IS DISTINCT FROM ${id} AND ${counted}
)`;
  const counts = await ctx.query(
    `${ctes}
SELECT count(lag_us) AS dependants, count(*) FILTER (WHERE lag_us < 0) AS early_rows,
  ${percent('count(*) FILTER (WHERE lag_us < 0)', 'count(lag_us)')} AS early_percent, ${seconds('-min(lag_us)')} AS earliest_s
FROM dependants`,
  );
  ctx.metric('early_dependants', { from: counts.cell(0, 'early_rows'), unit: 'rows' });
  if (counts.number(0, 'dependants') === 0)
    ctx.notLookedFor(
      'No run has a prerequisite in the log with an end: whether one starts too early is not known.',
      { kinds: ['dependant_too_early'] },
    );
  if (counts.number(0, 'early_rows') === 0) return;
  ctx.finding({
    kind: 'dependant_too_early',
    title: '{early_rows} of {dependants} dependants start before what they depend on has ended',
    statement:
      'Of {dependants} runs whose prerequisite is in the log with an end, {early_rows} ({early_percent}) start before that end, at most {earliest_s} before it. ' +
      'Either a clock is wrong, or the dependency does not hold the run back.',
    fields: fieldsOf(counts, 0, ['dependants', 'early_rows', 'early_percent', 'earliest_s']),
    estimate: { name: 'early dependants', field: 'early_rows' },
    target: {},
    how: 'exact_count',
    severity: 'warning',
    ranking: faultRanking(shareOf(counts, 0, 'early_percent')),
    rows: await ctx.query(
      `${ctes}
SELECT _sh_part, _sh_row_number, lag_us FROM dependants WHERE lag_us < 0 ORDER BY _sh_part, _sh_row_number LIMIT 10000`,
    ),
  });
}
