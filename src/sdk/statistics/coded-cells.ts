/** Cells as codes: 0, 1 … in the order in which their values come first, −1 where there is none. */
export interface CodedCells {
  readonly codes: Int32Array;
  /** How many cells have each code. */
  readonly counts: readonly number[];
}

/** Codes for cells that are equal, and how many are. */
export function codedCells<T>(cells: readonly (T | null)[]): CodedCells {
  const known = new Map<T, number>();
  const counts: number[] = [];
  const codes = Int32Array.from(cells, (cell) => {
    if (cell === null) return -1;
    const code = known.get(cell) ?? known.size;
    known.set(cell, code);
    counts[code] = (counts[code] ?? 0) + 1;
    return code;
  });
  return { codes, counts };
}
