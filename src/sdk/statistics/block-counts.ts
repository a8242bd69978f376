import type { QueryHandle } from '../handles.ts';
import type { BlockCounts } from './block-excess.ts';

/** The columns of a result that counts levels by block: a row for each level in each block. */
export interface CountColumns {
  /** Of all rows, and of those that are marked. */
  readonly rows: string;
  readonly marked: string;
}

/** Counts by block of each level, by its name (the column `name`; missing for the rest); the column `block` has the ordinal. */
export function readBlockCounts(
  handle: QueryHandle,
  blocks: number,
  columns: CountColumns,
): ReadonlyMap<string | null, BlockCounts> {
  const levels = new Map<string | null, BlockCounts>();
  for (const row of handle.rows.keys()) {
    const name = handle.text(row, 'name');
    const level = levels.get(name) ?? {
      rows: new Float64Array(blocks),
      marked: new Float64Array(blocks),
    };
    levels.set(name, level);
    const block = handle.number(row, 'block') ?? 0;
    level.rows[block] = handle.number(row, columns.rows) ?? 0;
    level.marked[block] = handle.number(row, columns.marked) ?? 0;
  }
  return levels;
}

/** The first block of the later half of the rows. */
export function middleBlock(levels: Iterable<BlockCounts>): number {
  const sums: number[] = [];
  for (const { rows } of levels)
    rows.forEach((n, block) => {
      sums[block] = (sums[block] ?? 0) + n;
    });
  const half = sums.reduce((sum, n) => sum + n, 0) / 2;
  let before = 0;
  return (
    sums.findIndex((n) => {
      before += n;
      return before >= half;
    }) + 1
  );
}

/** Blocks in which a level has rows at all. */
export function occupiedBlocks({ rows }: BlockCounts): number {
  return rows.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
}
