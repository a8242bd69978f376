import {
  type DerivationHandle,
  type FieldInput,
  type FindingInput,
  ln,
  normalQuantile,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import type { Measured } from './measured.ts';
import type { Study } from './study.ts';
import { isLogarithmic, type Middle, type Side } from './tails.ts';

/** Of which rows the nearest outlier is asked about. */
export interface NearestOutlier {
  readonly measured: Measured;
  readonly side: Side;
  readonly middle: Middle;
  readonly nearest: number;
  /** Rows that it is compared with, as SQL: all with a value, or those of one job. */
  readonly where: string;
}

const LEVEL = 0.95;

/** How many times as far from the median as the quartile on its side a value lies. */
export interface QuartileDistance {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** By median and quartile of each half of the rows alone; null where they are equal. */
  readonly halves: readonly [number | null, number | null];
  readonly inputs: readonly QueryHandle[];
}

/**
 * With an interval that holds for any distribution: median and quartile lie between two of their order statistics each
 * (David and Nagaraja, Order Statistics, 2003, 7.1), both with 95 % together (Bonferroni). Undefined where these are so
 * near each other, or the values so equal, that there is no upper end.
 */
export async function quartileDistance(
  { ctx, view }: Study,
  asked: NearestOutlier,
): Promise<QuartileDistance | undefined> {
  const { measured, side, middle, where } = asked;
  const { sql } = measured;
  const quartile = side === 'above' ? 0.75 : 0.25;
  const shares = [0.5, quartile].flatMap((p) => rankShares(p, middle.n));
  const ends = await ctx.query(
    `SELECT q[1] AS median_low, q[2] AS median_high, q[3] AS quartile_low, q[4] AS quartile_high
FROM (SELECT quantile_disc(${sql}, [${shares.join(', ')}]) AS q FROM data WHERE ${where}) AS ranks`,
  );
  const halves = await ctx.query(
    `SELECT half, q[1] AS median, q[2] AS quartile FROM (SELECT ${view.halves.sql} AS half,
  quantile_disc(${sql}, [0.5, ${quartile}]) AS q FROM data WHERE ${where} GROUP BY half) AS middles ORDER BY half`,
  );
  const of = (median: number | null, other: number | null) => distanceIn(asked, median, other);
  const [near, far] = side === 'above' ? ['low', 'high'] : ['high', 'low'];
  const end = (name: string) => ends.number(0, name);
  const value = of(middle.median, side === 'above' ? middle.quartile3 : middle.quartile1);
  const low = of(end(`median_${near}`), end(`quartile_${far}`));
  const high = of(end(`median_${far}`), end(`quartile_${near}`));
  if (value === null || low === null || high === null) return undefined;
  const half = (row: number) => of(halves.number(row, 'median'), halves.number(row, 'quartile'));
  return { value, low, high, halves: [half(0), half(1)], inputs: [ends, halves] };
}

/** Shares that `quantile_disc` answers with the order statistics between which a quantile lies with 97.5 %. */
export function rankShares(p: number, n: number): [number, number] {
  const margin = normalQuantile(1 - (1 - LEVEL) / 4) * Math.sqrt(n * p * (1 - p));
  const [low, high] = [Math.floor(n * p - margin), Math.ceil(n * p + margin) + 1];
  const shareOf = (rank: number) => (Math.min(n, Math.max(1, rank)) - 0.5) / n;
  return [shareOf(low), shareOf(high)];
}

/** By logarithms where the tail is read by them; null where the quartile lies on the median or beyond. */
function distanceIn(
  { side, middle, nearest, measured }: NearestOutlier,
  median: number | null,
  quartile: number | null,
): number | null {
  if (median === null || quartile === null) return null;
  const scaled = isLogarithmic(side, middle) ? ln : (value: number) => value;
  const step = isLogarithmic(side, middle) ? measured.step : 0;
  const unit = scaled(quartile) - scaled(median);
  const isOnItsSide = side === 'above' ? unit > 0 : unit < 0;
  return isOnItsSide ? (scaled(nearest + step) - scaled(median)) / unit : null;
}

/** What a claim tells of it: fields, a sentence, an estimate with its interval. */
export function tellQuartileDistance(
  { ctx, view }: Study,
  side: Side,
  distance: QuartileDistance,
): {
  readonly sentence: string;
  readonly fields: Record<string, FieldInput>;
  readonly estimate: NonNullable<FindingInput['estimate']>;
} {
  const { value, low, high, halves, inputs } = distance;
  const numbers: DerivationHandle = ctx.derivation({
    method:
      'distance from the median over that of the quartile, interval by order statistics (David and Nagaraja 2003, 7.1)',
    values: {
      quartile_distances: value,
      quartile_distances_low: low,
      quartile_distances_high: high,
      quartile_distances_first: halves[0],
      quartile_distances_second: halves[1],
      interval_level: 100 * LEVEL,
    },
    inputs,
  });
  const names = ['', '_low', '_high', '_first', '_second'].map((end) => `quartile_distances${end}`);
  const parts = view.halves.by === 'time' ? 'the earlier and the later half' : 'each half of the rows';
  return {
    sentence:
      `The nearest lies {quartile_distances} times as far from the median as the ${side === 'above' ? 'upper' : 'lower'} quartile ` +
      '({quartile_distances_low} to {quartile_distances_high} with a confidence of {interval_level})' +
      (halves.includes(null)
        ? '.'
        : `; by ${parts} alone, {quartile_distances_first} and {quartile_distances_second} times.`),
    fields: {
      ...Object.fromEntries(names.map((name) => [name, numbers.value(name)])),
      interval_level: { from: numbers.value('interval_level'), unit: '%' },
    },
    estimate: {
      name: 'distance_in_quartile_distances',
      field: 'quartile_distances',
      interval: { low: 'quartile_distances_low', high: 'quartile_distances_high', level: LEVEL },
    },
  };
}
