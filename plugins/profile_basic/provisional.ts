import { finishMoments, type MomentState, type ProvisionalContext } from '../../src/sdk/index.ts';
import { onlyFinite } from './moments.ts';

/** Range and mean of a measure over the rows so far. */
export function sayMoments(ctx: ProvisionalContext, name: string, state: MomentState): void {
  const { n, mean, min, max, min_exact, max_exact } = finishMoments(onlyFinite(state));
  const column = { column_name: name };
  if (mean === null || min === null || max === null) {
    ctx.fact({ statement: '{column}: no finite number so far', fields: { column } });
    return;
  }
  // Decimals in full; of doubles the exact text may be a fraction.
  const exact = state.base === 10;
  const minimum = { value: exact ? (min_exact ?? min) : min };
  const maximum = { value: exact ? (max_exact ?? max) : max };
  ctx.fact({
    statement: '{column}: {count} from {minimum} to {maximum}, mean {mean}',
    fields: {
      column,
      count: { value: n, unit: n === 1 ? 'value' : 'values' },
      minimum,
      maximum,
      mean: { value: mean },
    },
  });
}
