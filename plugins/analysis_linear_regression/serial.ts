import { serialP } from '../../src/sdk/index.ts';
import type { RankTest } from './rank-test.ts';
import type { Fitted, Study } from './study.ts';

/**
 * The p-value of ranks for rows that follow each other being alike, and how many rows such rows count for. What the
 * terms explain by chance adds up with a design effect for each: a mean and degrees of freedom that have the same mean
 * and variance (Satterthwaite, 1946; Rao and Scott, 1981).
 */
export function serialTest(
  { serial, sums }: Study,
  { model }: Pick<Fitted, 'model'>,
  ranks: RankTest | undefined,
): { readonly p_value: number; readonly designEffect: number } {
  const effects = model.predictors.map((at) => {
    const variable = sums.moments[at]?.variable;
    return variable === undefined
      ? 1
      : (serial?.designEffect(model.target.sqlName, variable.sqlName).mean ?? 1);
  });
  if (ranks === undefined || effects.every((effect) => effect === 1)) return { p_value: 0, designEffect: 1 };
  const sum = effects.reduce((total, effect) => total + effect, 0);
  const squares = effects.reduce((total, effect) => total + effect * effect, 0);
  const designEffect = squares / sum;
  const df = (sum * sum) / squares;
  return {
    p_value: serialP(ranks.r_squared, df, sums.whole.n, { mean: designEffect, freedom: 1 }),
    designEffect,
  };
}
