/** Autocorrelations of a column over rows in order. */
export interface Series {
  /** Rows that are spread evenly. */
  readonly size: number;
  /** Between rows so many rows apart, fewer than a step. */
  near(lag: number): number;
  /** Between rows so many steps apart. */
  far(lag: number): number;
  /** Whether the rows are in order of the column: no value comes back, and those of a measure only rise or only fall. */
  readonly isSorted: boolean;
}

type Cell = number | string | null;

/** Of cells at positions that rise: every step-th row, and stretches of rows between. */
export function seriesOf(cells: readonly Cell[], positions: readonly number[], step: number): Series {
  const spread: Cell[] = [];
  const stretches: Cell[][] = [];
  for (const [i, position] of positions.entries()) {
    const cell = cells[i] ?? null;
    if (position % step === 0) spread.push(cell);
    if (i > 0 && position === (positions[i - 1] ?? 0) + 1) stretches.at(-1)?.push(cell);
    else stretches.push([cell]);
  }
  const likeness = cells.some((cell) => typeof cell === 'string') ? ofLevels(cells) : ofRanks(cells);
  return {
    size: spread.length,
    near: remembered((lag) => likeness(stretches, lag)),
    far: remembered((lag) => likeness([spread], lag)),
    isSorted: isSorted(spread),
  };
}

function remembered(of: (lag: number) => number): (lag: number) => number {
  const known = new Map<number, number>();
  return (lag) => {
    const value = known.get(lag) ?? of(lag);
    known.set(lag, value);
    return value;
  };
}

type Likeness = (stretches: readonly (readonly Cell[])[], lag: number) => number;

/** Mean product of standardized midranks. */
function ofRanks(cells: readonly Cell[]): Likeness {
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
  const scored = new Map<readonly Cell[], Float64Array>();
  const scoresOf = (stretch: readonly Cell[]) => {
    const found = scored.get(stretch) ?? Float64Array.from(stretch, (cell) => ranks.get(cell) ?? Number.NaN);
    scored.set(stretch, found);
    return found;
  };
  return (stretches, lag) => {
    let [sum, pairs] = [0, 0];
    for (const stretch of stretches) {
      const scores = scoresOf(stretch);
      for (let i = lag; i < scores.length; i += 1) {
        const product = (scores[i] ?? 0) * (scores[i - lag] ?? 0);
        if (Number.isNaN(product)) continue;
        sum += product;
        pairs += 1;
      }
    }
    return pairs > 0 && squares > 0 ? (sum / pairs) * (n / squares) : 0;
  };
}

/** How much oftener than by chance both rows have one level, each level weighed by 1 / its share: mean of canonical correlations. */
function ofLevels(cells: readonly Cell[]): Likeness {
  const counts = new Map<Cell, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const n = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (stretches, lag) => {
    let [sum, pairs] = [0, 0];
    for (const stretch of stretches) {
      for (let i = lag; i < stretch.length; i += 1) {
        const [one, before] = [stretch[i] ?? null, stretch[i - lag] ?? null];
        if (one === null || before === null) continue;
        pairs += 1;
        if (one === before) sum += n / (counts.get(one) ?? n);
      }
    }
    return pairs > 0 && counts.size > 1 ? (sum / pairs - 1) / (counts.size - 1) : 0;
  };
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
