import { ln } from '../../src/sdk/index.ts';
import type { FittedModel } from './fit-models.ts';

/** What decides between models. */
export interface ChoiceOptions {
  /** Price of a parameter, in units of log n (1 is that of the Bayesian information criterion). */
  readonly penalty: number;
  /** Standard deviation of the noise below which nothing is explained further, as a share of that of the series. */
  readonly noiseFloor: number;
  /** Segments are levels alone, where a single line through all of the series is no better. */
  readonly levelsOnly?: boolean;
  /** Least number of independent values that the noise may be worth: bounds its memory. */
  readonly leastIndependent: number;
}

export interface Choice {
  /** The best model of all; without changes in most series. */
  readonly best: FittedModel | undefined;
  /**
   * The best model with a change, to test the series against; of lines where a single line explains the series better
   * than steps do.
   */
  readonly withChange: FittedModel | undefined;
}

/** The models with the least penalised likelihood. */
export function chooseModel(models: readonly FittedModel[], n: number, options: ChoiceOptions): Choice {
  const allowed = models.filter(({ phi }) => isAllowed(phi, n, options));
  const price = options.penalty * ln(n);
  const best = cheapest(allowed, (one) => fitOf(one, n, options) + price * parametersOf(one));
  const others = alternatives(
    allowed,
    (one) => fitOf(one, n, options) + ln(n) * parametersOf(one),
    options.levelsOnly === true,
  );
  const withChange = cheapest(others, (one) => fitOf(one, n, options) + price * parametersOf(one));
  return { best, withChange };
}

/** So long a memory leaves n(1 - phi)/(1 + phi) independent values. */
function isAllowed(phi: number, n: number, { leastIndependent }: ChoiceOptions): boolean {
  return phi === 0 || (n * (1 - phi)) / (1 + phi) >= leastIndependent;
}

/** Models with a change; steps only where they are worth it beside a single line, by the Bayesian criterion. */
function alternatives(
  models: readonly FittedModel[],
  bayesian: (model: FittedModel) => number,
  levelsOnly: boolean,
): FittedModel[] {
  const least = (some: readonly FittedModel[]) =>
    some.reduce((lowest, one) => Math.min(lowest, bayesian(one)), Infinity);
  const steps = least(models.filter(({ degree }) => degree === 0));
  const line = least(models.filter(({ degree, changes }) => degree === 1 && changes.length === 0));
  return models.filter(
    ({ degree, changes }) => changes.length > 0 && (degree === 1 ? !levelsOnly : steps <= line),
  );
}

function cheapest(models: readonly FittedModel[], criterion: (model: FittedModel) => number) {
  let [best, least]: [FittedModel | undefined, number] = [undefined, Infinity];
  for (const model of models) {
    const value = criterion(model);
    if (value < least) [best, least] = [model, value];
  }
  return best;
}

/** Minus twice the Gaussian log likelihood, up to a constant, with noise of at least the floor. */
function fitOf({ variances, phi }: FittedModel, n: number, { noiseFloor }: ChoiceOptions): number {
  const floor = noiseFloor ** 2 * (1 - phi * phi);
  return variances.reduce((sum, mean) => {
    const variance = Math.max(mean, floor, 1e-12);
    return sum + n * (ln(variance) + mean / variance);
  }, 0);
}

/** A position, and per dimension a level or level and slope, for each segment; the first has no position. */
function parametersOf({ changes, degree, variances }: FittedModel): number {
  return changes.length + variances.length * (degree + 1) * (changes.length + 1);
}
