import { fieldOf, resultCsv, withSteps } from '../../src/sdk/index.ts';
import type { Counts } from './counts.ts';
import type { Study } from './totals.ts';

/** The numbers of the whole log, for other plugins and for comparison between runs. */
export function writeMetrics({ ctx }: Study, { totals, variants, edges }: Counts): void {
  for (const name of [
    'events',
    'cases',
    'activities',
    'resources',
    'single_step_cases',
    'first_at',
    'last_at',
  ])
    ctx.metric(name, totals.cell(0, name));
  for (const name of ['throughput_min_s', 'throughput_max_s']) ctx.metric(name, fieldOf(totals, 0, name));
  ctx.metric('variants', variants.cell(0, 'variants'));
  ctx.metric('top_variant_cases', variants.cell(0, 'cases'));
  if (edges.rows.length > 0) ctx.metric('dfg_edges', edges.cell(0, 'edges'));
}

export async function writeTables(
  { ctx, steps }: Study,
  { variants, edges, activities }: Counts,
): Promise<void> {
  const tables = [
    ['variants.csv', variants, 'Variants: the orders of steps, the most frequent first'],
    ['directly_follows.csv', edges, 'Directly-follows graph: which step follows which, how often'],
    [
      'activities.csv',
      activities,
      'Steps: how often, in how many cases, how many cases start and end with them',
    ],
  ] as const;
  for (const [path, handle, title] of tables)
    await ctx.artifact({ path, title, content: resultCsv(handle, ctx.coverage), media_type: 'text/csv' });
  if (ctx.role('lifecycle') === undefined) return;
  const phases = await ctx.query(
    `${withSteps(steps)} SELECT coalesce(phase, '(none)') AS phase_name, count(*) AS events FROM steps GROUP BY ALL ORDER BY events DESC, phase_name LIMIT 1000`,
  );
  await ctx.artifact({
    path: 'phases.csv',
    content: resultCsv(phases, ctx.coverage),
    media_type: 'text/csv',
    title: 'Events by phase',
  });
}
