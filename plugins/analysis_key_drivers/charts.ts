import { type Context, plainColumnName } from '../../src/sdk/index.ts';
import type { Driver } from './screen.ts';
import type { Shown } from './shown.ts';

/** Bars from the lower to the upper quartile of a measure, with its median, for each level of a factor. */
export function chartDriver(ctx: Context, { tally }: Driver, shown: Shown, ordinal: number): string {
  const { measure } = tally.measure;
  const { handle, groupingBits } = shown.levelsOf(tally.factor);
  const [what, by] = [plainColumnName(ctx, measure.sqlName), plainColumnName(ctx, tally.factor.column)];
  const unit = measure.unit === undefined ? '' : `, ${measure.unit}`;
  const y = {
    field: 'level',
    type: 'nominal',
    title: null,
    sort:
      tally.factor.kind === 'bands'
        ? tally.factor.levels.map(({ name }) => name).toReversed()
        : { field: 'median', order: 'descending' },
  };
  return ctx.chart({
    name: `driver_${ordinal}`,
    title: `${what} by ${by}`,
    alternative: `A bar for each level of ${by}, from the lower to the upper quartile of ${what}, with a mark at the median.`,
    query: handle,
    spec: {
      width: 420,
      height: { step: 20 },
      transform: [{ filter: `datum.grouping_bits == ${groupingBits}` }],
      encoding: { y },
      layer: [
        {
          mark: { type: 'bar', height: 8 },
          encoding: {
            x: {
              field: 'lower_quartile',
              type: 'quantitative',
              title: `${what}${unit}`,
              scale: { zero: false },
            },
            x2: { field: 'upper_quartile' },
          },
        },
        {
          mark: { type: 'tick', thickness: 3, size: 16, color: 'var(--series-2)' },
          encoding: { x: { field: 'median', type: 'quantitative' } },
        },
      ],
    },
  });
}
