import type { CodedBatch, CodedRows } from './coded-rows.ts';
import type { Factor, MeasureClasses } from './factors.ts';
import type { Tally } from './tally.ts';

/** Some rows of a measure: counts and sums of ranks (as shares) and of values less the measure's centre. */
export interface Cell {
  readonly n: number;
  readonly shares: number;
  readonly shareSquares: number;
  readonly values: number;
  readonly valueSquares: number;
}

/** A measure by two factors: one cell for each pair of their levels, `first code * second's levels + second code`. */
export interface Crossing {
  readonly measure: MeasureClasses;
  readonly first: Factor;
  readonly second: Factor;
  readonly cells: readonly Cell[];
  /** The same of each half of the rows. */
  readonly halves: readonly [readonly Cell[], readonly Cell[]];
  readonly halvedBy: Tally['halvedBy'];
}

export interface CrossingRequest {
  readonly tally: Tally;
  readonly second: Factor;
}

/** One more pass over the rows, for pairs of factors; a pair that is asked for both ways is counted once. */
export async function crossRows(coded: CodedRows, requests: readonly CrossingRequest[]): Promise<Crossing[]> {
  if (requests.length === 0) return [];
  const counted = requests
    .filter((one, i) => !requests.slice(0, i).some((other) => isSamePair(one, other)))
    .map(emptyCounting);
  for await (const batch of coded()) for (const counting of counted) addRows(counting, batch);
  return requests.map((request) => crossingOf(request, counted));
}

function isSamePair(a: CrossingRequest, b: CrossingRequest): boolean {
  const isSame = a.tally.factor === b.tally.factor && a.second === b.second;
  const isTurned = a.tally.factor === b.second && a.second === b.tally.factor;
  return a.tally.measure === b.tally.measure && (isSame || isTurned);
}

/** Cells as numbers: five of them for each, first those of one half of the rows, then those of the other. */
interface Counting {
  readonly measure: MeasureClasses;
  readonly first: Factor;
  readonly second: Factor;
  readonly shares: Float64Array;
  readonly centre: number;
  readonly sums: Float64Array;
}

const SUMS = 5;

function emptyCounting({ tally, second }: CrossingRequest): Counting {
  const { measure, factor: first, shares, centre } = tally;
  const sums = new Float64Array(2 * SUMS * first.levels.length * second.levels.length);
  return { measure, first, second, shares, centre, sums };
}

/** A crossing as it was asked for, from the one count of its pair. */
function crossingOf({ tally, second }: CrossingRequest, counted: readonly Counting[]): Crossing {
  const { measure, factor: first, halvedBy } = tally;
  const isOf = (one: Counting, a: Factor, b: Factor) =>
    one.measure === measure && one.first === a && one.second === b;
  const found = counted.find((one) => isOf(one, first, second) || isOf(one, second, first));
  if (found === undefined) throw new Error('a crossing was not counted');
  const [height, width] = [first.levels.length, second.levels.length];
  const cellsOf = (half: 0 | 1) =>
    Array.from({ length: height * width }, (_, at) => {
      const [a, b] = [Math.floor(at / width), at % width];
      const place = found.first === first ? at : b * height + a;
      return cellOf(found.sums, half * height * width + place);
    });
  const halves = [cellsOf(0), cellsOf(1)] as const;
  const cells = halves[0].map((cell, at) => addCells(cell, halves[1][at] ?? emptyCell()));
  return { measure, first, second, cells, halves, halvedBy };
}

function cellOf(sums: Float64Array, cell: number): Cell {
  const [n = 0, shares = 0, shareSquares = 0, values = 0, valueSquares = 0] = sums.subarray(SUMS * cell);
  return { n, shares, shareSquares, values, valueSquares };
}

function addRows(counting: Counting, batch: CodedBatch): void {
  const values = batch.values.get(counting.measure);
  const classes = batch.classes.get(counting.measure);
  const [first, second] = [batch.codes.get(counting.first), batch.codes.get(counting.second)];
  if (values === undefined || classes === undefined || first === undefined || second === undefined) return;
  const { sums, shares, centre } = counting;
  const { slots } = batch;
  const width = counting.second.levels.length;
  const size = counting.first.levels.length * width;
  for (let row = 0; row < values.length; row += 1) {
    const at = classes[row] ?? -1;
    if (at < 0) continue;
    const half = (slots[row] ?? 0) & 1;
    const cell = SUMS * (half * size + (first[row] ?? 0) * width + (second[row] ?? 0));
    const share = shares[at] ?? 0;
    const value = (values[row] ?? 0) - centre;
    sums[cell] = (sums[cell] ?? 0) + 1;
    sums[cell + 1] = (sums[cell + 1] ?? 0) + share;
    sums[cell + 2] = (sums[cell + 2] ?? 0) + share * share;
    sums[cell + 3] = (sums[cell + 3] ?? 0) + value;
    sums[cell + 4] = (sums[cell + 4] ?? 0) + value * value;
  }
}

export function emptyCell(): Cell {
  return { n: 0, shares: 0, shareSquares: 0, values: 0, valueSquares: 0 };
}

export function addCells(a: Cell, b: Cell): Cell {
  return {
    n: a.n + b.n,
    shares: a.shares + b.shares,
    shareSquares: a.shareSquares + b.shareSquares,
    values: a.values + b.values,
    valueSquares: a.valueSquares + b.valueSquares,
  };
}

/** What is compared between cells: ranks or values. */
export type Scale = 'shares' | 'values';

/** Mean and variance (divisor n - 1) of a cell. */
export function momentsOfCell(
  cell: Cell,
  scale: Scale,
): { readonly mean: number; readonly variance: number } {
  const [sum, squares] =
    scale === 'shares' ? [cell.shares, cell.shareSquares] : [cell.values, cell.valueSquares];
  const mean = sum / cell.n;
  return { mean, variance: Math.max(0, (squares - sum * mean) / Math.max(1, cell.n - 1)) };
}

/** The cells of one level of the first factor and of all its others, for each level of the second. */
export function strataOf(
  { cells, first, second }: Crossing,
  code: number,
): readonly { readonly level: Cell; readonly others: Cell }[] {
  const width = second.levels.length;
  return second.levels.map(({ code: stratum }) => ({
    level: cells[code * width + stratum] ?? emptyCell(),
    others: first.levels
      .filter((level) => level.code !== code)
      .reduce((sum, level) => addCells(sum, cells[level.code * width + stratum] ?? emptyCell()), emptyCell()),
  }));
}
