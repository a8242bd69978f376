/** One person's change points: indexes of the first value of each later segment. */
export type Annotation = readonly number[];

/** Distance within which a change point counts as found, as published for the Turing change point data. */
export const MARGIN = 5;

/**
 * F1 of change points against several annotators: precision over the union of all their points, recall as the mean over
 * annotators; index 0 is a change point of everyone. A point is found if one lies within the margin that has not found
 * another. van den Burg and Williams (2020), An evaluation of change point detection algorithms, arXiv:2003.06222, 4.2.
 */
export function f1(annotations: readonly Annotation[], found: readonly number[], margin = MARGIN): number {
  const own = uniqueWithZero(found);
  const all = annotations.map(uniqueWithZero);
  const union = uniqueWithZero(annotations.flat());
  const precision = matches(union, own, margin) / own.length;
  const recall = all.reduce((sum, one) => sum + matches(one, own, margin) / one.length, 0) / all.length;
  return (2 * precision * recall) / (precision + recall);
}

/**
 * How well segments cover those of the annotators, on average: each annotated segment counts by its length, with its
 * largest Jaccard index over the segments found.
 */
export function cover(annotations: readonly Annotation[], found: readonly number[], n: number): number {
  const own = segments(found, n);
  const each = annotations.map((one) =>
    segments(one, n).reduce((sum, [from, to]) => sum + (to - from) * bestJaccard(from, to, own), 0),
  );
  return each.reduce((sum, one) => sum + one / n, 0) / each.length;
}

function matches(truth: readonly number[], found: readonly number[], margin: number): number {
  const left = new Set(found);
  let count = 0;
  for (const point of truth) {
    const near = [...left].filter((candidate) => Math.abs(candidate - point) <= margin);
    const nearest = near.sort((a, b) => Math.abs(a - point) - Math.abs(b - point) || a - b)[0];
    if (nearest === undefined) continue;
    left.delete(nearest);
    count += 1;
  }
  return count;
}

function bestJaccard(from: number, to: number, own: readonly (readonly [number, number])[]): number {
  return own.reduce((best, [start, end]) => {
    const common = Math.max(0, Math.min(to, end) - Math.max(from, start));
    return Math.max(best, common / (Math.max(to, end) - Math.min(from, start)));
  }, 0);
}

function segments(changes: readonly number[], n: number): (readonly [number, number])[] {
  const bounds = [...uniqueWithZero(changes.filter((place) => place > 0 && place < n)), n];
  return bounds.slice(1).map((end, i) => [bounds[i] ?? 0, end] as const);
}

function uniqueWithZero(places: readonly number[]): number[] {
  return [...new Set([0, ...places])].sort((a, b) => a - b);
}
