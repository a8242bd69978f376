import {
  type Context,
  type DerivationHandle,
  finishMoments,
  type MomentState,
  type QueryHandle,
} from '../../src/sdk/index.ts';

export const MOMENT_NAMES = [
  'sum',
  'mean',
  'standard_deviation',
  'skewness',
  'excess_kurtosis',
  'lag1_autocorrelation',
] as const;

/**
 * Mean, standard deviation, shape and lag-1 autocorrelation of the finite values, from the exact power sums that the
 * chunks were merged into. Throws if those sums don't cover the rows that the query counted.
 */
export function deriveMoments(
  ctx: Context,
  column: string,
  state: MomentState,
  counts: QueryHandle,
): DerivationHandle {
  if (counts.number(0, 'present_rows') !== state.count) {
    throw new Error(
      `the moments of ${column} cover ${state.count} values, the query counts ${counts.text(0, 'present_rows')}`,
    );
  }
  const finite = onlyFinite(state);
  const statistics = finishMoments(finite);
  return ctx.derivation({
    method:
      'exact power sums and lag products of all values in row order, merged over chunks, each statistic rounded once; standard deviation with n - 1, skewness G1 and excess kurtosis G2 after Joanes and Gill (1998), lag-1 autocorrelation after NIST/SEMATECH 1.3.5.12',
    parameters: { column, n: finite.count },
    values: {
      n: finite.count,
      ...Object.fromEntries(MOMENT_NAMES.map((name) => [name, statistics[name]])),
      sum: finiteText(statistics.sum_exact) ?? statistics.sum,
    },
    inputs: [counts],
  });
}

/** NaN and infinities have no moments; they are counted apart. */
export function onlyFinite(state: MomentState): MomentState {
  const special = state.nan + state.positive_infinity + state.negative_infinity;
  if (special === 0) return state;
  return { ...state, count: state.count - special, nan: 0, positive_infinity: 0, negative_infinity: 0 };
}

function finiteText(exact: string | null): string | null {
  return exact !== null && /^-?\d+(\.\d+)?$/.test(exact) ? exact : null;
}
