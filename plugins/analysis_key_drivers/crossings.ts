import {
  type Context,
  classOf,
  finiteDouble,
  packCodes,
  scanNumbers,
  unpackCodes,
} from '../../src/sdk/index.ts';
import type { Factor, MeasureClasses } from './factors.ts';
import type { Tally } from './tally.ts';

/** Some rows of a measure: counts and sums of ranks (as shares) and of values less the measure's centre. */
export interface Cell {
  n: number;
  shares: number;
  shareSquares: number;
  values: number;
  valueSquares: number;
}

/** A measure by two factors: one cell for each pair of their levels, `first code * second's levels + second code`. */
export interface Crossing {
  readonly measure: MeasureClasses;
  readonly first: Factor;
  readonly second: Factor;
  readonly cells: readonly Cell[];
}

export interface CrossingRequest {
  readonly tally: Tally;
  readonly second: Factor;
}

/** One more pass over the rows, for pairs of factors. */
export async function crossRows(ctx: Context, requests: readonly CrossingRequest[]): Promise<Crossing[]> {
  if (requests.length === 0) return [];
  const measures = [...new Set(requests.map(({ tally }) => tally.measure))];
  const factors = [...new Set(requests.flatMap(({ tally, second }) => [tally.factor, second]))];
  const crossings = requests.map(({ tally, second }) => ({
    shares: tally.shares,
    centre: tally.centre,
    measure: tally.measure,
    first: tally.factor,
    second,
    cells: Array.from({ length: tally.factor.levels.length * second.levels.length }, emptyCell),
  }));
  const packs = packCodes(factors);
  const expressions = [
    ...measures.map(({ measure }) => finiteDouble(measure.sqlName)),
    ...packs.map(({ sql }) => sql),
  ];
  for await (const { rows, columns } of scanNumbers(ctx, 'driver_pair', expressions)) {
    const codesOf = unpackCodes(packs, columns.slice(measures.length));
    for (const [m, measure] of measures.entries()) {
      const values = columns[m] ?? new Float64Array(rows);
      const classes = Int32Array.from(values, (x) => (Number.isNaN(x) ? -1 : classOf(measure.classes, x)));
      for (const crossing of crossings) {
        if (crossing.measure !== measure) continue;
        const [first, second] = [codesOf.get(crossing.first), codesOf.get(crossing.second)];
        if (first !== undefined && second !== undefined)
          addRows(crossing, { rows, values, classes, first, second });
      }
    }
  }
  return crossings;
}

interface RowsOfBatch {
  readonly rows: number;
  readonly values: Float64Array;
  readonly classes: Int32Array;
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

function addRows(
  crossing: Crossing & { readonly shares: Float64Array; readonly centre: number },
  { rows, values, classes, first, second }: RowsOfBatch,
): void {
  const width = crossing.second.levels.length;
  for (let row = 0; row < rows; row += 1) {
    const at = classes[row] ?? -1;
    if (at < 0) continue;
    const cell = crossing.cells[(first[row] ?? 0) * width + (second[row] ?? 0)];
    if (cell === undefined) continue;
    const [share, value] = [crossing.shares[at] ?? 0, (values[row] ?? 0) - crossing.centre];
    cell.n += 1;
    cell.shares += share;
    cell.shareSquares += share * share;
    cell.values += value;
    cell.valueSquares += value * value;
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
