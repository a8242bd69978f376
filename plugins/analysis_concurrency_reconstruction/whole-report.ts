import { ACTIONABILITY, fieldsOf, type QueryHandle, secondsText } from '../../src/sdk/index.ts';
import { percentOf, type Study, total } from './whole-log.ts';

const COUNTS = [
  'runs',
  'placed_runs',
  'zero_runs',
  'backward_runs',
  'runs_without_start',
  'runs_without_end',
];

/** How many runs were under way at once: most, on average, and for how much of the time any. */
export async function reportWhole(study: Study, charts: readonly string[]): Promise<void> {
  const { ctx, span, whole } = study;
  const top = whole.levels.at(-1);
  if (top === undefined) return;
  const sums = ctx.derivation({
    method: 'sweep line over [start, end): time by number of runs under way',
    values: {
      average: Number(total(whole.levels.map((l) => BigInt(l.running) * l.lastingUs))) / Number(whole.spanUs),
      busy_percent: percentOf(
        total(whole.levels.filter((l) => l.running > 0).map((l) => l.lastingUs)),
        whole.spanUs,
      ),
      span_s: secondsText(whole.spanUs),
      peak_s: secondsText(top.lastingUs),
    },
    inputs: [whole.handle, span],
  });
  const fields = {
    ...fieldsOf(span, 0, [...COUNTS, 'first_start', 'last_end']),
    peak: whole.handle.cell(top.row, 'running'),
    peak_at: whole.handle.cell(top.row, 'moment'),
    peak_s: { from: sums.value('peak_s'), unit: 's' },
    average: sums.value('average'),
    busy_percent: { from: sums.value('busy_percent'), unit: '%' },
    span_s: { from: sums.value('span_s'), unit: 's' },
  };
  const { peak, average, busy_percent } = fields;
  for (const [name, field] of Object.entries({ peak, average, busy_percent })) ctx.metric(name, field);
  ctx.finding({
    kind: 'concurrency',
    title: 'At most {peak} runs were under way at once, {average} on average',
    statement:
      'From {first_start} to {last_end}, {average} runs were under way at once on average over all hours, nights and ' +
      'weekends included; for {busy_percent} of the time there was at least one. The most at once were {peak}, first at ' +
      `{peak_at}, for {peak_s} in all. ${leftOutSentence(span)}`,
    fields,
    estimate: { name: 'average_runs_under_way', field: 'average' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.05, reach: 1, actionability: ACTIONABILITY.other },
    rows: await rowsAtPeak(study, top.row),
    charts: [...charts],
    limitations: [
      'A run whose end is missing is not counted as under way, so that the true numbers may be higher.',
    ],
  });
}

function leftOutSentence(span: QueryHandle): string {
  const parts = [
    ['runs_without_end', '{runs_without_end} have no end'],
    ['runs_without_start', '{runs_without_start} have no start'],
    ['backward_runs', '{backward_runs} end before they start'],
    ['zero_runs', '{zero_runs} end at the moment at which they start, which takes no time'],
  ] as const;
  const some = parts.filter(([name]) => span.number(0, name) !== 0).map(([, words]) => words);
  if (some.length === 0) return 'All {runs} runs are counted.';
  return `Counted are {placed_runs} of {runs} runs: ${some.join('; ')}.`;
}

/** The runs that were under way at the first moment of the peak. */
function rowsAtPeak({ ctx, whole, occupancy }: Study, row: number): Promise<QueryHandle> {
  const { start, end, running } = occupancy;
  return ctx.query(
    `SELECT _sh_part, _sh_row_number FROM data
WHERE ${start} <= epoch_us(CAST($1 AS TIMESTAMP)) AND ${end} > epoch_us(CAST($1 AS TIMESTAMP)) AND ${running.where}
ORDER BY _sh_part, _sh_row_number LIMIT 1000`,
    [whole.handle.text(row, 'moment')],
  );
}
