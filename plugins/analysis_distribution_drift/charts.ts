import {
  type Context,
  finiteDouble,
  type LevelCodes,
  literal,
  type Measure,
  plainColumnName,
  type QueryHandle,
  quantileOfClasses,
} from '../../src/sdk/index.ts';
import type { DriftColumn } from './counts.ts';
import type { Split } from './halves.ts';
import { halfOf } from './shown.ts';

const MOST_CHARTS = 8;
const BINS = 20;
const SIDES = { domain: ['first', 'second'], range: ['var(--line-strong)', 'var(--series-1)'] };

/** Shares of the rows by bins of a measure, one line for each half. */
export async function chartMeasure(
  ctx: Context,
  { measure, classes }: DriftColumn & { kind: 'measure' },
  split: Split,
  ordinal: number,
): Promise<string[]> {
  if (ordinal > MOST_CHARTS) return [];
  const [low, high] = [0.01, 0.99].map((p) => quantileOfClasses(classes, classes.counts, p));
  if (low === undefined || high === undefined || !(high > low)) return [];
  const width = (high - low) / BINS;
  const number = (value: number) => `CAST(${literal(String(value))} AS DOUBLE)`;
  const bin = `greatest(0, least(${BINS - 1}, CAST(floor((x - ${number(low)}) / ${number(width)}) AS BIGINT)))`;
  const query = await ctx.query(
    `WITH halves AS (SELECT ${finiteDouble(measure.sqlName)} AS x, ${halfOf(split)} AS half FROM data),
binned AS (SELECT half, ${bin} AS bin, count(*) AS rows FROM halves WHERE x IS NOT NULL AND half IS NOT NULL GROUP BY half, bin)
SELECT CASE half WHEN 1 THEN 'first' ELSE 'second' END AS half, ${number(low)} + bin * ${number(width)} AS bin_start, rows,
  100 * rows / sum(rows) OVER (PARTITION BY half) AS percent FROM binned ORDER BY half, bin_start`,
  );
  const what = plainColumnName(ctx, measure.sqlName);
  const name = ctx.chart({
    name: `drift_${ordinal}`,
    title: `${what} in both halves`,
    alternative: `Two stepped lines: per cent of the rows of each half by ranges of ${what}; what lies outside is in the outermost ranges.`,
    query,
    spec: {
      width: 420,
      height: 140,
      mark: { type: 'line', interpolate: 'step-after' },
      encoding: {
        x: { field: 'bin_start', type: 'quantitative', title: axisOf(what, measure), scale: { zero: false } },
        y: { field: 'percent', type: 'quantitative', title: '% of rows' },
        color: { field: 'half', type: 'nominal', title: 'half', scale: SIDES },
      },
    },
  });
  return [name];
}

/** Shares of the levels of a category in both halves. */
export function chartLevels(ctx: Context, shown: QueryHandle, codes: LevelCodes, ordinal: number): string[] {
  if (ordinal > MOST_CHARTS) return [];
  const what = plainColumnName(ctx, codes.column);
  const name = ctx.chart({
    name: `drift_${ordinal}`,
    title: `Shares of ${what} in both halves`,
    alternative: `For each level of ${what} a line from its share of the rows in the first half to that in the second.`,
    query: shown,
    spec: {
      width: 420,
      height: { step: 18 },
      transform: [{ filter: 'datum.code > 0' }],
      encoding: {
        y: {
          field: 'level',
          type: 'nominal',
          title: null,
          sort: { field: 'first_percent', order: 'descending' },
        },
      },
      layer: [
        {
          mark: { type: 'rule', color: 'var(--line-strong)' },
          encoding: {
            x: {
              field: 'first_percent',
              type: 'quantitative',
              title: '% of rows, from the first half to the second',
            },
            x2: { field: 'second_percent' },
          },
        },
        { mark: 'point', encoding: { x: { field: 'second_percent', type: 'quantitative' } } },
      ],
    },
  });
  return [name];
}

/** The median of a measure by month, with the middle half of its values. */
export function chartMonths(ctx: Context, measure: Measure, shown: QueryHandle, ordinal: number): string[] {
  if (ordinal > MOST_CHARTS) return [];
  const what = plainColumnName(ctx, measure.sqlName);
  const y = { type: 'quantitative', title: axisOf(what, measure), scale: { zero: false } };
  const name = ctx.chart({
    name: `months_${ordinal}`,
    title: `${what} by month`,
    alternative: `The median of ${what} in each month as a line, and the middle half of its values as a band.`,
    query: shown,
    spec: {
      width: 420,
      height: 140,
      encoding: { x: { field: 'month', type: 'ordinal', title: null, axis: { labelAngle: 0 } } },
      layer: [
        {
          mark: { type: 'area', opacity: 0.25 },
          encoding: { y: { field: 'lower', ...y }, y2: { field: 'upper' } },
        },
        { mark: { type: 'line', point: true }, encoding: { y: { field: 'median', ...y } } },
      ],
    },
  });
  return [name];
}

function axisOf(what: string, measure: Measure): string {
  return measure.unit === undefined ? what : `${what}, ${measure.unit}`;
}
