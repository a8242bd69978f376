import { type ChoiceOptions, chooseModel } from './choose-model.ts';
import { fitModels, type Segmentation, shortestSegment, standardize } from './fit-models.ts';
import { type SegmentCost, whitenedLineCost } from './line-cost.ts';
import { CUT, winsorize } from './winsorize.ts';

/** What decides a segmentation, besides the series. */
export interface DetectOptions extends ChoiceOptions {
  readonly mostChanges: number;
}

export const DETECT_DEFAULTS: DetectOptions = {
  penalty: 2,
  noiseFloor: 0.1,
  leastIndependent: 20,
  mostChanges: 20,
};

export interface Detected {
  /** Without changes where none is worth its price. */
  readonly best: Segmentation;
  /** The best segmentation that has a change; undefined where the series is constant or too short. */
  readonly withChange: Segmentation | undefined;
}

/**
 * Segments a series of one or more dimensions that change together: piecewise constant or piecewise linear means plus
 * first-order autoregressive noise (one memory, one variance per dimension). Exact partitions for every memory and
 * number of changes, the penalised likelihood to choose among them, and generalised least squares for the places.
 *
 * After Chakar, Lebarbier, Lévy-Leduc and Robin (2017), A robust approach for estimating change-points in the mean of an
 * AR(1) process, Bernoulli 23(2), 1408–1447; choice between models as in Beaulieu and Killick (2018), Distinguishing
 * trends and shifts from memory in climate data, J. Climate 31(23), 9519–9543.
 */
export function detectChanges(
  dimensions: readonly Float64Array[],
  options: DetectOptions = DETECT_DEFAULTS,
): Detected {
  const series = standardize(dimensions);
  const models = fitModels(series, options.mostChanges);
  const { best, withChange } = chooseModel(models, dimensions[0]?.length ?? 0, options);
  return {
    best: best === undefined ? { changes: [], degree: 0, phi: 0 } : refinePlaces(series, best),
    withChange: withChange === undefined ? undefined : refinePlaces(series, withChange),
  };
}

/** Moves each change to where generalised least squares puts it between its neighbours, until none moves. */
export function refinePlaces(series: readonly Float64Array[], model: Segmentation): Segmentation {
  const n = series[0]?.length ?? 0;
  const shortest = shortestSegment(n);
  const costs = series.map((values) =>
    whitenedLineCost(winsorize(values, shortest, CUT).values, model.degree)(model.phi),
  );
  const cost: SegmentCost = (from, to) => costs.reduce((sum, one) => sum + one(from, to), 0);
  const changes = [...model.changes];
  for (let round = 0; round < 10; round += 1) {
    let moved = false;
    for (let i = 0; i < changes.length; i += 1) {
      const place = cheapestSplit(cost, changes[i - 1] ?? 0, changes[i + 1] ?? n, shortest, changes[i] ?? 0);
      moved ||= place !== changes[i];
      changes[i] = place;
    }
    if (!moved) break;
  }
  return { changes, degree: model.degree, phi: model.phi };
}

function cheapestSplit(cost: SegmentCost, from: number, to: number, shortest: number, place: number): number {
  let [best, least] = [place, cost(from, place) + cost(place, to)];
  for (let at = from + shortest; at <= to - shortest; at += 1) {
    const total = cost(from, at) + cost(at, to);
    if (total < least) [best, least] = [at, total];
  }
  return best;
}
