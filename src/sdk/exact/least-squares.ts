import {
  add,
  multiply,
  negate,
  type Rational,
  rational,
  rationalToNumber,
  sqrtToNumber,
} from './rational.ts';
import { type Dependence, eliminate } from './solve.ts';

/** Sums over the rows of a regression: everything that ordinary least squares need. */
export interface NormalEquations {
  readonly n: number;
  /** Whether the first term is the constant 1. */
  readonly intercept: boolean;
  /** Sums of products of every two terms, the constant included. */
  readonly matrix: readonly (readonly Rational[])[];
  /** Sums of the target times each term. */
  readonly right: readonly Rational[];
  readonly targetSum: Rational;
  readonly targetSquares: Rational;
}

/** A fit, each number rounded once from an exact fraction or the root of one; null where it is undefined. */
export interface LeastSquares {
  readonly coefficients: readonly Coefficient[];
  readonly total_sum_of_squares: number;
  readonly regression_sum_of_squares: number;
  readonly residual_sum_of_squares: number;
  /** Of terms (without the constant) and of residuals. */
  readonly degrees_of_freedom: readonly [number, number];
  readonly residual_standard_deviation: number | null;
  /** Null where the target is constant. */
  readonly r_squared: number | null;
  readonly adjusted_r_squared: number | null;
  /** Null where the fit leaves nothing, or there are no residual degrees of freedom. */
  readonly f: number | null;
  /** True where every residual is exactly 0. */
  readonly exact_fit: boolean;
  /** Inverse of the matrix of the terms. */
  readonly inverse: readonly (readonly number[])[];
}

/** The coefficient of a term in a fit, with its standard error. */
export interface Coefficient {
  readonly estimate: number;
  readonly exact: Rational;
  /** Classical: of independent residuals with one variance. */
  readonly standard_error: number | null;
}

/** Why there is no single solution: terms that are exact combinations of those before them. */
export interface Collinear {
  readonly dependent: readonly Dependence[];
}

/**
 * Ordinary least squares by the normal equations, solved over fractions: nothing is rounded before the end, so that the
 * condition of the matrix does not matter. With a constant, sums of squares are about the mean; without one, about 0
 * (as NIST StRD has it).
 */
export function leastSquares(equations: NormalEquations): LeastSquares | Collinear {
  const { dependent, solutions, inverse } = eliminate(equations.matrix, [equations.right]);
  if (dependent.length > 0) return { dependent };
  const [solution = []] = solutions;
  const explained = sumOf(solution.map((b, i) => times(b, equations.right[i])));
  return fitted(equations, solution, minus(equations.targetSquares, explained), (i, j) =>
    entry(inverse, i, j),
  );
}

/** Sums over the rows of several regressions, each of one moment on all others. */
export interface MomentMatrix {
  readonly n: number;
  /** Whether the first moment is the constant 1. */
  readonly intercept: boolean;
  /** Sums of products of every two moments, the constant included; without moments that depend on others. */
  readonly matrix: readonly (readonly Rational[])[];
  /** Its inverse, as `eliminate` has it. */
  readonly inverse: readonly (readonly Rational[])[];
}

/**
 * The regression of the moment at a position on all others, out of one inverse P of all of them: coefficients
 * -P_jt / P_tt, residual sum of squares 1 / P_tt, and for the others' inverse P_jk - P_jt P_kt / P_tt (the sweep operator,
 * Goodnight, The American Statistician 33 (1979) 149–158). Coefficients are in the order of the other moments.
 */
export function leastSquaresOfMoment(moments: MomentMatrix, target: number): LeastSquares {
  const { matrix, inverse, intercept, n } = moments;
  const others = matrix.map((_, at) => at).filter((at) => at !== target);
  const pivot = entry(inverse, target, target);
  const solution = others.map((at) => negate(quotient(entry(inverse, at, target), pivot)));
  const targetSum = intercept ? entry(matrix, 0, target) : rational(0n);
  const equations = { n, intercept, targetSum, targetSquares: entry(matrix, target, target) };
  const swept = (i: number, j: number): Rational => {
    const [a, b] = [others[i] ?? 0, others[j] ?? 0];
    const both = multiply(entry(inverse, a, target), entry(inverse, b, target));
    return minus(entry(inverse, a, b), quotient(both, pivot));
  };
  return fitted(equations, solution, quotient(ONE, pivot), swept);
}

function entry(matrix: readonly (readonly Rational[])[], i: number, j: number): Rational {
  const value = matrix[i]?.[j];
  if (value === undefined) throw new RangeError('a matrix of another size than its moments');
  return value;
}

type Totals = Pick<NormalEquations, 'n' | 'intercept' | 'targetSum' | 'targetSquares'>;

function fitted(
  totals: Totals,
  solution: readonly Rational[],
  residual: Rational,
  inverse: (i: number, j: number) => Rational,
): LeastSquares {
  const terms = solution.length;
  const freedom = totals.n - terms;
  const variance = freedom > 0 ? multiply(residual, rational(1n, BigInt(freedom))) : null;
  const triangle = solution.map((_, i) => solution.slice(0, i + 1).map((__, j) => inverse(i, j)));
  const rounded = triangle.map((row) => row.map(rationalToNumber));
  return {
    coefficients: solution.map((exact, i) => ({
      estimate: rationalToNumber(exact),
      exact,
      standard_error: variance && sqrtToNumber(times(variance, triangle[i]?.[i])),
    })),
    ...fitOf(totals, terms, residual),
    residual_standard_deviation: variance && sqrtToNumber(variance),
    inverse: solution.map((_, i) =>
      solution.map((__, j) => rounded[Math.max(i, j)]?.[Math.min(i, j)] ?? Number.NaN),
    ),
  };
}

/** Whether least squares have no single solution. */
export function isCollinear(fit: LeastSquares | Collinear): fit is Collinear {
  return 'dependent' in fit;
}

function fitOf({ n, intercept, targetSum, targetSquares }: Totals, terms: number, residual: Rational) {
  const mean = multiply(multiply(targetSum, targetSum), rational(1n, BigInt(n)));
  const total = intercept ? minus(targetSquares, mean) : targetSquares;
  const regression = minus(total, residual);
  const [above, below] = [intercept ? terms - 1 : terms, n - terms];
  const share = total.numerator === 0n ? null : quotient(residual, total);
  const rows = BigInt(intercept ? n - 1 : n);
  return {
    total_sum_of_squares: rationalToNumber(total),
    regression_sum_of_squares: rationalToNumber(regression),
    residual_sum_of_squares: rationalToNumber(residual),
    degrees_of_freedom: [above, below] as const,
    r_squared: share && rationalToNumber(minus(ONE, share)),
    adjusted_r_squared:
      share && below > 0
        ? rationalToNumber(minus(ONE, multiply(share, rational(rows, BigInt(below)))))
        : null,
    f:
      residual.numerator === 0n || above === 0 || below === 0
        ? null
        : rationalToNumber(quotient(multiply(regression, rational(BigInt(below), BigInt(above))), residual)),
    exact_fit: residual.numerator === 0n,
  };
}

const ONE = rational(1n);

function minus(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

function quotient(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

function times(a: Rational, b: Rational | undefined): Rational {
  if (b === undefined) throw new RangeError('a system of another size than its right-hand side');
  return multiply(a, b);
}

function sumOf(values: readonly Rational[]): Rational {
  return values.reduce(add, rational(0n));
}
