import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  type FieldInput,
  type ItemInput,
} from '../../src/sdk/index.ts';
import type { Job } from './compare-jobs.ts';
import type { Days, Study } from './days.ts';

const MOST_ITEMS = 20;

/** Jobs that run in the close alone: counted, not tested. */
export function reportCloseOnly({ ctx }: Study, { handle }: Days, jobs: readonly Job[]): void {
  if (jobs.length === 0) return;
  const largest = [...jobs].sort((a, b) => b.closeRuns * b.meanService - a.closeRuns * a.meanService);
  const together = ctx.derivation({
    method: 'sums over jobs of their runs on whole days of the close',
    values: {
      jobs: jobs.length,
      close_runs: jobs.reduce((sum, job) => sum + job.closeRuns, 0),
      service_s: jobs.reduce((sum, job) => sum + job.closeRuns * job.meanService, 0),
      open_days: jobs[0]?.openDays ?? 0,
    },
    inputs: [handle],
  });
  ctx.finding({
    kind: 'close_only_jobs',
    title: 'Jobs that run in the close alone: {jobs}, with {service_s} of work',
    statement: `In the close (${CLOSE_WINDOW}) {jobs} jobs ran {close_runs} times, with {service_s} of work, that never ran on any of {open_days} whole days outside of it.`,
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

  function itemOf(job: Job): ItemInput {
    const numbers = ctx.derivation({
      method: 'runs on whole days of the close; their number times the mean service time',
      parameters: { activity: job.name },
      values: { close_runs: job.closeRuns, service_s: job.closeRuns * job.meanService },
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
