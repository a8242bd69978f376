import type { Context } from '../../src/sdk/index.ts';
import type { Percentiles } from './percentiles.ts';

/** Median, 95th and 99th percentile of the waits of the jobs with the longest tails; the chart's name. */
export function chartWaits(ctx: Context, { handle }: Percentiles): string {
  const x = (field: string) => ({ field, type: 'quantitative', title: 'minutes', scale: { type: 'symlog' } });
  const y = { field: 'name', type: 'nominal', title: null, sort: { field: 'p95_s', order: 'descending' } };
  return ctx.chart({
    name: 'wait_percentiles_by_job',
    title: 'Waits of jobs: from the median to one run in twenty, and one in a hundred',
    alternative:
      'A bar for each of the twelve jobs with the longest tails, in minutes on a logarithmic axis, from the median of its waits to the 95th percentile, with a mark at the 99th.',
    query: handle,
    spec: {
      width: 420,
      height: { step: 18 },
      transform: [
        { filter: "datum.dimension == 'activity' && datum.side == 'all'" },
        { window: [{ op: 'row_number', as: 'place' }], sort: [{ field: 'p95_s', order: 'descending' }] },
        { filter: 'datum.place <= 12' },
        { calculate: 'datum.p50_s / 60', as: 'p50' },
        { calculate: 'datum.p95_s / 60', as: 'p95' },
        { calculate: 'datum.p99_s / 60', as: 'p99' },
      ],
      encoding: { y },
      layer: [
        {
          mark: { type: 'bar', height: 8, color: 'var(--series-5)' },
          encoding: { x: x('p50'), x2: { field: 'p95' } },
        },
        {
          mark: { type: 'tick', thickness: 3, size: 14, color: 'var(--series-2)' },
          encoding: { x: x('p99') },
        },
      ],
    },
  });
}
