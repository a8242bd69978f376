import { literal, ln, type QueryHandle } from '../../src/sdk/index.ts';
import type { Measured } from './measured.ts';
import { depthFor, findTailGap, type TailGap, tailLength } from './spacings.ts';

export type Side = 'above' | 'below';

/** Order statistics of a sample that tails are read with. */
export interface Middle {
  readonly n: number;
  readonly quartile1: number;
  readonly median: number;
  readonly quartile3: number;
  readonly minimum: number;
}

/** A tail has a say in a claim about both if it is unusual by itself. */
export const OWN_LEVEL = 0.05;

/** A tail of a measure with the gap that was found in it. */
export interface Tail {
  readonly measured: Measured;
  readonly side: Side;
  readonly middle: Middle;
  readonly gap: TailGap;
  /** Whether the measure's one test takes the other end of the column with it. */
  readonly isPooled: boolean;
  /** One row: `present_rows`, `quartile_1`, `median`, `quartile_3`, `lowest`. */
  readonly middleQuery: QueryHandle;
  /** The last values, the farthest first: `value`, `_sh_part`, `_sh_row_number`. */
  readonly lastQuery: QueryHandle;
}

/** How far a quartile may lie farther from the median than the other one before the distribution is called skew. */
const SKEW = 1.25;

/**
 * On which scale a tail is read: values as they are, but the lower tail of positive, right-skewed values by their
 * logarithms, where alone it can have one.
 */
export function isLogarithmic(side: Side, { minimum, quartile1, median, quartile3 }: Middle): boolean {
  return side === 'below' && minimum > 0 && quartile3 - median > SKEW * (median - quartile1);
}

/** Distances of the last values of a tail (the farthest first) from the median. */
export function distancesOf(
  values: readonly number[],
  side: Side,
  middle: Middle,
  { step }: Pick<Measured, 'step'>,
): number[] {
  const { median } = middle;
  if (side === 'above') return values.map((value) => value - median);
  if (!isLogarithmic(side, middle)) return values.map((value) => median - value);
  return values.map((value) => (value + step < median ? ln(median / (value + step)) : 0));
}

/** The gap in a tail of a sample of which the last values are known; undefined where it can't be tested. */
export function gapOf(
  values: readonly number[],
  side: Side,
  middle: Middle,
  measured: Pick<Measured, 'step'>,
  most?: number,
): TailGap | undefined {
  const depth = depthFor(middle.n, most);
  return depth && findTailGap(distancesOf(values.slice(0, tailLength(depth)), side, middle, measured), depth);
}

/** The text of a cell as an SQL value of the type of its column; NULL for text that SQL can't write (with a NUL). */
export function valueSql(handle: QueryHandle, row: number, column: string): string {
  const type = handle.columns.find(({ name }) => name === column)?.type ?? 'DOUBLE';
  const text = handle.text(row, column) ?? '';
  return text.includes('\0') ? 'NULL' : `CAST(${literal(text)} AS ${type})`;
}
