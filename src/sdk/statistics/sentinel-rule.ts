/** One end of a column. */
export type ColumnEnd = 'low' | 'high';

/** A value near an end: where it lies, how many rows have it, and how it is written. */
export interface EndValue {
  readonly position: number;
  readonly rows: number;
  readonly text: string;
}

/** The rest of the column, to measure gaps by. */
export interface RestOfColumn {
  readonly end: ColumnEnd;
  readonly isTime: boolean;
  /** The middle of the different values, and the far end. */
  readonly median: number;
  readonly otherEnd: number;
}

/** As many values of an end may be sentinels together (997, 998, 999). */
const MOST = 3;
/** Rows that have one of them, and rows of each. */
const FEWEST_ROWS = 3;
const FEWEST_ROWS_EACH = 2;
/** A spike is so many times as frequent as the most frequent of its neighbours. */
const SPIKE = 5;
const NEIGHBOURS = 20;
/** The gap to the others, as a share of the distance from there to the median; of their whole range. */
const GAP_TO_MEDIAN = 0.5;
const GAP_TO_RANGE = 3;
/** Different values that the others must have before their range says anything. */
const FEWEST_OTHERS = 5;

/**
 * How many values at an end (given from the end inwards) are sentinels; 0 where none is. They are cut off from the
 * others by a gap, and
 * - the gap is three times as wide as the range of all others, or
 * - each is a spike: five times as frequent as any of its twenty neighbours; or
 * - each is written as such values are (only nines, the largest number of a type, minus one below numbers that are
 *   never negative; the first or last day of a calendar), where one row of a time is enough, and one of a number of
 *   so many nines that no price or count is it by chance (999999.99).
 */
export function findSentinels(values: readonly EndValue[], rest: RestOfColumn): number {
  for (let size = 1; size <= MOST && size < values.length; size++) {
    if (areSentinels(values.slice(0, size), values.slice(size), rest)) return size;
  }
  return 0;
}

function areSentinels(last: readonly EndValue[], others: readonly EndValue[], rest: RestOfColumn): boolean {
  const [nearest, inner] = [last.at(-1), others[0]];
  if (nearest === undefined || inner === undefined) return false;
  const gap = Math.abs(nearest.position - inner.position);
  const range = Math.abs(inner.position - rest.otherEnd);
  const usual = last.every((value) => (rest.isTime ? isUsualTime(value.text) : isUsualNumber(value)));
  if (usual && rest.isTime && range > 0 && gap >= range) return true;
  const rows = last.reduce((sum, value) => sum + value.rows, 0);
  if (last.length === 1 && isUnmistakable(nearest) && range > 0 && gap >= GAP_TO_RANGE * range) return true;
  if (rows < FEWEST_ROWS || last.some((value) => value.rows < FEWEST_ROWS_EACH)) return false;
  if (gap >= GAP_TO_RANGE * range && range > 0 && (usual || others.length >= FEWEST_OTHERS)) return true;
  if (isOnlyNegative(last, inner, rest)) return true;
  if (gap < GAP_TO_MEDIAN * Math.abs(inner.position - rest.median) || others.length < FEWEST_OTHERS)
    return false;
  return usual || isSpike(last, others);
}

function isSpike(last: readonly EndValue[], others: readonly EndValue[]): boolean {
  const neighbours = Math.max(...others.slice(0, NEIGHBOURS).map(({ rows }) => rows));
  return last.every(({ rows }) => rows >= SPIKE * neighbours);
}

/** The one negative number of a column, more frequent than its neighbour by far: -1 among counts. */
function isOnlyNegative(last: readonly EndValue[], inner: EndValue, { end, isTime }: RestOfColumn): boolean {
  const [value] = last;
  if (value === undefined || last.length > 1 || isTime || end === 'high') return false;
  return value.position < 0 && inner.position >= 0 && isUsualNumber(value) && value.rows >= 2 * inner.rows;
}

const LIMITS: ReadonlySet<number> = new Set([15, 16, 31, 32].map((bits) => 2 ** bits - 1));

/** A number that programs and people write for “unknown”: only nines, the largest of a type, minus one or nine. */
export function isUsualNumber({ position }: Pick<EndValue, 'position'>): boolean {
  const size = Math.abs(position);
  return position === -1 || position === -9 || /^9{2,}(\.9+)?$/.test(String(size)) || LIMITS.has(size);
}

/** So many nines that one row with them is enough: a price of 9999.99 may be one, 99999.99 so far off is none. */
export function isUnmistakable({ position }: Pick<EndValue, 'position'>): boolean {
  return /^9{7,}$/.test(String(Math.abs(position)).replace('.', '')) && isUsualNumber({ position });
}

/** The first day of a calendar of computers, or the last. */
export function isUsualTime(text: string): boolean {
  return /^(0001-01-01|1[6-9]\d\d-01-01|1899-12-3[01]|1753-01-01|1970-01-01|1980-01-01|2[1-9]\d\d-12-31|2[1-9]\d\d-01-01|[3-9]\d\d\d-\d\d-\d\d|2099-12-31|2038-01-19)/.test(
    text,
  );
}
