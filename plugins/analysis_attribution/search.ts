import { smallestEffect, type WaitStudy } from '../../src/sdk/index.ts';
import { type Cells, DIMENSIONS, type Dimension } from './cells.ts';

/** Runs that agree in some dimensions. */
export interface Combination {
  readonly levels: Partial<Record<Dimension, string>>;
  /** A row of the cells that has these levels. */
  readonly row: number;
}

/** With fewer runs over the threshold a combination is not told. */
const FEWEST_RUNS = 30;

interface Cell {
  readonly row: number;
  readonly levels: readonly (string | null)[];
  readonly runs: number;
  readonly overRuns: number;
  readonly over: number;
}

/**
 * The combinations with most over-threshold wait beyond the share of their runs, one after another: what one has found
 * is taken out before the next is searched.
 */
export function findCombinations({ ctx }: WaitStudy, cells: Cells): Combination[] {
  const smallest = smallestEffect('smallest_excess_points', ctx.settings);
  const all = cells.total.number(0, 'over_s') ?? 0;
  const found: Combination[] = [];
  let left = readCellsOf(cells);
  const masks = MASKS.filter((mask) => (mask & ~varyingIn(left)) === 0);
  while (found.length < Number(ctx.settings['top_combinations'])) {
    const best = bestOf(left, masks);
    if (best === undefined || !smallest.reaches((100 * best.excess) / all)) break;
    found.push(best.combination);
    left = left.filter((cell) => !isIn(cell, best.combination));
  }
  return found;
}

function readCellsOf({ handle }: Cells): Cell[] {
  return handle.rows.map((_, row) => ({
    row,
    levels: DIMENSIONS.map((dimension) => handle.text(row, dimension)),
    runs: handle.number(row, 'waited_runs') ?? 0,
    overRuns: handle.number(row, 'over_runs') ?? 0,
    over: handle.number(row, 'over_s') ?? 0,
  }));
}

/** Every conjunction of two to all dimensions; of equal ones the shorter, then the first in the order of the cells. */
function bestOf(cells: readonly Cell[], masks: readonly number[]) {
  const [runs, over] = [sum(cells, (cell) => cell.runs), sum(cells, (cell) => cell.over)];
  let best: { excess: number; combination: Combination } | undefined;
  for (const mask of masks) {
    for (const group of groupsOf(cells, mask)) {
      const excess = group.over - (group.runs * over) / runs;
      if (group.overRuns < FEWEST_RUNS || (best !== undefined && excess <= best.excess * (1 + 1e-9)))
        continue;
      best = { excess, combination: { row: group.row, levels: levelsOf(group, mask) } };
    }
  }
  return best;
}

/** Subsets of two or more dimensions as bits, the small ones first: what one alone holds is told by other analyses. */
const MASKS = Array.from({ length: 2 ** DIMENSIONS.length }, (_, mask) => mask)
  .filter((mask) => bitsOf(mask) >= 2)
  .toSorted((a, b) => bitsOf(a) - bitsOf(b) || a - b);

/** The dimensions in which the runs differ, as bits: what all share says nothing. */
function varyingIn(cells: readonly Cell[]): number {
  return DIMENSIONS.reduce((bits, _, i) => {
    const levels = new Set(cells.map((cell) => cell.levels[i]));
    return levels.size > 1 ? bits | (1 << i) : bits;
  }, 0);
}

function groupsOf(cells: readonly Cell[], mask: number): Cell[] {
  const groups = new Map<
    string,
    { row: number; levels: Cell['levels']; runs: number; overRuns: number; over: number }
  >();
  for (const cell of cells) {
    const own = cell.levels.filter((_, i) => mask & (1 << i));
    if (own.includes(null)) continue;
    const key = own.join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...cell });
    else {
      group.runs += cell.runs;
      group.overRuns += cell.overRuns;
      group.over += cell.over;
    }
  }
  return [...groups.values()];
}

function levelsOf(cell: Cell, mask: number): Combination['levels'] {
  return Object.fromEntries(
    DIMENSIONS.flatMap((dimension, i) => (mask & (1 << i) ? [[dimension, cell.levels[i] ?? '']] : [])),
  );
}

function isIn({ levels }: Cell, combination: Combination): boolean {
  return DIMENSIONS.every(
    (dimension, i) =>
      combination.levels[dimension] === undefined || combination.levels[dimension] === levels[i],
  );
}

function bitsOf(mask: number): number {
  return DIMENSIONS.filter((_, i) => mask & (1 << i)).length;
}

function sum(cells: readonly Cell[], of: (cell: Cell) => number): number {
  let total = 0;
  for (const cell of cells) total += of(cell);
  return total;
}
