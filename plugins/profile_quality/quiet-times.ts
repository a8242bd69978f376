/** A stretch of the time axis with its rows, `piece` counting stretches of equal width from the first row on. */
export interface Piece {
  readonly piece: number;
  readonly rows: number;
}

/** What other weeks have in the hours of a gap. */
export interface OtherWeeks {
  /** Median of the rows in the same hours of the week. */
  readonly usualRows: number;
  /** Weeks, or days, that were compared. */
  readonly compared: number;
  readonly by: 'weeks' | 'days';
}

const [DAY, WEEK] = [86_400, 604_800];
/** Others that a gap must be compared with. */
const FEWEST_COMPARED = 2;
/** 1970-01-01 was a Thursday; Saturday began two days later. */
const [SATURDAY, MONDAY] = [2 * DAY, 4 * DAY];

/**
 * Rows of other weeks in the hours between two pieces, those of the ends left out: a night or a weekend without rows is
 * none. Where the table spans too few weeks it is compared with other days; then a gap over a weekend can't be judged
 * and gives undefined, as one that has nothing to be compared with. `width` is that of a piece, `first` when the first
 * of them begins, both in seconds.
 */
export function otherWeeks(
  pieces: readonly Piece[],
  gap: { readonly from: number; readonly to: number },
  width: number,
  first: number,
): OtherWeeks | undefined {
  const weeks = rowsElsewhere(pieces, gap, WEEK / width);
  if (weeks.length >= FEWEST_COMPARED) {
    return { usualRows: median(weeks), compared: weeks.length, by: 'weeks' };
  }
  const days = rowsElsewhere(pieces, gap, DAY / width);
  const isWeekend = touchesWeekend(first + (gap.from + 1) * width, first + gap.to * width);
  if (isWeekend || days.length < FEWEST_COMPARED) return undefined;
  return { usualRows: median(days), compared: days.length, by: 'days' };
}

/** For each move of the gap by a multiple of `period` pieces that stays within the table: the rows in it. */
function rowsElsewhere(
  pieces: readonly Piece[],
  { from, to }: { readonly from: number; readonly to: number },
  period: number,
): number[] {
  const last = pieces.at(-1)?.piece ?? 0;
  const found: number[] = [];
  const before = Math.floor((from + 1) / period);
  const after = Math.floor((last + 1 - to) / period);
  for (let move = -before; move <= after; move += 1) {
    if (move === 0) continue;
    const [low, high] = [Math.ceil(from + 1 + move * period), Math.floor(to - 1 + move * period)];
    found.push(rowsBetween(pieces, low, high));
  }
  return found;
}

/** Rows in the pieces from one to another, both included; `pieces` rise. */
function rowsBetween(pieces: readonly Piece[], low: number, high: number): number {
  let [start, end] = [0, pieces.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if ((pieces[middle]?.piece ?? 0) < low) start = middle + 1;
    else end = middle;
  }
  let rows = 0;
  for (let i = start; i < pieces.length && (pieces[i]?.piece ?? 0) <= high; i += 1)
    rows += pieces[i]?.rows ?? 0;
  return rows;
}

function touchesWeekend(from: number, to: number): boolean {
  const ofWeek = ((from % WEEK) + WEEK) % WEEK;
  const until = ofWeek + (to - from);
  return (ofWeek < MONDAY && until > SATURDAY) || until > SATURDAY + WEEK;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
