import { type Halves, midShares, type RowBlocks } from '../../src/sdk/index.ts';
import type { CodedBatch, CodedRows } from './coded-rows.ts';
import type { Factor, MeasureClasses } from './factors.ts';

/** What one pass over the rows leaves of a measure and a factor. */
export interface Tally {
  readonly measure: MeasureClasses;
  readonly factor: Factor;
  readonly codes: number;
  readonly halvedBy: Halves['by'];
  /** Mean rank of each class of the measure as a share of its values. */
  readonly shares: Float64Array;
  /** The value that `sums` and `squares` are taken from, so that no digits cancel. */
  readonly centre: number;
  /** Rows by half, class and code: `(half * classes + class) * codes + code`. */
  readonly counts: Int32Array;
  /** Rows, sums of shares and sums of (value - centre), by code, block and half: `(code * blocks + block) * 2 + half`. */
  readonly blocks: number;
  readonly rows: Float64Array;
  readonly shareSums: Float64Array;
  readonly valueSums: Float64Array;
  /** Sums of (value - centre)², by code. */
  readonly squares: Float64Array;
}

/** Cells to keep in memory: with more pairs of measure and factor, the classes are fewer. */
const MOST_CELLS = 6_000_000;

/** The most classes for a measure, so that counts of all pairs of measure and factor fit in memory. */
export function classesFor(pairs: number, levels: number): number {
  const room = MOST_CELLS / Math.max(1, 2 * pairs * (levels + 1));
  return Math.min(1024, Math.max(128, 2 ** Math.floor(Math.log2(Math.max(1, room)))));
}

/** One pass over all rows for all pairs of measure and factor. Rows without a value of the measure count nowhere. */
export async function tallyRows(
  coded: CodedRows,
  halvedBy: Halves['by'],
  blocks: RowBlocks | undefined,
  measures: readonly MeasureClasses[],
  factors: readonly Factor[],
): Promise<Tally[]> {
  const blockCount = blocks === undefined ? 1 : blocks.count + 1;
  const tallies = measures.flatMap((measure) =>
    factors
      .filter((factor) => factor.kind === 'category' || factor.column !== measure.measure.sqlName)
      .map((factor) => emptyTally(measure, factor, blockCount, halvedBy)),
  );
  for await (const batch of coded()) for (const tally of tallies) addRows(tally, batch);
  return tallies;
}

function emptyTally(measure: MeasureClasses, factor: Factor, blocks: number, halvedBy: Halves['by']): Tally {
  const { cuts, counts } = measure.classes;
  const codes = factor.levels.length;
  return {
    measure,
    factor,
    codes,
    halvedBy,
    shares: midShares(counts),
    centre: cuts[cuts.length >> 1] ?? 0,
    counts: new Int32Array(2 * cuts.length * codes),
    blocks,
    rows: new Float64Array(codes * blocks * 2),
    shareSums: new Float64Array(codes * blocks * 2),
    valueSums: new Float64Array(codes * blocks * 2),
    squares: new Float64Array(codes),
  };
}

function addRows(tally: Tally, { slots, ...batch }: CodedBatch): void {
  const values = batch.values.get(tally.measure);
  const classes = batch.classes.get(tally.measure);
  const codes = batch.codes.get(tally.factor);
  if (values === undefined || classes === undefined || codes === undefined) return;
  const { counts, shares, centre, rows, shareSums, valueSums, squares } = tally;
  const [classCount, codeCount, slotCount] = [shares.length, tally.codes, tally.blocks * 2];
  for (let row = 0; row < values.length; row += 1) {
    const at = classes[row] ?? -1;
    if (at < 0) continue;
    const code = codes[row] ?? 0;
    const slot = slots[row] ?? 0;
    const cell = ((slot & 1) * classCount + at) * codeCount + code;
    const place = code * slotCount + slot;
    const distance = (values[row] ?? 0) - centre;
    counts[cell] = (counts[cell] ?? 0) + 1;
    rows[place] = (rows[place] ?? 0) + 1;
    shareSums[place] = (shareSums[place] ?? 0) + (shares[at] ?? 0);
    valueSums[place] = (valueSums[place] ?? 0) + distance;
    squares[code] = (squares[code] ?? 0) + distance * distance;
  }
}

/** Rows of a level and of all others, by class: in one half, or in both. */
export function countsOf(
  tally: Tally,
  code: number,
  half?: 0 | 1,
): { readonly level: Float64Array; readonly others: Float64Array } {
  const classes = tally.shares.length;
  const [level, others] = [new Float64Array(classes), new Float64Array(classes)];
  for (const h of half === undefined ? [0, 1] : [half]) {
    for (let at = 0; at < classes; at += 1) {
      for (let c = 0; c < tally.codes; c += 1) {
        const into = c === code ? level : others;
        into[at] = (into[at] ?? 0) + (tally.counts[(h * classes + at) * tally.codes + c] ?? 0);
      }
    }
  }
  return { level, others };
}
