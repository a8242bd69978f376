import { type Context, permutationTest, shuffle } from '../../src/sdk/index.ts';
import type { Scores } from './scores.ts';
import type { CategoryColumn, NumericColumn, Subject, Variable } from './subject.ts';

/** Tables of up to this many rows are read whole, so that their rows can be put in random orders. */
export const FEW_ROWS = 2000;

/** The rows of a small table: scores of measures and levels of categories, missing ones as null. */
export interface SmallTable {
  scores(measure: NumericColumn): readonly (number | null)[];
  levels(category: CategoryColumn): readonly (string | null)[];
}

/** Reads the rows of a small table; undefined for one that is not small. */
export async function readSmallTable(
  ctx: Context,
  { measures, categories, rows }: Subject,
  scores: Scores,
): Promise<SmallTable | undefined> {
  if (rows > FEW_ROWS) return undefined;
  const names = [
    ...measures.map((measure) => scores.own(measure)),
    ...categories.map(({ sqlName }) => scores.category(sqlName)),
  ];
  const handle = await ctx.query(
    `WITH ${scores.cte} SELECT ${names.join(', ')}, _sh_part, _sh_row_number FROM scores ORDER BY _sh_part, _sh_row_number`,
  );
  const positions = handle.rows.map((_, row) => row);
  return {
    scores: (measure) => positions.map((row) => handle.number(row, scores.own(measure))),
    levels: ({ sqlName }) => positions.map((row) => handle.text(row, scores.category(sqlName))),
  };
}

/** Draws of a permutation test, and after how many that reach the observed statistic it stops. */
export interface Permuting {
  readonly ctx: Context;
  readonly permutations: number;
}

const ENOUGH_HITS = 20;

/** Rows of a small table in which two columns have a value: ranks of a measure, numbers of a category's levels. */
export function columnsOfPair(table: SmallTable, a: Variable, b: Variable): readonly [number[], number[]] {
  const [left, right] = [cellsOf(table, a), cellsOf(table, b)];
  const rows = left.flatMap((cell, row) => (cell === null || right[row] === null ? [] : [row]));
  const take = (cells: readonly (number | string | null)[]) => numbersOf(rows.map((row) => cells[row] ?? ''));
  return [take(left), take(right)];
}

function cellsOf(table: SmallTable, variable: Variable): readonly (number | string | null)[] {
  return variable.kind === 'measure' ? table.scores(variable) : table.levels(variable);
}

/** Scores become twice their midrank among these rows less n + 1; levels become numbers from 0. */
function numbersOf(cells: readonly (number | string)[]): number[] {
  const distinct = [...new Set(cells)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (typeof cells[0] === 'string') {
    const places = new Map(distinct.map((cell, i) => [cell, i]));
    return cells.map((cell) => places.get(cell) ?? 0);
  }
  const counts = new Map<number | string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  let below = 0;
  const ranks = new Map<number | string, number>();
  for (const cell of distinct) {
    const own = counts.get(cell) ?? 0;
    ranks.set(cell, 2 * below + own - cells.length);
    below += own;
  }
  return cells.map((cell) => ranks.get(cell) ?? 0);
}

/** p-value of a statistic of two columns under random orders of the second. */
export function permuted(
  { ctx, permutations }: Permuting,
  label: string,
  [fixed, moved]: readonly [readonly number[], readonly number[]],
  statistic: (fixed: readonly number[], moved: readonly number[]) => number,
): number {
  const random = ctx.random(label);
  const order = [...moved];
  return permutationTest({
    observed: statistic(fixed, moved),
    draw: () => {
      shuffle(order, random);
      return statistic(fixed, order);
    },
    draws: permutations,
    stopAfterHits: ENOUGH_HITS,
  }).p_value;
}
