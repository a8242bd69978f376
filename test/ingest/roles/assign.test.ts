import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign } from '../../../src/ingest/roles/assign.ts';

/** The best sum by trying everything. */
function bestSum(gains: readonly (readonly number[])[], row = 0, taken: readonly number[] = []): number {
  const own = gains[row];
  if (own === undefined) return 0;
  let best = bestSum(gains, row + 1, taken);
  own.forEach((gain, column) => {
    if (gain > 0 && !taken.includes(column)) {
      best = Math.max(best, gain + bestSum(gains, row + 1, [...taken, column]));
    }
  });
  return best;
}

const matrix = fc.integer({ min: 1, max: 5 }).chain((columns) =>
  fc.array(fc.array(fc.integer({ min: -5, max: 20 }), { minLength: columns, maxLength: columns }), {
    minLength: 1,
    maxLength: 5,
  }),
);

test('the assignment is worth as much as the best of all, and takes no column twice', () => {
  fc.assert(
    fc.property(matrix, (gains) => {
      const chosen = assign(gains);
      const columns = chosen.filter((column) => column !== undefined);
      expect(new Set(columns).size).toBe(columns.length);
      const sum = chosen.reduce<number>(
        (total, column, row) => total + (column === undefined ? 0 : (gains[row]?.[column] ?? 0)),
        0,
      );
      expect(sum).toBe(bestSum(gains));
    }),
    { seed: 20250101, numRuns: 300 },
  );
});

test('a pair without gain stays unbound', () => {
  expect(
    assign([
      [0, -1],
      [5, 0],
    ]),
  ).toEqual([undefined, 0]);
  expect(assign([[]])).toEqual([undefined]);
  expect(assign([])).toEqual([]);
});
