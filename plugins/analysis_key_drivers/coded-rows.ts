import {
  type Context,
  classesOf,
  finiteDouble,
  packCodes,
  type RowBlocks,
  scanNumbers,
  type TableView,
  unpackCodes,
} from '../../src/sdk/index.ts';
import type { Factor, MeasureClasses } from './factors.ts';

/** Consecutive rows: what every tally needs of them. */
export interface CodedBatch {
  readonly rows: number;
  /** 1 or 2. */
  readonly halves: Float64Array;
  /** Ordinals of blocks; rows without a time are a block of their own, the last one. */
  readonly blocks: Float64Array;
  readonly values: ReadonlyMap<MeasureClasses, Float64Array>;
  /** -1 where there is no value. */
  readonly classes: ReadonlyMap<MeasureClasses, Int32Array>;
  readonly codes: ReadonlyMap<Factor, Uint8Array>;
}

/** All rows of the table, coded; they can be gone through again. */
export type CodedRows = () => AsyncIterable<CodedBatch>;

/** Rows are kept for the next time where they take no more than this; else they are read again. */
const MOST_KEPT_BYTES = 128 * 1024 * 1024;

/** The rows of a table by measures and factors. */
export function codedRows(
  ctx: Context,
  view: TableView,
  blocks: RowBlocks | undefined,
  measures: readonly MeasureClasses[],
  factors: readonly Factor[],
): CodedRows {
  const bytes = ctx.rowCount * (16 + 12 * measures.length + factors.length);
  let kept: CodedBatch[] | undefined;
  return async function* () {
    if (kept !== undefined) {
      yield* kept;
      return;
    }
    const seen: CodedBatch[] = [];
    for await (const batch of readRows(ctx, view, blocks, measures, factors)) {
      if (bytes <= MOST_KEPT_BYTES) seen.push(batch);
      yield batch;
    }
    if (bytes <= MOST_KEPT_BYTES) kept = seen;
  };
}

async function* readRows(
  ctx: Context,
  view: TableView,
  blocks: RowBlocks | undefined,
  measures: readonly MeasureClasses[],
  factors: readonly Factor[],
): AsyncGenerator<CodedBatch> {
  const packs = packCodes(factors);
  const expressions = [
    view.halves.sql,
    blocks === undefined ? '0' : `coalesce(${blocks.sql}, ${blocks.count})`,
    ...measures.map(({ measure }) => finiteDouble(measure.sqlName)),
    ...packs.map(({ sql }) => sql),
  ];
  for await (const { rows, columns } of scanNumbers(ctx, 'driver_input', expressions)) {
    const values = new Map(measures.map((measure, m) => [measure, columns[2 + m] ?? new Float64Array()]));
    yield {
      rows,
      halves: columns[0] ?? new Float64Array(),
      blocks: columns[1] ?? new Float64Array(),
      values,
      classes: new Map([...values].map(([measure, own]) => [measure, classesOf(measure.classes, own)])),
      codes: unpackCodes(packs, columns.slice(2 + measures.length)),
    };
  }
}
