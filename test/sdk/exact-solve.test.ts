import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  analysisOfVariance,
  crossProductsOf,
  eliminate,
  finishCrossProducts,
  fraction,
  isCollinear,
  type LeastSquares,
  leastSquares,
  leastSquaresOfMoment,
  type Rational,
  rational,
  termsOf,
  trianglePairs,
} from '../../src/sdk/exact/index.ts';
import { decimalColumn } from './exact-kit.ts';
import { agreeingDigits, nistSets, readAnova, readLinear } from './nist-sets.ts';

const whole = (rows: readonly (readonly number[])[]) =>
  rows.map((row) => row.map((x) => rational(BigInt(x))));
const same = (found: Rational | undefined, [above, below]: readonly [bigint, bigint]) =>
  found !== undefined && found.numerator * below === above * found.denominator;

/** The sums of products of some rows, as fractions. */
function gramOf(rows: readonly (readonly number[])[]): Rational[][] {
  const columns = (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? 0));
  return columns.map((a) =>
    columns.map((b) => rational(BigInt(a.reduce((sum, x, row) => sum + x * (b[row] ?? 0), 0)))),
  );
}

describe('elimination', () => {
  it('solves and inverts a Hilbert matrix of ten rows to the last digit', () => {
    const hilbert = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: 10 }, (_, j) => rational(1n, BigInt(i + j + 1))),
    );
    const { inverse, solutions, kept } = eliminate(hilbert, [hilbert.map((row) => row[3] ?? rational(0n))]);
    expect(kept).toHaveLength(10);
    expect(same(inverse[0]?.[0], [100n, 1n])).toBe(true); // n²
    expect(same(inverse[9]?.[9], [19n * 48620n ** 2n, 1n])).toBe(true); // (2n - 1) C(2n - 2, n - 1)²
    expect(solutions[0]?.map((x, i) => same(x, [i === 3 ? 1n : 0n, 1n]))).toEqual(new Array(10).fill(true));
  });

  it('names each column that depends on those before it, and how', () => {
    const rows = [
      [1, 2, 5, 0, 3],
      [1, 3, 7, 1, 1],
      [1, 5, 11, 0, 4],
      [1, 7, 15, 1, 1],
      [1, 1, 3, 0, 5],
    ]; // third = 1 + 2 × second
    const { kept, dependent } = eliminate(gramOf(rows));
    expect(kept).toEqual([0, 1, 3, 4]);
    expect(dependent).toEqual([
      {
        position: 2,
        on: [
          { position: 0, factor: expect.anything() },
          { position: 1, factor: expect.anything() },
        ],
      },
    ]);
    expect(dependent[0]?.on.map(({ factor }, i) => same(factor, [BigInt(i + 1), 1n]))).toEqual([true, true]);
  });

  it('times its matrix gives the right-hand side back, whatever the fractions', () => {
    const entry = fc.integer({ min: -50, max: 50 });
    const table = fc.array(fc.tuple(entry, entry, entry, entry), { minLength: 6, maxLength: 12 });
    fc.assert(
      fc.property(table, (rows) => {
        const gram = gramOf(rows);
        const right = [rational(3n, 7n), rational(-1n, 2n), rational(5n), rational(0n)];
        const { kept, solutions } = eliminate(gram, [right]);
        fc.pre(kept.length === 4);
        for (const [i, row] of gram.entries()) {
          const back = row.reduce(
            (sum, a, j) => add(sum, mul(a, solutions[0]?.[j] ?? rational(0n))),
            rational(0n),
          );
          expect(same(back, [right[i]?.numerator ?? 0n, right[i]?.denominator ?? 1n])).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of nothing but zeros keeps nothing', () => {
    expect(
      eliminate(
        whole([
          [0, 0],
          [0, 0],
        ]),
      ),
    ).toMatchObject({
      kept: [],
      dependent: [
        { position: 0, on: [] },
        { position: 1, on: [] },
      ],
    });
  });
});

const add = (a: Rational, b: Rational) =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
const mul = (a: Rational, b: Rational) => rational(a.numerator * b.numerator, a.denominator * b.denominator);

/** Least squares of the first column on the powers of the others. */
function fitOf(columns: readonly (readonly string[])[], degree: number, intercept: boolean): LeastSquares {
  const degrees = [1, ...columns.slice(1).map(() => degree)];
  const rows = Uint32Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => row);
  const terms = termsOf(degrees);
  const { n, sums, products } = finishCrossProducts(crossProductsOf(terms, columns.map(decimalColumn), rows));
  const pairs = new Map(trianglePairs(terms.length).map(([a, b], i) => [`${a} ${b}`, products[i]]));
  const product = (a: number, b: number) => pairs.get(`${Math.min(a, b)} ${Math.max(a, b)}`) ?? rational(0n);
  const sum = (a: number) => sums[a] ?? rational(0n);
  const own = terms.slice(1).map((_, i) => i + 1);
  const constant = intercept ? [[rational(BigInt(n)), ...own.map(sum)]] : [];
  const fit = leastSquares({
    n,
    intercept,
    matrix: [
      ...constant,
      ...own.map((a) => [...(intercept ? [sum(a)] : []), ...own.map((b) => product(a, b))]),
    ],
    right: [...(intercept ? [sum(0)] : []), ...own.map((a) => product(0, a))],
    targetSum: sum(0),
    targetSquares: product(0, 0),
  });
  if (isCollinear(fit)) throw new Error('collinear');
  return fit;
}

test.each(nistSets('linear'))('NIST StRD %s: every certified number to at least 13 digits', (name) => {
  const set = readLinear(name);
  const columns = set.header.map((_, i) => set.rows.map((row) => row[i] ?? ''));
  const degree = (set.coefficients.length - Number(set.hasIntercept)) / (columns.length - 1);
  const fit = fitOf(columns, degree, set.hasIntercept);
  const digits = [
    ...set.coefficients.flatMap(({ estimate, deviation }, i) => [
      agreeingDigits(fit.coefficients[i]?.estimate ?? Number.NaN, estimate),
      agreeingDigits(fit.coefficients[i]?.standard_error ?? Number.NaN, deviation),
    ]),
    agreeingDigits(fit.residual_standard_deviation ?? Number.NaN, set.deviation),
    agreeingDigits(fit.r_squared ?? Number.NaN, set.rSquared),
    ...(set.f === 'Infinity' ? [] : [agreeingDigits(fit.f ?? Number.NaN, set.f)]),
  ];
  expect(digits.length).toBeGreaterThan(4);
  expect(Math.min(...digits)).toBeGreaterThanOrEqual(13);
  expect(fit.exact_fit).toBe(set.f === 'Infinity');
});

test('each moment on all others, out of one inverse, is the regression on its own', () => {
  const set = readLinear('Longley');
  const columns = set.header.map((_, i) => set.rows.map((row) => row[i] ?? ''));
  const all = [columns[0]?.map(() => '1') ?? [], ...columns];
  const rows = all.map((a) =>
    all.map((b) => a.map((x, row) => mul(fraction(x), fraction(b[row] ?? ''))).reduce(add, rational(0n))),
  );
  const { inverse } = eliminate(rows);
  const moments = { n: set.rows.length, intercept: true, matrix: rows, inverse };
  const own = fitOf(columns, 1, true);
  const found = leastSquaresOfMoment(moments, 1);
  expect(found.coefficients.map(({ estimate }) => estimate)).toEqual(
    own.coefficients.map(({ estimate }) => estimate),
  );
  expect({ ...found, coefficients: [] }).toEqual({ ...own, coefficients: [] });
  const reordered = [columns[3] ?? [], ...columns.slice(0, 3), ...columns.slice(4)];
  expect(leastSquaresOfMoment(moments, 4).f).toBe(fitOf(reordered, 1, true).f);
});

test.each(nistSets('anova'))('NIST StRD %s: every certified number to at least 14 digits', (name) => {
  const set = readAnova(name);
  const groups = Map.groupBy(set.rows, ([treatment]) => treatment);
  const found = analysisOfVariance(
    [...groups.values()].map((rows) => {
      const values = rows.map(([, response]) => fraction(response));
      return { n: rows.length, sum: values.reduce(add), squares: values.map((x) => mul(x, x)).reduce(add) };
    }),
  );
  const digits = [
    agreeingDigits(found.f ?? Number.NaN, set.f),
    agreeingDigits(found.between_sum_of_squares, set.between),
    agreeingDigits(found.within_sum_of_squares, set.within),
    agreeingDigits(found.eta_squared ?? Number.NaN, set.rSquared),
    agreeingDigits(found.residual_standard_deviation ?? Number.NaN, set.deviation),
  ];
  expect(Math.min(...digits)).toBeGreaterThanOrEqual(14);
});

describe('what has no answer is null', () => {
  it('for groups that do not vary, single values and no values', () => {
    const group = (n: number, sum: bigint, squares: bigint) => ({
      n,
      sum: rational(sum),
      squares: rational(squares),
    });
    expect(analysisOfVariance([group(2, 2n, 2n), group(2, 4n, 8n)])).toMatchObject({
      f: null,
      eta_squared: 1,
    });
    expect(analysisOfVariance([group(1, 2n, 4n), group(1, 4n, 16n)]).f).toBeNull();
    expect(analysisOfVariance([group(2, 2n, 2n), group(0, 0n, 0n)])).toMatchObject({
      eta_squared: null,
      degrees_of_freedom: [0, 1],
    });
    expect(analysisOfVariance([])).toMatchObject({ n: 0, f: null });
  });
});
