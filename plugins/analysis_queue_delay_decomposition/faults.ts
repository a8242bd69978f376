import { fieldsOf } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** Rows that a finding cites; the count beside them is of all. */
const MOST_CITED = 10_000;

/** Says how many rows have an interval that runs backwards: it is left out of its totals. Another analysis cites them. */
export async function noteBackwards({ ctx, clock }: Study): Promise<void> {
  const any = [clock.preEligible, clock.wait, clock.service].map((us) => `${us} < 0`).join(' OR ');
  const counts = await ctx.query(`SELECT count(*) FILTER (WHERE ${any}) AS backward_rows FROM data`);
  const rows = counts.number(0, 'backward_rows') ?? 0;
  if (rows === 0) return;
  ctx.note(
    `In ${rows} ${rows === 1 ? 'row' : 'rows'} the clock runs backwards: that interval is left out of its totals, and not set to zero. The analysis of clock violations cites the rows.`,
  );
}

/** Rows that lack a time, so that one of their intervals can't be computed. */
export async function reportIncomplete({ ctx, log }: Study): Promise<void> {
  const times = {
    queued: log.queued,
    eligible: log.eligible,
    started: log.started,
    ended: log.ended,
    duration: log.ended === undefined ? log.duration : undefined,
  };
  const present = Object.entries(times).flatMap(([name, sql]) => (sql === undefined ? [] : [{ name, sql }]));
  const counts = await ctx.query(
    `SELECT ${present.map(({ name, sql }) => `count(*) FILTER (WHERE ${sql} IS NULL) AS without_${name}`).join(', ')},
  count(*) FILTER (WHERE ${present.map(({ sql }) => `${sql} IS NULL`).join(' OR ')}) AS incomplete_rows,
  count(*) AS all_rows
FROM data`,
  );
  for (const { name } of present)
    ctx.metric(`rows_without_${name}`, { from: counts.cell(0, `without_${name}`), unit: 'rows' });
  noteMissingColumns(ctx, log);
  if (counts.number(0, 'incomplete_rows') === 0) return;
  const lacking = present.filter(({ name }) => counts.number(0, `without_${name}`) !== 0);
  ctx.finding({
    kind: 'incomplete_runs',
    title: 'A time is missing in {incomplete_rows} of {all_rows} rows',
    statement: lacking.map(({ name }) => SENTENCES[name]).join(' '),
    fields: fieldsOf(counts, 0, [
      'incomplete_rows',
      'all_rows',
      ...lacking.map(({ name }) => `without_${name}`),
    ]),
    estimate: { name: 'rows_without_a_time', field: 'incomplete_rows' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: 0.1,
      reach: (counts.number(0, 'incomplete_rows') ?? 0) / (counts.number(0, 'all_rows') ?? 1),
      actionability: 0.3,
    },
    rows: await ctx.query(
      `SELECT _sh_part, _sh_row_number
FROM data
WHERE ${lacking.map(({ sql }) => `${sql} IS NULL`).join(' OR ')}
ORDER BY _sh_part, _sh_row_number
LIMIT ${MOST_CITED}`,
    ),
  });
}

const SENTENCES: Readonly<Record<string, string>> = {
  queued: 'Rows without a queue time: {without_queued}; such a run counts neither as close nor as open.',
  eligible:
    'Rows without an eligible time: {without_eligible}; the wait of such a run is counted from its queue time, and no pre-eligible wait.',
  started: 'Rows without a start: {without_started}; such a run has no known wait and no service time.',
  ended: 'Rows without an end: {without_ended}; the service time of such a run is not counted.',
  duration: 'Rows without a duration: {without_duration}; the service time of such a run is not counted.',
};

function noteMissingColumns(ctx: Study['ctx'], log: Study['log']): void {
  if (log.eligible === undefined) {
    ctx.note(
      'There is no eligible time: waits are counted from the queue time, and the pre-eligible wait is not reported.',
    );
  }
  if (log.queued === undefined) ctx.note('There is no queue time: the pre-eligible wait is not reported.');
  if (log.ended === undefined && log.duration === undefined)
    ctx.note('There is no end time: service time is not reported.');
  if (log.ended === undefined && log.duration !== undefined)
    ctx.note('There is no end time: service time is the recorded duration.');
}
