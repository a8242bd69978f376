import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendProducts,
  finishProducts,
  type NumberColumn,
  type Products,
  productsOf,
} from '../../src/sdk/exact/index.ts';
import { decimalColumn, doubleColumn, Fraction, integerColumn } from './exact-kit.ts';

/** Products of a pair over `rows`, or all rows. */
function productsOfAll(x: NumberColumn, y: NumberColumn, rows = allRows(x)): Products {
  const [products] = productsOf([x, y], rows);
  if (products === undefined) throw new Error('a pair has products');
  return products;
}

function allRows({ cells }: NumberColumn): Uint32Array {
  const count = cells.kind === 'int128' ? cells.low.length : cells.values.length;
  return Uint32Array.from({ length: count }, (_, row) => row);
}

describe('products of two columns', () => {
  it('equal the definitions over fractions, decimals against doubles included', () => {
    const pair = fc.tuple(
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
      fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0),
    );
    fc.assert(
      fc.property(
        fc.oneof(...[2, 17].map((minLength) => fc.array(pair, { minLength, maxLength: minLength + 8 }))),
        (pairs) => {
          const xs = pairs.map(([x]) => new Fraction(x, 1000n));
          const ys = pairs.map(([, y]) => Fraction.ofNumber(y));
          const result = finishProducts(
            productsOfAll(
              integerColumn(
                pairs.map(([x]) => x),
                3,
              ),
              doubleColumn(pairs.map(([, y]) => y)),
            ),
          );
          const n = new Fraction(BigInt(pairs.length));
          const sumXY = Fraction.sum(xs.map((x, i) => x.times(ys[i] ?? n)));
          const covariance = sumXY
            .minus(Fraction.sum(xs).times(Fraction.sum(ys)).over(n))
            .over(n.minus(new Fraction(1n)));
          expect(sumXY.isNearest(result.sum_of_products?.value ?? Number.NaN)).toBe(true);
          expect(covariance.isNearest(result.covariance ?? Number.NaN)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('correlate a line perfectly where doubles would lose it', () => {
    const xs = ['10000000000000001', '10000000000000002', '10000000000000004', '10000000000000009'];
    const up = xs.map((text) => String(-3n * BigInt(text)));
    const x = decimalColumn(xs);
    expect(finishProducts(productsOfAll(x, x)).correlation).toBe(1);
    expect(finishProducts(productsOfAll(x, decimalColumn(up))).correlation).toBe(-1);
  });

  it("know Pearson's r of Anscombe's first data set", () => {
    const x = decimalColumn(['10', '8', '13', '9', '11', '14', '6', '4', '12', '7', '5']);
    const y = decimalColumn([
      '8.04',
      '6.95',
      '7.58',
      '8.81',
      '8.33',
      '9.96',
      '7.24',
      '4.26',
      '10.84',
      '4.82',
      '5.68',
    ]);
    const result = finishProducts(productsOfAll(x, y));
    expect(result.sum_of_products).toEqual({ value: 797.6, exact: '797.6' });
    expect(result.covariance).toBe(5.501);
    expect(result.correlation).toBeCloseTo(0.81642051634484, 14);
  });

  it('take the rows where both are present, and give null where undefined', () => {
    const x = integerColumn([1n, null, 3n, 4n]);
    const y = integerColumn([2n, 5n, null, 2n]);
    expect(finishProducts(productsOfAll(x, y))).toEqual({
      n: 2,
      sum_of_products: { value: 10 },
      covariance: 0,
      correlation: null,
    });
    const none = { sum_of_products: null, covariance: null, correlation: null };
    expect(finishProducts(productsOfAll(x, integerColumn([null, null, null, null])))).toEqual({
      n: 0,
      ...none,
    });
    const nan = doubleColumn([1, 2, Number.NaN, 3]);
    expect(finishProducts(productsOfAll(x, nan))).toEqual({ n: 3, ...none });
  });

  it('of several columns are those of each pair, gaps here and there', () => {
    const columns = [
      integerColumn(Array.from({ length: 300 }, (_, i) => BigInt(i * i))),
      doubleColumn(Array.from({ length: 300 }, (_, i) => Math.sqrt(i))),
      integerColumn(Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? null : BigInt(i % 13)))),
      doubleColumn(
        Array.from({ length: 300 }, (_, i) => (i === 5 ? Number.NaN : i % 3 === 0 ? null : i / 3)),
      ),
    ];
    const [a, b, c, d] = columns;
    if (!a || !b || !c || !d) throw new Error('four columns');
    expect(productsOf(columns, allRows(a))).toEqual(
      [
        [a, b],
        [a, c],
        [a, d],
        [b, c],
        [b, d],
        [c, d],
      ].map(([x = a, y = b]) => productsOfAll(x, y)),
    );
  });

  it('cut at any place add up to the whole', () => {
    const x = integerColumn(Array.from({ length: 5000 }, (_, i) => BigInt((i * i) % 977)));
    const y = doubleColumn(Array.from({ length: 5000 }, (_, i) => Math.sqrt(i) * 2 ** (i % 60)));
    const rows = allRows(x);
    const whole = productsOfAll(x, y, rows);
    for (const cut of [0, 1, 4096, 4999, 5000]) {
      const parts = [
        productsOfAll(x, y, rows.subarray(0, cut)),
        productsOfAll(x, y, rows.subarray(cut)),
      ] as const;
      expect(appendProducts(...parts)).toEqual(whole);
    }
  });
});
