import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cramersVInterval, explainedShareInterval } from '../../../src/sdk/statistics/noncentral.ts';

interface Reference {
  readonly shares: readonly { f: number; df1: number; df2: number; low: number; high: number }[];
  readonly cramers_v: readonly {
    chi_square: number;
    df: number;
    n: number;
    shortest_less_one: number;
    low: number;
    high: number;
  }[];
}
const reference = JSON.parse(
  readFileSync(new URL('../../../fixtures/reference/noncentral/noncentral.json', import.meta.url), 'utf8'),
) as Reference;

test.each(reference.shares)(
  'the interval of an explained share is that of R: F = $f on $df1 and $df2',
  (r) => {
    const found = explainedShareInterval(r.f, r.df1, r.df2, 0.95);
    expect(found.low).toBeCloseTo(r.low, 7);
    expect(found.high).toBeCloseTo(r.high, 7);
  },
);

test.each(reference.cramers_v)("the interval of Cramér's V is that of R: X² = $chi_square on $df", (r) => {
  const found = cramersVInterval(r.chi_square, r.df, r.n, r.shortest_less_one, 0.95);
  expect(found.low).toBeCloseTo(r.low, 7);
  expect(found.high).toBeCloseTo(r.high, 7);
});

test('intervals of huge tables are found, narrow and round the estimate', () => {
  const share = explainedShareInterval(250_000, 4, 1_000_000, 0.95);
  expect(share.high - share.low).toBeLessThan(0.003);
  expect((share.low + share.high) / 2).toBeCloseTo(0.5, 3);
  const v = cramersVInterval(90_000, 12, 1_000_000, 3, 0.95);
  expect((v.low + v.high) / 2).toBeCloseTo(Math.sqrt(0.03), 3);
});
