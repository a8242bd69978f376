import { codedCells } from './coded-cells.ts';

/** How alike rows are that are so far apart. */
export interface Likeness {
  /** The autocorrelation of a measure; of a category the mean of its canonical ones, one less than it has levels. */
  readonly mean: number;
  /** The variance of the canonical autocorrelations about their mean; 0 for a measure, which has but one. */
  readonly variance: number;
}

/** A column over rows in order: how alike these are. */
export interface Series {
  /** Rows that are spread evenly. */
  readonly size: number;
  /** Of two rows: what the autocorrelation is the mean of; NaN where a value is missing. */
  alike(row: number, other: number): number;
  /** Between rows so many rows apart, fewer than a step. */
  near(lag: number): Likeness;
  /** Between rows so many steps apart. */
  far(lag: number): Likeness;
  /** Whether the rows are in order of the column: no value comes back, and those of a measure only rise or only fall. */
  readonly isSorted: boolean;
}

export type Cell = number | string | null;

/** Rows in runs: in each, one follows the other by a step of so many. */
export type Runs = readonly (readonly number[])[];

/** Every step-th row, and stretches of neighbours, of rows whose positions rise. */
export function runsOf(
  positions: readonly number[],
  step: number,
): { readonly near: Runs; readonly far: Runs } {
  const spread: number[] = [];
  const stretches: number[][] = [];
  for (const [row, position] of positions.entries()) {
    if (position % step === 0) spread.push(row);
    if (row > 0 && position === (positions[row - 1] ?? 0) + 1) stretches.at(-1)?.push(row);
    else stretches.push([row]);
  }
  return { near: stretches, far: [spread] };
}

export function seriesOf(cells: readonly Cell[], { near, far }: ReturnType<typeof runsOf>): Series {
  const column = cells.some((cell) => typeof cell === 'string') ? ofLevels(cells) : ofRanks(cells);
  const likeness = (runs: Runs) => {
    const known = new Map<number, Likeness>();
    return (lag: number): Likeness => {
      const found = known.get(lag) ?? {
        mean: meanOver(runs, lag, column.alike),
        variance: column.variance(runs, lag),
      };
      known.set(lag, found);
      return found;
    };
  };
  return {
    size: far[0]?.length ?? 0,
    alike: column.alike,
    near: likeness(near),
    far: likeness(far),
    isSorted: isSorted((far[0] ?? []).map((row) => cells[row] ?? null)),
  };
}

/** Mean over pairs of rows so many steps apart; NaN is left out, and 0 is the mean of nothing. */
export function meanOver(runs: Runs, lag: number, of: (row: number, other: number) => number): number {
  let [sum, pairs] = [0, 0];
  for (const run of runs) {
    for (let i = lag; i < run.length; i += 1) {
      const value = of(run[i] ?? 0, run[i - lag] ?? 0);
      if (Number.isNaN(value)) continue;
      sum += value;
      pairs += 1;
    }
  }
  return pairs > 0 ? sum / pairs : 0;
}

interface Column {
  alike(row: number, other: number): number;
  variance(runs: Runs, lag: number): number;
}

/** Product of standardized midranks. */
function ofRanks(cells: readonly Cell[]): Column {
  const values = cells.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  const n = values.length;
  const ranks = new Map<Cell, number>();
  let squares = 0;
  for (let start = 0; start < n; ) {
    let end = start;
    while (end < n && values[end] === values[start]) end += 1;
    const rank = start + end - n;
    squares += (end - start) * rank * rank;
    ranks.set(values[start] ?? 0, rank);
    start = end;
  }
  const deviation = Math.sqrt(squares / n);
  const scores = Float64Array.from(cells, (cell) => {
    const rank = ranks.get(cell);
    return rank === undefined ? Number.NaN : squares > 0 ? rank / deviation : 0;
  });
  return {
    alike: (row, other) => (scores[row] ?? 0) * (scores[other] ?? 0),
    variance: () => 0,
  };
}

/** Levels from which the variance of canonical autocorrelations is not looked at: its table would be too large. */
const MOST_LEVELS = 1000;

/** How much oftener than by chance both rows have one level, each level weighed by 1 / its share. */
function ofLevels(cells: readonly Cell[]): Column {
  const { codes, counts } = codedCells(cells);
  const [levels, n] = [counts.length, counts.reduce((sum, count) => sum + count, 0)];
  const degrees = Math.max(1, levels - 1);
  const alike = (row: number, other: number): number => {
    const [a, b] = [codes[row] ?? -1, codes[other] ?? -1];
    if (a < 0 || b < 0) return Number.NaN;
    if (levels < 2) return 0;
    return ((a === b ? n / (counts[a] ?? n) : 0) - 1) / degrees;
  };
  const table = new Int32Array(levels <= MOST_LEVELS ? levels * levels : 0);
  return {
    alike,
    variance(runs, lag) {
      if (table.length === 0 || levels < 2) return 0;
      const square = meanSquare(runs, lag, codes, counts, table);
      return Math.max(0, square - meanOver(runs, lag, alike) ** 2);
    },
  };
}

/**
 * The mean of the squared canonical autocorrelations: Pearson's mean square contingency of both rows, less what it is by
 * chance. `table` has a cell for each two levels, and is all zero before and after.
 */
function meanSquare(
  runs: Runs,
  lag: number,
  codes: Int32Array,
  counts: readonly number[],
  table: Int32Array,
): number {
  const levels = counts.length;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const visit = (of: (cell: number, one: number, other: number) => number): number =>
    meanOver(runs, lag, (row, before) => {
      const [one, other] = [codes[row] ?? -1, codes[before] ?? -1];
      return one < 0 || other < 0 ? Number.NaN : of(one * levels + other, one, other);
    });
  let pairs = 0;
  visit((cell) => {
    table[cell] = (table[cell] ?? 0) + 1;
    pairs += 1;
    return 0;
  });
  const mean = visit((cell, a, b) => (table[cell] ?? 0) * (n / (counts[a] ?? n)) * (n / (counts[b] ?? n)));
  visit((cell) => {
    table[cell] = 0;
    return 0;
  });
  return pairs === 0 ? 0 : (mean / pairs - 1) / (levels - 1) - (levels - 1) / pairs;
}

function isSorted(cells: readonly Cell[]): boolean {
  const present = cells.filter((cell) => cell !== null);
  const changes = present.filter((cell, i) => i > 0 && cell !== present[i - 1]).length;
  const distinct = new Set(present).size;
  if (distinct < 2 || changes !== distinct - 1) return false;
  const rises = present.every((cell, i) => i === 0 || (present[i - 1] ?? cell) <= cell);
  const falls = present.every((cell, i) => i === 0 || (present[i - 1] ?? cell) >= cell);
  return typeof present[0] === 'string' || rises || falls;
}
