import { isLimit, type Study } from './whole-log.ts';

/** Concurrency against capacity, and backlog, over time; their names. */
export function chartLog({ ctx, whole }: Study): string[] {
  const slices = [{ filter: "datum.part === 'slice'" }];
  const x = { field: 'moment', type: 'temporal', title: null };
  const capacity = whole.slots !== undefined && isLimit(whole.slots) ? whole.slots.running : undefined;
  const runs = ctx.chart({
    name: 'runs_at_once',
    title: 'Runs under way at once',
    alternative:
      'Steps over time: the most runs under way at once in each of equal stretches of the log' +
      (capacity === undefined ? '.' : ', with a line at the number of slots.'),
    query: whole.handle,
    spec: {
      transform: slices,
      width: 420,
      height: 140,
      layer: [
        {
          mark: { type: 'area', interpolate: 'step-after', color: 'var(--series-2)' },
          encoding: { x, y: { field: 'running', type: 'quantitative', title: 'runs at once, at most' } },
        },
        ...(capacity === undefined
          ? []
          : [{ mark: { type: 'rule', color: 'var(--series-5)' }, encoding: { y: { datum: capacity } } }]),
      ],
    },
  });
  if (whole.slots === undefined) return [runs];
  const waiting = ctx.chart({
    name: 'waiting_runs',
    title: 'Backlog: runs waiting at once for longer than the threshold',
    alternative:
      'Steps over time: the most runs that were eligible and not started at once in each of equal stretches of the log; runs that wait longer than the threshold.',
    query: whole.handle,
    spec: {
      transform: slices,
      width: 420,
      height: 120,
      mark: { type: 'area', interpolate: 'step-after', color: 'var(--series-5)' },
      encoding: { x, y: { field: 'waiting', type: 'quantitative', title: 'runs waiting, at most' } },
    },
  });
  return [runs, waiting];
}
