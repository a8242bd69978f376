import { CASE_WORDS, STEP_ORDER, withSteps } from '../../src/sdk/index.ts';
import type { Counts } from './counts.ts';
import type { Study } from './totals.ts';

/** Points of the curve that draws an edge, less one. */
const CURVE = 12;
/** Edges with their count written beside them. */
const MOST_LABELS = 8;

/**
 * The directly-follows graph as arcs: steps stand below each other by their mean place in a case, an arc to a later step
 * bulges right, one back to an earlier (or the same) step is of another colour. Only the most frequent edges.
 */
export async function chartGraph({ ctx, steps }: Study, { edges }: Counts): Promise<string[]> {
  if (edges.rows.length === 0) return [];
  const most = Number(ctx.settings['chart_edges']);
  const all = (edges.number(0, 'edges') ?? 0) <= most;
  const { steps: many } = CASE_WORDS[steps.kind];
  const query = await ctx.query(graphSql({ ctx, steps }, most));
  const nodes = query.rows.filter((_, row) => query.text(row, 'part') === 'node').length;
  const name = ctx.chart({
    name: 'directly_follows',
    title: all ? 'Which step follows which' : 'Which step follows which: the most frequent pairs',
    alternative: `Steps below each other, by their mean place in a case. An arc leads from a step to the one that directly follows it, the wider the more often; arcs back to an earlier or the same step have another colour. ${
      all ? 'All pairs are shown' : `Only the most frequent pairs are shown (the setting chart_edges)`
    }; the widest have their number of ${many} beside them.`,
    query,
    spec: { width: 300, height: Math.min(900, 60 + 26 * nodes), layer: layers(nodes) },
  });
  return [name];
}

function graphSql({ steps }: Study, most: number): string {
  return `${withSteps(
    steps,
    `placed AS (
  SELECT activity, row_number() OVER (${STEP_ORDER}) AS place, lead(activity) OVER (${STEP_ORDER}) AS next_activity FROM steps
), pairs AS (
  SELECT activity AS a, next_activity AS b, count(*) AS times FROM placed WHERE next_activity IS NOT NULL GROUP BY ALL
), edges AS (
  SELECT a, b, times, row_number() OVER (ORDER BY times DESC, a, b) AS rank_of_edge FROM pairs
), shown AS (SELECT a, b, times, rank_of_edge FROM edges WHERE rank_of_edge <= ${most}
), places AS (
  SELECT activity, count(*) AS events, sum(place) AS places FROM placed
  WHERE activity IN (SELECT a FROM shown UNION SELECT b FROM shown) GROUP BY activity
), nodes AS (
  SELECT activity, events, row_number() OVER (ORDER BY CAST(places AS DOUBLE) / events, activity) AS y FROM places
), ends AS (
  SELECT rank_of_edge, times, n1.y AS y1, n2.y AS y2, abs(n2.y - n1.y) AS span, max(abs(n2.y - n1.y)) OVER () AS longest
  FROM shown JOIN nodes AS n1 ON a = n1.activity JOIN nodes AS n2 ON b = n2.activity
), bulging AS (
  SELECT *, (CASE WHEN span = 0 THEN 0.12::DOUBLE ELSE 0.1 + 0.9 * span / longest END) * (CASE WHEN y2 > y1 THEN 1 ELSE 0.8 END) AS bulge FROM ends
)`,
  )}, drawn AS (
SELECT 'edge' AS part, rank_of_edge AS edge, step AS point, CASE WHEN y2 > y1 THEN 'to a later step' ELSE 'back' END AS direction,
  4.0::DOUBLE * step * (${CURVE} - step) / ${CURVE * CURVE} * bulge AS x,
  y1 + CAST(y2 - y1 AS DOUBLE) * step / ${CURVE} + (CASE WHEN y1 = y2 THEN 0.7::DOUBLE * (step - ${CURVE / 2}) / ${CURVE} ELSE 0 END) AS y,
  times, '' AS label
FROM bulging CROSS JOIN range(${CURVE + 1}) AS steps_of_curve(step)
UNION ALL
SELECT 'count', rank_of_edge, 0, CASE WHEN y2 > y1 THEN 'to a later step' ELSE 'back' END,
  bulge, CAST(y1 + y2 AS DOUBLE) / 2, times, CAST(times AS VARCHAR)
FROM bulging WHERE rank_of_edge <= ${MOST_LABELS}
UNION ALL
SELECT 'node', 0, 0, '', 0.0::DOUBLE, CAST(y AS DOUBLE), events, activity FROM nodes
)
SELECT part, edge, point, direction, times, label, ${['edge', 'count', 'node'].flatMap((part) => ['x', 'y'].map((axis) => `CASE WHEN part = '${part}' THEN ${axis} END AS ${part}_${axis}`)).join(', ')}
FROM drawn
ORDER BY part, edge, point, label`;
}

/** A chart filters no rows by layer: each mark has columns of its own, missing in the rows of the others. */
function layers(nodes: number): Record<string, unknown>[] {
  const placed = (part: string) => ({
    x: { field: `${part}_x`, type: 'quantitative', axis: null, scale: { domain: [-0.02, 1.1] } },
    y: {
      field: `${part}_y`,
      type: 'quantitative',
      axis: null,
      scale: { domain: [0.4, nodes + 0.6], reverse: true },
    },
  });
  const label = { field: 'label', type: 'nominal' };
  return [
    {
      mark: { type: 'trail', opacity: 0.75 },
      encoding: {
        ...placed('edge'),
        detail: { field: 'edge', type: 'nominal' },
        order: { field: 'point', type: 'quantitative' },
        size: {
          field: 'times',
          type: 'quantitative',
          legend: null,
          scale: { range: [0.7, 8] },
        },
        color: {
          field: 'direction',
          type: 'nominal',
          title: null,
          scale: { domain: ['to a later step', 'back'], range: ['var(--series-1)', 'var(--series-5)'] },
        },
      },
    },
    { mark: { type: 'circle', size: 50, opacity: 1 }, encoding: placed('node') },
    {
      mark: { type: 'text', align: 'right', dx: -8, limit: 400 },
      encoding: { ...placed('node'), text: label },
    },
    {
      mark: { type: 'text', align: 'left', dx: 5, fontSize: 10 },
      encoding: { ...placed('count'), text: label },
    },
  ];
}
