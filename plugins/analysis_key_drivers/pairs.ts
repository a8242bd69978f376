import { tTwoSided } from '../../src/sdk/index.ts';
import { type Cell, type Crossing, momentsOfCell, type Scale } from './crossings.ts';
import { type Difference, interval } from './segments.ts';

/** Rows with one level of each of two factors, against what the two would give if their effects added up. */
export interface Interaction {
  readonly crossing: Crossing;
  readonly firstCode: number;
  readonly secondCode: number;
  readonly rows: number;
  /** Mean rank as a share, beyond the sum of both effects. */
  readonly ranks: Difference;
  readonly means: Difference;
  readonly statistic: number;
  /** For the largest of all cells of the pair that were looked at. */
  readonly p_value: number;
  readonly cells: number;
  readonly n: number;
}

/**
 * The cell of two factors that departs most from an additive model. Its departure is estimated by weighted least
 * squares with a term of its own, from the cells' means and their own variances (no common variance is assumed), for
 * ranks and for values; a departure on one scale alone may be the scale's, so the larger p-value counts, times the
 * number of cells (Bonferroni), over the design effect. Undefined where no cell can be told.
 */
export function strongestInteraction(
  crossing: Crossing,
  minRows: number,
  designEffect: number,
): Interaction | undefined {
  const used = usedCells(crossing);
  const candidates = used.filter(
    ({ cell, row, column }) =>
      cell.n >= minRows && isNamed(crossing.first, row) && isNamed(crossing.second, column),
  );
  const found = candidates
    .map((candidate) => departure(used, candidate, designEffect))
    .filter((one) => one !== undefined);
  const best = found.reduce<(typeof found)[number] | undefined>(
    (a, b) => (a === undefined || isStronger(b, a) ? b : a),
    undefined,
  );
  if (best === undefined) return undefined;
  const { candidate, ranks, means, statistic, p_value } = best;
  return {
    crossing,
    firstCode: candidate.row,
    secondCode: candidate.column,
    rows: candidate.cell.n,
    ranks,
    means,
    statistic,
    p_value: Math.min(1, p_value * found.length),
    cells: found.length,
    n: used.reduce((sum, { cell }) => sum + cell.n, 0),
  };
}

const FEWEST_ROWS = 5;

interface Departure {
  readonly candidate: Place;
  readonly p_value: number;
}

/** By p-value; of equal ones (as of two cells that depart against each other) the one with fewer rows. */
function isStronger(a: Departure, b: Departure): boolean {
  const isEqual = Math.abs(a.p_value - b.p_value) <= 1e-6 * b.p_value;
  return isEqual ? a.candidate.cell.n < b.candidate.cell.n : a.p_value < b.p_value;
}

interface Place {
  readonly cell: Cell;
  readonly row: number;
  readonly column: number;
}

function usedCells({ cells, second }: Crossing): Place[] {
  const width = second.levels.length;
  return cells
    .map((cell, at) => ({ cell, row: Math.floor(at / width), column: at % width }))
    .filter(({ cell }) => cell.n >= FEWEST_ROWS);
}

function isNamed(factor: Crossing['first'], code: number): boolean {
  return factor.levels.some((level) => level.code === code && level.kind === 'value');
}

function departure(used: readonly Place[], candidate: Place, designEffect: number) {
  const weights = residualIndicator(used, candidate);
  if (weights === undefined) return undefined;
  const ranks = contrast(used, candidate, weights, 'shares', designEffect);
  const means = contrast(used, candidate, weights, 'values', designEffect);
  const weaker = means.p_value > ranks.p_value ? means : ranks;
  return {
    candidate,
    ranks: ranks.difference,
    means: means.difference,
    statistic: weaker.statistic,
    // a departure that points two ways on two scales is none
    p_value: ranks.difference.value * means.difference.value > 0 ? weaker.p_value : 1,
  };
}

const MOST_ROUNDS = 2000;
const CLOSE = 1e-10;

/**
 * A cell's indicator less its projection on rows and columns, weighted by rows of the table (Frisch and Waugh), by
 * alternating projections. Undefined where it does not converge, or where row and column leave nothing of it.
 */
function residualIndicator(used: readonly Place[], candidate: Place): Float64Array | undefined {
  const values = Float64Array.from(used, (place) => (place === candidate ? 1 : 0));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const moved = Math.max(centre(used, values, 'row'), centre(used, values, 'column'));
    if (moved > CLOSE) continue;
    const left = used.reduce((sum, { cell }, i) => sum + cell.n * (values[i] ?? 0) ** 2, 0);
    return left > 0.01 * candidate.cell.n ? values : undefined;
  }
  return undefined;
}

/** Takes the weighted mean of each row (or column) out of it; the largest mean. */
function centre(used: readonly Place[], values: Float64Array, by: 'row' | 'column'): number {
  const sums = new Map<number, { weight: number; sum: number }>();
  for (const [i, place] of used.entries()) {
    const group = sums.get(place[by]) ?? { weight: 0, sum: 0 };
    group.weight += place.cell.n;
    group.sum += place.cell.n * (values[i] ?? 0);
    sums.set(place[by], group);
  }
  let largest = 0;
  for (const [i, place] of used.entries()) {
    const group = sums.get(place[by]);
    const mean = group === undefined ? 0 : group.sum / group.weight;
    values[i] = (values[i] ?? 0) - mean;
    largest = Math.max(largest, Math.abs(mean));
  }
  return largest;
}

function contrast(
  used: readonly Place[],
  candidate: Place,
  weights: Float64Array,
  scale: Scale,
  designEffect: number,
) {
  let [top, bottom, square, parts] = [0, 0, 0, 0];
  for (const [i, { cell }] of used.entries()) {
    const weight = cell.n * (weights[i] ?? 0);
    const { mean, variance } = momentsOfCell(cell, scale);
    top += weight * mean;
    bottom += weight * (weights[i] ?? 0);
    const part = (weight ** 2 * variance) / cell.n;
    square += part;
    parts += part ** 2 / (cell.n - 1);
  }
  const [value, error] = [top / bottom, Math.sqrt(square * designEffect) / bottom];
  const df = parts > 0 ? square ** 2 / parts : candidate.cell.n - 1;
  const statistic = error > 0 ? value / error : 0;
  return { difference: interval(value, error, df), statistic, p_value: tTwoSided(statistic, df) };
}
