import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  type FieldInput,
  type ItemInput,
  secondsText,
} from '../../src/sdk/index.ts';
import type { CloseOnlyJob } from './compare-jobs.ts';
import type { Days, Study } from './days.ts';

const MOST_ITEMS = 20;

/** Jobs that run in the close alone: counted, not tested. */
export function reportCloseOnly({ ctx }: Study, { handle }: Days, jobs: readonly CloseOnlyJob[]): void {
  if (jobs.length === 0) return;
  const largest = [...jobs].sort((a, b) => Number(b.serviceUs - a.serviceUs));
  const together = ctx.derivation({
    method: 'sums over jobs of all their runs',
    values: {
      jobs: jobs.length,
      close_runs: jobs.reduce((sum, { runs }) => sum + runs, 0),
      service_s: secondsText(jobs.reduce((sum, { serviceUs }) => sum + serviceUs, 0n)),
      open_days: jobs[0]?.openDays ?? 0,
    },
    inputs: [handle],
  });
  ctx.finding({
    kind: 'close_only_jobs',
    title: 'Jobs that run in the close alone: {jobs}, with {service_s} of work',
    statement: `In the close (${CLOSE_WINDOW}) {jobs} jobs ran {close_runs} times, with {service_s} of work; outside of it, {open_days} whole days of the log, none of them ever ran.`,
    fields: {
      ...CLOSE_FIELDS,
      jobs: together.value('jobs'),
      close_runs: together.value('close_runs'),
      service_s: { from: together.value('service_s'), unit: 's' },
      open_days: together.value('open_days'),
    },
    estimate: { name: 'work_of_jobs_in_the_close_alone', field: 'service_s' },
    target: {},
    scope: { window: 'close' },
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.1, reach: 0.3, actionability: ACTIONABILITY.window },
    items: largest.slice(0, MOST_ITEMS).map((job) => itemOf(job)),
  });

  function itemOf(job: CloseOnlyJob): ItemInput {
    const numbers = ctx.derivation({
      method: 'sums of all runs of the job',
      parameters: { activity: job.name },
      values: { close_runs: job.runs, service_s: secondsText(job.serviceUs) },
      inputs: [handle],
    });
    const fields: Record<string, FieldInput> = {
      activity: handle.cell(job.row, 'name'),
      close_runs: numbers.value('close_runs'),
      service_s: { from: numbers.value('service_s'), unit: 's' },
    };
    return {
      title: '{activity}: {close_runs} runs in the close, none outside',
      statement:
        '{activity} ran {close_runs} times in the close, with {service_s} of work, and never outside of it.',
      fields,
      estimate: { name: 'work_in_the_close', field: 'service_s' },
    };
  }
}
