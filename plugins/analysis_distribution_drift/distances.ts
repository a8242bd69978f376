import { ln } from '../../src/sdk/index.ts';

/** How far two distributions over the same classes are apart, by their counts; 0 where a side is empty. */
export type Distance = (first: ArrayLike<number>, second: ArrayLike<number>) => number;

/**
 * The two-sample statistic of Anderson and Darling over ordered classes with mid-ranks: A²akN of Scholz and Stephens,
 * "K-sample Anderson–Darling tests" (JASA 82, 1987), equation 7, for two samples. Its mean is about 1 where nothing
 * differs.
 */
export const andersonDarling: Distance = (first, second) => {
  const [n1, n2] = [sum(first), sum(second)];
  const n = n1 + n2;
  if (n1 === 0 || n2 === 0) return 0;
  let [below, belowFirst, total] = [0, 0, 0];
  for (let at = 0; at < first.length; at += 1) {
    const own = first[at] ?? 0;
    const all = own + (second[at] ?? 0);
    const middle = below + all / 2;
    const weight = middle * (n - middle) - (n * all) / 4;
    if (weight > 0) total += (all / n) * ((n * (belowFirst + own / 2) - n1 * middle) ** 2 / weight);
    below += all;
    belowFirst += own;
  }
  return ((n - 1) / n) * (1 / n1 + 1 / n2) * total;
};

/** Pearson's chi-square of two rows of counts. */
export const chiSquare: Distance = (first, second) => {
  const [n1, n2] = [sum(first), sum(second)];
  const n = n1 + n2;
  if (n1 === 0 || n2 === 0) return 0;
  let total = 0;
  for (let at = 0; at < first.length; at += 1) {
    const all = (first[at] ?? 0) + (second[at] ?? 0);
    if (all > 0) total += ((first[at] ?? 0) - (n1 * all) / n) ** 2 / all;
  }
  return (total * n * n) / (n1 * n2);
};

/** The largest difference of cumulative shares: the statistic of Kolmogorov and Smirnov. */
export const largestGap: Distance = (first, second) => {
  const [n1, n2] = [sum(first), sum(second)];
  if (n1 === 0 || n2 === 0) return 0;
  let [a, b, gap] = [0, 0, 0];
  for (let at = 0; at < first.length; at += 1) {
    a += first[at] ?? 0;
    b += second[at] ?? 0;
    gap = Math.max(gap, Math.abs(a / n1 - b / n2));
  }
  return gap;
};

/** Half the sum of the differences of shares: the share of rows that would have to change their class. */
export const totalVariation: Distance = (first, second) => {
  const [n1, n2] = [sum(first), sum(second)];
  if (n1 === 0 || n2 === 0) return 0;
  let total = 0;
  for (let at = 0; at < first.length; at += 1)
    total += Math.abs((first[at] ?? 0) / n1 - (second[at] ?? 0) / n2);
  return total / 2;
};

/**
 * Population stability index: sum of (p2 - p1) ln(p2 / p1), with half a row added to each class of each side, so that
 * empty ones count. Read as usual: below 0.1 stable, above 0.25 another population.
 */
export const stabilityIndex: Distance = (first, second) => {
  const classes = first.length;
  const [n1, n2] = [sum(first) + classes / 2, sum(second) + classes / 2];
  let total = 0;
  for (let at = 0; at < classes; at += 1) {
    const [p, q] = [((first[at] ?? 0) + 0.5) / n1, ((second[at] ?? 0) + 0.5) / n2];
    total += (q - p) * ln(q / p);
  }
  return total;
};

/** P(second > first) + P(equal) / 2 for a row of each. */
export const laterIsLarger: Distance = (first, second) => {
  const [n1, n2] = [sum(first), sum(second)];
  let [below, total] = [0, 0];
  for (let at = 0; at < first.length; at += 1) {
    const own = first[at] ?? 0;
    total += (second[at] ?? 0) * (below + own / 2);
    below += own;
  }
  return total / (n1 * n2);
};

const TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Counts in bins whose edges are the deciles of the first side; ties can leave fewer than ten. */
export function decileBins(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): { readonly first: number[]; readonly second: number[] } {
  const n1 = sum(first);
  const bins = { first: [0], second: [0] };
  let [below, tenth] = [0, 0];
  for (let at = 0; at < first.length; at += 1) {
    const bin = bins.first.length - 1;
    bins.first[bin] = (bins.first[bin] ?? 0) + (first[at] ?? 0);
    bins.second[bin] = (bins.second[bin] ?? 0) + (second[at] ?? 0);
    below += first[at] ?? 0;
    const reached = TENTHS.filter((share) => below >= share * n1).length;
    if (reached === tenth || below === n1) continue;
    tenth = reached;
    bins.first.push(0);
    bins.second.push(0);
  }
  return bins;
}

export function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < counts.length; at += 1) total += counts[at] ?? 0;
  return total;
}
