import type { RandomStream } from '../../src/sdk/index.ts';

/** What random draws say of an observed statistic. */
export interface Permuted {
  readonly p_value: number;
  readonly draws: number;
  /** The drawn statistics; all of them where the draws were not stopped early. */
  readonly drawn: Float64Array;
  readonly stopped: boolean;
}

/** Draws that reach the observed statistic, after which more would only repeat that it is nothing special. */
const ENOUGH_HITS = 20;
/** Sums in another order differ in the last digits. */
const SAME = 1 - 1e-10;

/**
 * The share of draws at least as large as what was observed, the observed one counting as a draw: (hits + 1) / (draws
 * + 1). Stops at 20 hits with hits / draws (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78,
 * 1991), which is a valid p-value, too.
 */
export function permute(observed: number, draw: () => number, most: number): Permuted {
  const drawn = new Float64Array(most);
  let [hits, draws] = [0, 0];
  while (draws < most) {
    const value = draw();
    drawn[draws] = value;
    draws += 1;
    if (value >= observed * SAME) hits += 1;
    if (hits === ENOUGH_HITS && draws < most)
      return { p_value: hits / draws, draws, drawn: drawn.slice(0, draws), stopped: true };
  }
  return { p_value: (hits + 1) / (most + 1), draws, drawn, stopped: false };
}

/** Puts `count` items chosen at random first, in place (the first steps of Fisher and Yates). */
export function chooseFirst(order: Int32Array, count: number, random: RandomStream): void {
  for (let i = 0; i < count; i += 1) {
    const other = i + random.integer(order.length - i);
    const [a, b] = [order[i] ?? 0, order[other] ?? 0];
    order[i] = b;
    order[other] = a;
  }
}
