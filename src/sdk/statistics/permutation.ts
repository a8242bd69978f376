import type { RandomStream } from '../random.ts';

/** A statistic, and how one of a table without the effect is drawn. */
export interface PermutationRequest {
  /** The statistic of the table as it is; larger is further from the hypothesis. */
  readonly observed: number;
  /** The statistic of one table drawn under the hypothesis, with everything that was selected selected again. */
  readonly draw: () => number;
  readonly draws: number;
  /** Stop after so many draws that reach the observed one (Besag & Clifford, 1991). */
  readonly stopAfterHits?: number;
}

/** What a Monte Carlo test found. */
export interface PermutationResult {
  readonly p_value: number;
  /** Draws that reach the observed one. */
  readonly hits: number;
  /** Draws made. */
  readonly draws: number;
}

/**
 * Monte Carlo test: p = (hits + 1) / (draws + 1), valid for any number of draws. With `stopAfterHits` = h it stops at
 * the h-th hit with p = h / draws (Besag & Clifford, 1991, sequential Monte Carlo p-values), which is valid too and
 * spares the draws where the p-value is large. A draw that falls short of the observed one by less than 1 in 1e12 is a
 * hit, so that the rounding of sums breaks no tie.
 */
export function permutationTest({
  observed,
  draw,
  draws,
  stopAfterHits,
}: PermutationRequest): PermutationResult {
  const reached = observed - Math.abs(observed) * 1e-12;
  let hits = 0;
  for (let made = 1; made <= draws; made += 1) {
    if (!(draw() < reached)) hits += 1;
    if (hits === stopAfterHits) return { p_value: hits / made, hits, draws: made };
  }
  return { p_value: (hits + 1) / (draws + 1), hits, draws };
}

/** Puts the items in a random order, in place (Fisher–Yates). */
export function shuffle<T>(
  items: { [index: number]: T; readonly length: number },
  random: RandomStream,
): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.integer(last + 1);
    const kept = items[last] as T;
    items[last] = items[other] as T;
    items[other] = kept;
  }
}
