import { exponential, logarithm } from '../elementary.ts';
import { Tally } from '../tallies.ts';

/**
 * Ratio of service times of one group of runs to the others, like with like: the difference of mean logarithms within
 * each activity, weighted by n₁n₀ / (n₁ + n₀), as a ratio of geometric means.
 */
export class MatchedRatio {
  readonly #groups = new Map<string, { readonly inside: Tally; readonly rest: Tally }>();

  add(activity: string, inside: boolean, milliseconds: number): void {
    let group = this.#groups.get(activity);
    if (group === undefined) this.#groups.set(activity, (group = { inside: new Tally(), rest: new Tally() }));
    (inside ? group.inside : group.rest).add(logarithm(Math.max(1, milliseconds)));
  }

  get runsInside(): number {
    return [...this.#groups.values()].reduce((sum, { inside }) => sum + inside.n, 0);
  }

  get ratio(): number {
    let [weights, sum] = [0, 0];
    for (const { inside, rest } of this.#groups.values()) {
      if (inside.n === 0 || rest.n === 0) continue;
      const weight = (inside.n * rest.n) / (inside.n + rest.n);
      weights += weight;
      sum += weight * (inside.mean - rest.mean);
    }
    return weights === 0 ? 1 : exponential(sum / weights);
  }
}
