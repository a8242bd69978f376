import type { SegmentCost } from './line-cost.ts';

export interface Partition {
  /** Sum of the costs of its segments. */
  readonly cost: number;
  /** First places of the second and all later segments, in order. */
  readonly changes: readonly number[];
}

/**
 * The cheapest partition into one, two, … `most + 1` segments of at least `shortest` values, by dynamic programming over
 * all pairs of the places where a segment may start (segment neighbourhood search, Auger and Lawrence 1989). `places`
 * starts with 0 and ends with the length; partitions that can't be made are left out.
 */
export function bestPartitions(
  cost: SegmentCost,
  places: readonly number[],
  shortest: number,
  most: number,
): Partition[] {
  const size = places.length;
  const costs = costTable(cost, places, shortest);
  let reached = costs.slice(0, size);
  const origins: Int32Array[] = [];
  const totals = [reached[size - 1] ?? Infinity];
  for (let changes = 1; changes <= most; changes += 1) {
    const step = oneMoreSegment(reached, costs, size);
    reached = step.reached;
    origins.push(step.origin);
    totals.push(reached[size - 1] ?? Infinity);
  }
  return totals.flatMap((total, changes) =>
    total < Infinity ? [{ cost: total, changes: traced(origins, changes, places) }] : [],
  );
}

/** Cost of the segment between each two places, by row of the first; infinite where it is too short. */
function costTable(cost: SegmentCost, places: readonly number[], shortest: number): Float64Array {
  const size = places.length;
  const costs = new Float64Array(size * size).fill(Infinity);
  for (let a = 0; a < size; a += 1) {
    const from = places[a] ?? 0;
    for (let b = a + 1; b < size; b += 1) {
      const to = places[b] ?? 0;
      if (to - from >= shortest) costs[a * size + b] = cost(from, to);
    }
  }
  return costs;
}

function oneMoreSegment(before: Float64Array, costs: Float64Array, size: number) {
  const reached = new Float64Array(size).fill(Infinity);
  const origin = new Int32Array(size).fill(-1);
  for (let a = 1; a < size - 1; a += 1) {
    const start = before[a] ?? Infinity;
    if (start === Infinity) continue;
    for (let b = a + 1; b < size; b += 1) {
      const total = start + (costs[a * size + b] ?? Infinity);
      if (total < (reached[b] ?? Infinity)) {
        reached[b] = total;
        origin[b] = a;
      }
    }
  }
  return { reached, origin };
}

function traced(origins: readonly Int32Array[], changes: number, places: readonly number[]): number[] {
  const result: number[] = [];
  let end = places.length - 1;
  for (let left = changes; left > 0; left -= 1) {
    end = origins[left - 1]?.[end] ?? 0;
    result.unshift(places[end] ?? 0);
  }
  return result;
}
