import { fieldsOf, type ItemInput, smallestEffect, type WaitStudy } from '../../src/sdk/index.ts';
import { actionabilityOf, at, hasBounds, SHOWN, thresholdOf } from './job-rows.ts';
import { LEVEL, type Percentiles } from './percentiles.ts';

/** Jobs that take far longer at times than they typically do, those with the largest ratio first. */
export function reportServiceTails(study: WaitStudy, service: Percentiles): void {
  const { ctx } = study;
  const smallest = smallestEffect(
    { setting: 'smallest_service_spread', unit: 'times the median', byDefault: 5, compared: 'above' },
    ctx.settings,
  );
  const spread = (row: number) => at(service, row, 'p95_low_s') / at(service, row, 'p50_high_s');
  const told = service.jobs
    .filter(
      (row) =>
        hasBounds(service, row) &&
        at(service, row, 'p95_s') > thresholdOf(study) &&
        smallest.reaches(spread(row)),
    )
    .toSorted((a, b) => spread(b) - spread(a));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      'No job takes clearly longer in one run of twenty than it typically does, by the smallest spread of interest.',
    );
    return;
  }
  const log = service.row('all', 'all') ?? lead;
  ctx.finding({
    kind: 'job_service_tails',
    ...serviceClaim(service, lead),
    target: {},
    about: [ctx.role('activity') ?? '', study.clock.service.replaceAll('"', '')],
    how: 'interval',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, spread(lead) / 50),
      reach: at(service, lead, 'runs') / at(service, log, 'runs'),
      actionability: actionabilityOf(study, service, told),
    },
    ...(told.length > 1 && {
      items: told
        .slice(0, Number(ctx.settings['top_jobs']))
        .map((row): ItemInput => serviceClaim(service, row)),
    }),
    limitations: ['A job with small and large tasks has such a tail without a fault.'],
  });
}

function serviceClaim({ handle }: Percentiles, row: number) {
  return {
    title: '{name}: half of the runs take {p50_s} or less, one in twenty longer than {p95_s}',
    statement:
      'Of {runs} runs of {name} with a known service time, half take {p50_s} or less ({p50_low_s} to {p50_high_s}), one in twenty longer than {p95_s} ({p95_low_s} to {p95_high_s}); the longest took {max_s}.',
    fields: fieldsOf(handle, row, SHOWN),
    estimate: {
      name: 'service_time_of_one_run_in_twenty',
      field: 'p95_s',
      interval: { low: 'p95_low_s', high: 'p95_high_s', level: LEVEL },
    },
  };
}
