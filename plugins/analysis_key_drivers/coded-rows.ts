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
  /** Ordinal of the row's block × 2 + half, from 0; rows without a time are a block of their own, the last one. */
  readonly slots: Int32Array;
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
  const bytes = ctx.rowCount * (4 + 12 * measures.length + factors.length);
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
  const bands = factors.filter(({ kind }) => kind === 'bands');
  const packs = packCodes(factors.filter((factor) => !bands.includes(factor)));
  const block = blocks === undefined ? '0' : `coalesce(${blocks.sql}, ${blocks.count})`;
  const expressions = [
    `${block} * 2 + ${view.halves.sql} - 1`,
    ...measures.map(({ measure }) => finiteDouble(measure.sqlName)),
    ...packs.map(({ sql }) => sql),
  ];
  for await (const { rows, columns } of scanNumbers(ctx, 'driver_input', expressions)) {
    const values = new Map(measures.map((measure, m) => [measure, columns[1 + m] ?? new Float64Array()]));
    const classes = new Map([...values].map(([measure, own]) => [measure, classesOf(measure.classes, own)]));
    const ofBands = bands.map((band): [Factor, Uint8Array] => {
      const measure = measures.find((one) => one.measure.sqlName === band.column);
      return [band, codesOfBands(band, measure, measure && classes.get(measure), rows)];
    });
    const ofCategories = unpackCodes(packs, columns.slice(1 + measures.length));
    yield {
      rows,
      slots: new Int32Array(columns[0] ?? []),
      values,
      classes,
      codes: new Map([...ofCategories, ...ofBands]),
    };
  }
}

/** What the SQL of bands gives: they are cut between classes. */
function codesOfBands(
  { edges = [] }: Factor,
  measure: MeasureClasses | undefined,
  classes: Int32Array | undefined,
  rows: number,
): Uint8Array {
  const count = measure?.classes.cuts.length ?? 0;
  const codeOf = Uint8Array.from({ length: count }, (_, at) => 1 + edges.filter((edge) => at > edge).length);
  const codes = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const at = classes?.[row] ?? -1;
    if (at >= 0) codes[row] = codeOf[at] ?? 0;
  }
  return codes;
}
