import {
  type Context,
  categoryLevels,
  classesOf,
  finiteDouble,
  type LevelCodes,
  type Measure,
  midShares,
  packCodes,
  type RowBlocks,
  scanNumbers,
  type TableView,
  twoAtOnce,
  unpackCodes,
  type ValueClasses,
  valueClasses,
} from '../../src/sdk/index.ts';
import type { Settings } from './settings.ts';

/** A column that may drift: values in ordered classes, or levels of a category. */
export type DriftColumn =
  | { readonly kind: 'measure'; readonly measure: Measure; readonly classes: ValueClasses }
  | { readonly kind: 'category'; readonly codes: LevelCodes };

/** Rows of a column by block and class. */
export interface ColumnCounts {
  readonly column: DriftColumn;
  readonly sqlName: string;
  readonly size: number;
  /** By block: rows of each class. */
  readonly blocks: readonly Int32Array[];
  /** By block: rows of each class of the test, which are fewer. */
  readonly tested: readonly Int32Array[];
  readonly testedSize: number;
}

const MOST_CLASSES = 1024;

/** Ranks at which the classes of the test part, as shares: narrow ones at both ends, where the test looks closest. */
const PARTS = [
  ...[0.002, 0.01, 0.025, 0.05],
  ...Array.from({ length: 17 }, (_, i) => 0.1 + i * 0.05),
  ...[0.95, 0.975, 0.99, 0.998],
];
const MOST_TESTED = 32;

/** One pass over the rows for all columns. Rows without a time are left out where blocks go by time. */
export async function countRows(
  ctx: Context,
  view: TableView,
  blocks: RowBlocks,
  settings: Settings,
): Promise<ColumnCounts[]> {
  const columns = await columnsOf(ctx, view, settings);
  const counts = columns.map((column) => emptyCounts(column, blocks.count));
  const measures = columns.filter((column) => column.kind === 'measure');
  const packs = packCodes(columns.flatMap((column) => (column.kind === 'category' ? [column.codes] : [])));
  const expressions = [
    blocks.sql,
    ...measures.map(({ measure }) => finiteDouble(measure.sqlName)),
    ...packs.map(({ sql }) => sql),
  ];
  for await (const { rows, columns: values } of scanNumbers(ctx, 'drift_input', expressions)) {
    const blockOf = values[0] ?? new Float64Array(rows);
    const codes = unpackCodes(packs, values.slice(1 + measures.length));
    for (const one of counts) {
      const { column } = one;
      const classes =
        column.kind === 'category'
          ? codes.get(column.codes)
          : classesOf(column.classes, values[1 + measures.indexOf(column)] ?? new Float64Array());
      if (classes !== undefined) addRows(one, blockOf, classes);
    }
  }
  return counts;
}

async function columnsOf(ctx: Context, view: TableView, settings: Settings): Promise<DriftColumn[]> {
  const all = view.measures.length + view.categories.length;
  if (all > settings.maxColumns) {
    ctx.note(
      `Of ${all} columns, the first ${settings.maxColumns} (measures, then categories) are looked at.`,
    );
  }
  const measures = view.measures.slice(0, settings.maxColumns);
  const names = view.categories.slice(0, settings.maxColumns - measures.length);
  const categories = await categoryLevels(ctx, names, {
    minRows: settings.minRows,
    most: settings.maxLevels,
  });
  const classified = await twoAtOnce(measures, async (measure) => ({
    kind: 'measure' as const,
    measure,
    classes: await valueClasses(ctx, measure.sqlName, MOST_CLASSES),
  }));
  const columns = classified.filter(({ classes: { cuts } }) => cuts.length > 1);
  const several = categories.filter(({ levels }) => levels.filter(({ rows }) => rows > 0).length > 1);
  return [...columns, ...several.map((codes) => ({ kind: 'category', codes }) as const)];
}

type Counting = ColumnCounts & { readonly testedOf: Int32Array };

function emptyCounts(column: DriftColumn, blocks: number): Counting {
  const size = column.kind === 'measure' ? column.classes.cuts.length : column.codes.levels.length;
  const testedOf =
    column.kind === 'measure'
      ? testedClasses(column.classes)
      : Int32Array.from({ length: size }, (_, i) => i);
  const testedSize = (testedOf.at(-1) ?? 0) + 1;
  const empty = (length: number) => Array.from({ length: blocks }, () => new Int32Array(length));
  return {
    column,
    sqlName: column.kind === 'measure' ? column.measure.sqlName : column.codes.column,
    size,
    blocks: empty(size),
    tested: empty(testedSize),
    testedSize,
    testedOf,
  };
}

/** Which class of the test a class belongs to: the same where there are few, else by its mean rank. */
function testedClasses(classes: ValueClasses): Int32Array {
  const size = classes.cuts.length;
  if (size <= MOST_TESTED) return Int32Array.from({ length: size }, (_, i) => i);
  const parts = Array.from(midShares(classes.counts), (share) => PARTS.filter((part) => part < share).length);
  const used = [...new Set(parts)].sort((a, b) => a - b);
  return Int32Array.from(parts, (part) => used.indexOf(part));
}

function addRows(counts: Counting, blockOf: Float64Array, classes: Int32Array | Uint8Array): void {
  for (let row = 0; row < classes.length; row += 1) {
    const at = classes[row] ?? -1;
    const block = blockOf[row] ?? Number.NaN;
    if (at < 0 || Number.isNaN(block)) continue;
    const [own, tested] = [counts.blocks[block], counts.tested[block]];
    if (own === undefined || tested === undefined) continue;
    own[at] = (own[at] ?? 0) + 1;
    const cell = counts.testedOf[at] ?? 0;
    tested[cell] = (tested[cell] ?? 0) + 1;
  }
}

/** Element-wise sum. */
export function added(counts: readonly ArrayLike<number>[], size: number): Float64Array {
  const total = new Float64Array(size);
  for (const one of counts)
    for (let at = 0; at < size; at += 1) total[at] = (total[at] ?? 0) + (one[at] ?? 0);
  return total;
}
