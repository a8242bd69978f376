import { chiSquareQuantile, type RandomStream } from '../../src/sdk/index.ts';
import { drawDistinct } from './draw-distinct.ts';
import { consistency, rawCorrection, reweightedCorrection } from './mcd-corrections.ts';
import { orderStatistic } from './order-statistic.ts';
import { type Points, type Scatter, scaled, scatterOf, squaredDistances } from './scatter.ts';

/** A robust centre and scatter of points. */
export interface RobustScatter {
  /** Reweighted: of the points within the 97.5 % ellipsoid of the raw estimate, made consistent for normal data. */
  readonly scatter: Scatter;
  /** The raw estimate: of the `best` points, made consistent. */
  readonly raw: Scatter;
  /** Rows whose covariance has the smallest determinant that was found, ascending. */
  readonly best: Int32Array;
  /** For each row whether it counts in the reweighted estimate. */
  readonly inside: Uint8Array;
}

/** Share of the points that are fitted: a quarter of them may be anything. */
const COVERAGE = 0.75;
const STARTS = 500;
const KEPT = 10;
const CUT = 0.975;
/** Samples larger than twice the first are searched in up to five parts first. */
const PART = 300;
const PARTS = 5;
const MOST_STEPS = 200;

interface Candidate {
  readonly scatter: Scatter;
  readonly rows: Int32Array;
}

/** h of a sample of n points in p dimensions, as in robustbase's `h.alpha.n`. */
export function subsetSize(n: number, p: number, coverage = COVERAGE): number {
  const half = Math.floor((n + p + 1) / 2);
  return Math.floor(2 * half - n + 2 * (n - half) * coverage);
}

/**
 * The minimum covariance determinant by the FAST-MCD algorithm of Rousseeuw and Van Driessen (1999): random starts of
 * p + 1 points, concentration steps, the best of them carried on; large samples in nested parts. Consistency factors
 * as in Croux and Haesbroeck (1999), corrections for small samples as in Pison, Van Aelst and Willems (2002), then
 * reweighted. Undefined where more than the covered share of the points lies in a plane; `ridge` is added to the
 * variances then.
 */
export function fastMcd(points: Points, random: RandomStream, ridge = 0): RobustScatter | undefined {
  const { count: n, width: p } = points;
  const h = subsetSize(n, p);
  const best = searchBest(points, h, random, ridge);
  if (best === undefined) return undefined;
  const raw = scaled(best.scatter, consistency(p, h / n) * rawCorrection(p, n, COVERAGE));
  if (raw === undefined) return undefined;
  const limit = chiSquareQuantile(CUT, p);
  const inside = Uint8Array.from(squaredDistances(points, raw), (distance) => (distance <= limit ? 1 : 0));
  const rows = Int32Array.from(inside.keys()).filter((row) => inside[row] === 1);
  const fitted = scatterOf(points, rows, ridge);
  const factor =
    rows.length === n ? 1 : consistency(p, rows.length / n) * reweightedCorrection(p, n, COVERAGE);
  const scatter = fitted && scaled(fitted, factor);
  return scatter && { scatter, raw, best: best.rows.toSorted(), inside };
}

function searchBest(points: Points, h: number, random: RandomStream, ridge: number): Candidate | undefined {
  const all = Int32Array.from({ length: points.count }, (_, row) => row);
  const whole = new Concentration(points, all, h, ridge);
  if (points.count <= 2 * PART) {
    return bestOf(searchPart(whole, STARTS, random).map((candidate) => whole.converge(candidate)));
  }
  const parts = partsOf(all, random);
  const share = h / points.count;
  const found = parts.flatMap((rows) => {
    const part = new Concentration(points, rows, Math.floor(rows.length * share), ridge);
    return searchPart(part, Math.floor(STARTS / parts.length), random);
  });
  const mergedRows = Int32Array.from(parts.flatMap((rows) => [...rows])).sort();
  const merged = new Concentration(points, mergedRows, Math.floor(mergedRows.length * share), ridge);
  const carried = keepBest(found.map((candidate) => merged.step(merged.step(candidate))));
  return bestOf(carried.map((candidate) => whole.converge(candidate)));
}

/** Disjoint random parts of nearly equal size. */
function partsOf(rows: Int32Array, random: RandomStream): Int32Array[] {
  const parts = Math.min(PARTS, Math.floor(rows.length / PART));
  const size = Math.min(PART, Math.floor(rows.length / parts));
  const order = random.shuffle([...rows]);
  return Array.from({ length: parts }, (_, part) =>
    Int32Array.from(order.slice(part * size, (part + 1) * size)).sort(),
  );
}

function searchPart(part: Concentration, starts: number, random: RandomStream): Candidate[] {
  const found: Candidate[] = [];
  for (let start = 0; start < starts; start++) {
    const first = part.start(random);
    if (first !== undefined) found.push(part.step(part.step(first)));
  }
  return keepBest(found);
}

/** The candidates of smallest determinant, each once. */
function keepBest(candidates: readonly Candidate[]): Candidate[] {
  const sorted = [...candidates].sort((a, b) => a.scatter.logDeterminant - b.scatter.logDeterminant);
  return sorted
    .filter((one, i) => one.scatter.logDeterminant !== sorted[i - 1]?.scatter.logDeterminant)
    .slice(0, KEPT);
}

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return keepBest(candidates)[0];
}

/** Concentration steps among some rows of the points. */
class Concentration {
  readonly #points: Points;
  readonly #rows: Int32Array;
  readonly #h: number;
  readonly #ridge: number;
  readonly #own: Points;

  constructor(points: Points, rows: Int32Array, h: number, ridge: number) {
    this.#points = points;
    this.#rows = rows;
    this.#h = h;
    this.#ridge = ridge;
    const { width } = points;
    const values = new Float64Array(rows.length * width);
    for (const [i, row] of rows.entries()) {
      values.set(points.values.subarray(row * width, (row + 1) * width), i * width);
    }
    this.#own = { values, width, count: rows.length };
  }

  /** The scatter of p + 1 random rows, and of more where those lie in a plane. */
  start(random: RandomStream): Candidate | undefined {
    const drawn: number[] = [];
    for (const at of drawDistinct(this.#rows.length, random)) {
      drawn.push(this.#rows[at] ?? 0);
      if (drawn.length <= this.#points.width) continue;
      const rows = Int32Array.from(drawn).sort();
      const scatter = scatterOf(this.#points, rows, this.#ridge);
      if (scatter !== undefined) return { scatter, rows };
    }
    return undefined;
  }

  /** The h rows nearest to a candidate, with their own scatter; the candidate itself where they lie in a plane. */
  step(candidate: Candidate): Candidate {
    const distances = squaredDistances(this.#own, candidate.scatter);
    const limit = orderStatistic(distances.slice(), this.#h - 1);
    const rows = new Int32Array(this.#h);
    let [taken, left] = [0, this.#h];
    for (const distance of distances) if (distance < limit) left -= 1;
    for (const [i, distance] of distances.entries()) {
      const isTaken = distance < limit || (distance === limit && left-- > 0);
      if (isTaken && taken < this.#h) rows[taken++] = this.#rows[i] ?? 0;
    }
    const scatter = scatterOf(this.#points, rows, this.#ridge);
    return scatter === undefined ? candidate : { scatter, rows };
  }

  /** Steps until the determinant falls no more. */
  converge(candidate: Candidate): Candidate {
    let current = this.step(candidate);
    for (let i = 0; i < MOST_STEPS; i++) {
      const next = this.step(current);
      if (next.scatter.logDeterminant >= current.scatter.logDeterminant) return current;
      current = next;
    }
    return current;
  }
}
