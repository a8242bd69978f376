import { type Context, finiteDouble, literal, plainColumnName } from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import type { Driver } from './screen.ts';

/** Bars from the lower to the upper quartile of a measure, with its median, for each level of a factor. */
export async function chartDriver(ctx: Context, { tally }: Driver, ordinal: number): Promise<string> {
  const { measure } = tally.measure;
  const query = await ctx.query(
    `SELECT level, level_order, count(*) AS rows, quantile_disc(x, 0.25) AS lower_quartile,
  quantile_disc(x, 0.5) AS median, quantile_disc(x, 0.75) AS upper_quartile
FROM (SELECT ${finiteDouble(measure.sqlName)} AS x, ${tally.factor.sql} AS level_order, ${labels(tally.factor)} AS level FROM data) AS inputs
WHERE x IS NOT NULL GROUP BY level, level_order ORDER BY level_order`,
  );
  const [what, by] = [plainColumnName(ctx, measure.sqlName), plainColumnName(ctx, tally.factor.column)];
  const unit = measure.unit === undefined ? '' : `, ${measure.unit}`;
  const y = {
    field: 'level',
    type: 'nominal',
    title: null,
    sort: { field: tally.factor.kind === 'bands' ? 'level_order' : 'median', order: 'descending' },
  };
  return ctx.chart({
    name: `driver_${ordinal}`,
    title: `${what} by ${by}`,
    alternative: `A bar for each level of ${by}, from the lower to the upper quartile of ${what}, with a mark at the median.`,
    query,
    spec: {
      width: 420,
      height: { step: 20 },
      encoding: { y },
      layer: [
        {
          mark: { type: 'bar', height: 8 },
          encoding: {
            x: { field: 'lower_quartile', type: 'quantitative', title: `${what}${unit}` },
            x2: { field: 'upper_quartile' },
          },
        },
        {
          mark: { type: 'tick', thickness: 2, size: 16, color: 'var(--paper)' },
          encoding: { x: { field: 'median', type: 'quantitative' } },
        },
      ],
    },
  });
}

/** Levels by their own text; what is left over under a name of its own. */
function labels(factor: Factor): string {
  const whens = factor.levels.map(({ code, name }) => `WHEN ${code} THEN ${literal(name)}`);
  return `CASE ${factor.sql} ${whens.join(' ')} END`;
}
