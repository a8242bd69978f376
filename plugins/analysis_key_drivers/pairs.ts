import { EigenvalueDecomposition, type HalfResult, Matrix, tTwoSided } from '../../src/sdk/index.ts';
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
  /** The departure of the same cell in each half of the rows, on its own. */
  readonly halves: readonly [HalfResult, HalfResult];
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
  if (candidates.length === 0) return undefined;
  const additive = additiveModel(used, crossing);
  const found = candidates
    .map((candidate) => departure(used, candidate, additive, designEffect))
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
    halves: [
      departureInHalf(crossing, 0, candidate, designEffect),
      departureInHalf(crossing, 1, candidate, designEffect),
    ],
  };
}

/** The departure of one cell in a half of the rows: of means, with the larger p-value of both scales. */
function departureInHalf(
  crossing: Crossing,
  half: 0 | 1,
  { row, column }: Place,
  designEffect: number,
): HalfResult {
  const used = usedCells({ ...crossing, cells: crossing.halves[half] });
  const candidate = used.find((place) => place.row === row && place.column === column);
  const found = candidate && departure(used, candidate, additiveModel(used, crossing), designEffect);
  return found === undefined
    ? { estimate: null, p_value: null }
    : { estimate: found.means.value, p_value: found.p_value };
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

function departure(used: readonly Place[], candidate: Place, additive: Additive, designEffect: number) {
  const weights = residualIndicator(used, candidate, additive);
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

/** What the additive model of rows and columns makes of an indicator: the inverse of its normal equations. */
interface Additive {
  readonly inverse: Matrix;
  /** Place of a column's term behind those of the rows. */
  readonly rows: number;
}

const NEGLIGIBLE = 1e-9;

/** The pseudo-inverse of X'WX, where X has a term for each row and column and W the rows of the table in each cell. */
function additiveModel(used: readonly Place[], { first, second }: Crossing): Additive {
  const rows = first.levels.length;
  const size = rows + second.levels.length;
  const normal = Matrix.zeros(size, size);
  for (const { cell, row, column } of used) {
    for (const i of [row, rows + column])
      for (const j of [row, rows + column]) normal.set(i, j, normal.get(i, j) + cell.n);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(normal, {
    assumeSymmetric: true,
  });
  const least = NEGLIGIBLE * Math.max(...realEigenvalues);
  const inverses = realEigenvalues.map((value) => (value > least ? 1 / value : 0));
  const inverse = eigenvectorMatrix.mmul(Matrix.diag(inverses)).mmul(eigenvectorMatrix.transpose());
  return { inverse, rows };
}

/**
 * A cell's indicator less its projection on rows and columns, weighted by rows of the table (Frisch and Waugh).
 * Undefined where row and column leave next to nothing of it.
 */
function residualIndicator(
  used: readonly Place[],
  candidate: Place,
  { inverse, rows }: Additive,
): Float64Array | undefined {
  const terms = ({ row, column }: Place) => [row, rows + column];
  const own = terms(candidate);
  const values = Float64Array.from(used, (place) => {
    let projected = 0;
    for (const i of terms(place)) for (const j of own) projected += inverse.get(i, j);
    return (place === candidate ? 1 : 0) - candidate.cell.n * projected;
  });
  const left = used.reduce((sum, { cell }, i) => sum + cell.n * (values[i] ?? 0) ** 2, 0);
  return left > 0.01 * candidate.cell.n ? values : undefined;
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
