import { byCodePoint, HarnessError } from '../base/index.ts';
import type { Cell } from '../contract/index.ts';
import type { BatchColumn, ExactGroup } from '../sdk/index.ts';

/** More groups than anyone reads, and fewer than would fill the memory. */
export const MAX_GROUPS = 100_000;

/** Refuses (SH_QUERY_LIMIT) more groups than that. */
export function checkGroupCount(groups: number): void {
  if (groups <= MAX_GROUPS) return;
  throw new HarnessError('SH_QUERY_LIMIT', { reason: `it has more than ${MAX_GROUPS} groups` });
}

/** Groups by their cells: code point order, missing ones last. */
export function groupsInOrder(groups: readonly ExactGroup[]): readonly ExactGroup[] {
  return groups.toSorted((a, b) => compareKeys(a.key, b.key));
}

function compareKeys(a: readonly Cell[], b: readonly Cell[]): number {
  for (const [index, cell] of a.entries()) {
    const order = compareCells(cell, b[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return byCodePoint(a, b);
}

/** Positions of the rows of each group that occurs, in order within a group. A counting sort. */
export function* rowsByGroup(
  column: BatchColumn | undefined,
  groups: number,
): Generator<{ readonly group: number; readonly rows: Uint32Array }> {
  if (column?.kind !== 'int64') throw new Error('a batch without the number of its groups');
  const numbers = Uint32Array.from(column.values, Number);
  const ends = new Uint32Array(groups);
  for (const group of numbers) ends[group] = (ends[group] ?? 0) + 1;
  for (let group = 1; group < groups; group += 1) ends[group] = (ends[group] ?? 0) + (ends[group - 1] ?? 0);
  const starts = new Uint32Array(groups);
  starts.set(ends.subarray(0, -1), 1);
  const next = starts.slice();
  const sorted = new Uint32Array(numbers.length);
  numbers.forEach((group, row) => {
    sorted[next[group] ?? 0] = row;
    next[group] = (next[group] ?? 0) + 1;
  });
  for (let group = 0; group < groups; group += 1) {
    const rows = sorted.subarray(starts[group], ends[group]);
    if (rows.length > 0) yield { group, rows };
  }
}
