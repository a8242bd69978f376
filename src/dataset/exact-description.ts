import type { ExactRequest, ExactResult } from '../sdk/exact/index.ts';
import type { Chunk, Derived } from './dataset.ts';

/** How each kind of exact aggregate is computed, for evidence. */
const METHODS: Readonly<Record<ExactRequest['kind'], string>> = {
  sum: 'Exact sum over the values that are not missing, rounded once to the nearest double, ties to even.',
  moments:
    'Exact power sums over the values that are not missing, in row order; each statistic rounded once to the nearest ' +
    'double. Variance with divisor n - 1; skewness G1 (adjusted Fisher–Pearson) and excess kurtosis G2 after Joanes ' +
    'and Gill (1998); lag-1 autocorrelation as NIST defines it, over neighbours among those values.',
  products:
    'Exact sums of products over the rows in which both columns have a value; each statistic rounded once to the ' +
    'nearest double. Covariance with divisor n - 1; correlation after Pearson.',
  squares: 'Exact sum and sum of squares of each column over its values that are not missing, in full.',
  cross_products:
    'Exact sums of the terms (powers of columns) and of the products of every two of them, over the rows in which ' +
    'all columns have a value, in full.',
};

/** Method and parameters of an exact aggregate, with the definitions of the derived columns that it uses. */
export function describeExact(
  request: ExactRequest & { readonly chunk?: Chunk },
  derived: Derived,
): ExactResult['description'] {
  const { kind, columns, degrees, where, groupBy = [], chunk } = request;
  return {
    method: METHODS[kind],
    parameters: {
      kind,
      columns,
      ...(degrees && { degrees: [...degrees] }),
      group_by: groupBy,
      where: where ?? null,
      derived: derived.map(({ name, sql }) => ({ name, sql })),
      ...(chunk ? { rows: { part: chunk.part, first_row: chunk.firstRow, last_row: chunk.lastRow } } : {}),
    },
  };
}
