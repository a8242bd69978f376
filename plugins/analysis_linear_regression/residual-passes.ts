import { type Diagnostics, diagnose, meanOf } from './diagnostics.ts';
import { placesOf } from './places.ts';
import { residualPass } from './residuals.ts';
import { readRows } from './rows.ts';
import type { Fitted, Study } from './study.ts';
import { degreesOf } from './terms.ts';

/** Residuals that are kept, over all models: eight bytes each. */
const MOST_KEPT = 12_000_000;

/** Reads the rows once, and says for each model what its residuals say. */
export async function diagnoseAll(study: Study, fitted: readonly Fitted[]): Promise<readonly Diagnostics[]> {
  const { ctx, terms, sums, question } = study;
  const { n } = sums.whole;
  const keep = (fitted.length + 1) * n <= MOST_KEPT;
  if (!keep) ctx.note('Quantiles of residuals are not given for so many rows.');
  const degrees = degreesOf(terms);
  const powers = degrees.reduce((sum, degree) => sum + degree, 0);
  const levels = terms.factors.map((factor) => factor.levels.length);
  const passes = fitted.map(({ model, fit }) =>
    residualPass(model, fit, placesOf(model, powers, levels), (at) => meanOf(sums.whole, at), n, keep),
  );
  const times = keep && question.time !== undefined ? new Float64Array(n) : undefined;
  let before = 0;
  for await (const rows of readRows(ctx, terms, degrees, question.time)) {
    for (const pass of passes) pass.take(rows);
    if (rows.times) times?.set(rows.times, before);
    before += rows.count;
  }
  const order = times && orderOf(times);
  return fitted.map(({ model, fit }, i) => {
    const pass = passes[i];
    if (pass === undefined) throw new Error('a model without its residuals');
    return diagnose(model, fit, sums.whole, pass.finish(), order);
  });
}

/** The rows in order of their times, ties by row; undefined where they are in that order already, or some have none. */
function orderOf(times: Float64Array): Uint32Array | undefined {
  let sorted = true;
  for (let i = 0; i < times.length; i += 1) {
    if (Number.isNaN(times[i])) return undefined;
    if (i > 0 && (times[i] ?? 0) < (times[i - 1] ?? 0)) sorted = false;
  }
  if (sorted) return undefined;
  const inOrder = times.slice().sort();
  const taken = new Uint32Array(times.length);
  const order = new Uint32Array(times.length);
  for (let row = 0; row < times.length; row += 1) {
    const first = firstAt(inOrder, times[row] ?? 0);
    order[first + (taken[first] ?? 0)] = row;
    taken[first] = (taken[first] ?? 0) + 1;
  }
  return order;
}

/** The first position of a value in a sorted array that holds it. */
function firstAt(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
