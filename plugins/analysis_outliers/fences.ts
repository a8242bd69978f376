import { type EvidenceHandle, exp } from '../../src/sdk/index.ts';
import { medcouple } from './medcouple.ts';
import type { Study } from './study.ts';
import { isLogarithmic, type Tail } from './tails.ts';

/** Fences of a boxplot, moved by the skewness of the values. */
export interface Fences {
  readonly lower: number;
  readonly upper: number;
  readonly medcouple: number;
  /** The lower tail is read by logarithms, and has no fence. */
  readonly isLogarithmic: boolean;
  readonly inputs: readonly EvidenceHandle[];
}

/** Order statistics that the skewness is computed of, evenly spaced; all values where there are no more. */
const POINTS = 2_001;
const WHISKER = 1.5;

/** The adjusted boxplot of Hubert and Vandervieren (2008): whiskers of 1.5 interquartile ranges times exp(a MC). */
export async function skewFences({ ctx }: Study, tail: Tail): Promise<Fences> {
  const { middle, measured, middleQuery, side } = tail;
  const shares = Array.from({ length: POINTS }, (_, i) => (i + 0.5) / POINTS);
  const query =
    middle.n <= POINTS
      ? await ctx.query(
          `SELECT CAST(${measured.sql} AS DOUBLE) AS value FROM data WHERE ${measured.isPresent} ORDER BY value`,
        )
      : await ctx.query(
          `SELECT unnest(quantile_disc(CAST(${measured.sql} AS DOUBLE), [${shares.join(', ')}])) AS value FROM data WHERE ${measured.isPresent}`,
        );
  const values = Float64Array.from(query.rows, (_, row) => query.number(row, 'value') ?? 0).sort();
  const skew = medcouple(values) ?? 0;
  return {
    ...fencesOf(middle.quartile1, middle.quartile3, skew),
    medcouple: skew,
    isLogarithmic: isLogarithmic(side, middle),
    inputs: [middleQuery, query],
  };
}

/** The fences for quartiles and a medcouple. */
export function fencesOf(
  quartile1: number,
  quartile3: number,
  skew: number,
): { lower: number; upper: number } {
  const whisker = WHISKER * (quartile3 - quartile1);
  const [down, up] = skew >= 0 ? [-4, 3] : [-3, 4];
  return { lower: quartile1 - whisker * exp(down * skew), upper: quartile3 + whisker * exp(up * skew) };
}
