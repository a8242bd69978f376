import {
  type Collinear,
  type Elimination,
  eliminate,
  type LeastSquares,
  leastSquares,
  leastSquaresOfMoment,
  type Rational,
  rational,
} from '../../src/sdk/index.ts';
import type { NumericColumn } from './columns.ts';
import type { ModelSums, Moment, Sums } from './sums.ts';

/** A target and the moments that it is regressed on, by position in the sums. */
export interface Model {
  readonly target: NumericColumn;
  readonly outcome: number;
  readonly predictors: readonly number[];
  readonly intercept: boolean;
}

/** The model of a target on all other moments. */
export function modelOf(
  { moments }: Pick<ModelSums, 'moments'>,
  target: NumericColumn,
  left: ReadonlySet<number>,
  isPredictor: (moment: Moment) => boolean,
  intercept: boolean,
): Model {
  const positions = moments.map((_, at) => at);
  return {
    target,
    outcome: moments.findIndex(({ kind, variable }) => kind === 'power' && variable === target),
    predictors: positions.filter((at) => {
      const moment = moments[at];
      return moment !== undefined && moment.variable !== target && isPredictor(moment) && !left.has(at);
    }),
    intercept,
  };
}

/** Sums of products of some moments, the constant first where there is one. */
export function matrixOf(sums: Sums, among: readonly number[], intercept: boolean): readonly Rational[][] {
  const sum = (at: number) => sums.sums[at] ?? rational(0n);
  const constant = intercept ? [[rational(BigInt(sums.n)), ...among.map(sum)]] : [];
  return [
    ...constant,
    ...among.map((a) => [...(intercept ? [sum(a)] : []), ...among.map((b) => sums.product(a, b))]),
  ];
}

/** Least squares of a model, exact; or what makes it unsolvable. */
export function fitModel(sums: Sums, { outcome, predictors, intercept }: Model): LeastSquares | Collinear {
  const sum = (at: number) => sums.sums[at] ?? rational(0n);
  return leastSquares({
    n: sums.n,
    intercept,
    matrix: matrixOf(sums, predictors, intercept),
    right: [...(intercept ? [sum(outcome)] : []), ...predictors.map((at) => sums.product(at, outcome))],
    targetSum: sum(outcome),
    targetSquares: sums.product(outcome, outcome),
  });
}

/** Fits models on the same sums. */
export type Fit = (model: Model) => LeastSquares | Collinear;

/**
 * Models whose predictors are all others of some moments come out of one elimination, made when the first of them is asked
 * for; any other is solved on its own.
 */
export function fitting(sums: Sums, among: readonly number[], intercept: boolean): Fit {
  let known: Elimination | undefined;
  const matrix = matrixOf(sums, among, intercept);
  return (model) => {
    const at = among.indexOf(model.outcome);
    const isAllOthers = at >= 0 && model.predictors.length === among.length - 1;
    if (!isAllOthers || model.intercept !== intercept) return fitModel(sums, model);
    known ??= eliminate(matrix);
    const { dependent, inverse } = known;
    if (dependent.length > 0) return fitModel(sums, model);
    return leastSquaresOfMoment({ n: sums.n, intercept, matrix, inverse }, at + Number(intercept));
  };
}

/** Coefficients that a model has, with that of the constant. */
export function sizeOf({ predictors, intercept }: Model): number {
  return predictors.length + Number(intercept);
}
