import {
  type Context,
  categoryLevels,
  finiteDouble,
  type Level,
  type LevelCodes,
  literal,
  type Measure,
  quantileOfClasses,
  type RowBlocks,
  unitOf,
  type ValueClasses,
} from '../../src/sdk/index.ts';
import type { Settings } from './settings.ts';

/** Something that divides all rows into levels: what may drive a measure. A rest is never a segment of its own. */
export interface Factor extends LevelCodes {
  readonly kind: 'category' | 'bands' | 'period';
  /** Of the values that bands are made of. */
  readonly unit?: string;
  /** Rows of `handle` whose `cut` is the last value of a band; the last band has none. */
  readonly edges?: readonly number[];
}

/** What a measure is, with its values in classes. */
export interface MeasureClasses {
  readonly measure: Measure;
  readonly classes: ValueClasses;
}

/** What bands are called, by how many of them ties have left. */
const BAND_NAMES: Readonly<Record<number, readonly string[]>> = {
  2: ['the lower band', 'the upper band'],
  3: ['the lowest band', 'the middle band', 'the highest band'],
  4: ['the lowest quarter', 'the second quarter', 'the third quarter', 'the highest quarter'],
};

/** The categories as factors. */
export async function categoryFactors(
  ctx: Context,
  categories: readonly string[],
  settings: Settings,
): Promise<Factor[]> {
  const most = settings.maxLevels;
  const codes = await categoryLevels(ctx, categories, { minRows: settings.minRows, most });
  return codes.map((one) => ({ kind: 'category', ...one }));
}

/** A measure cut at its exact quartiles; rows without a value are left over. Undefined where ties leave no two bands. */
export function bandFactor({ measure, classes }: MeasureClasses, rowCount: number): Factor | undefined {
  const quartiles = [0.25, 0.5, 0.75].map((p) => quantileOfClasses(classes, classes.counts, p));
  const last = classes.cuts.at(-1) ?? Number.NaN;
  const edges = [...new Set(quartiles)].filter((edge) => edge < last);
  if (edges.length === 0) return undefined;
  const value = finiteDouble(measure.sqlName);
  const cases = edges.map(
    (edge, i) => `WHEN ${value} <= CAST(${literal(String(edge))} AS DOUBLE) THEN ${i + 1}`,
  );
  const names = BAND_NAMES[edges.length + 1] ?? [];
  const counts = countsOfBands(classes, edges);
  return {
    kind: 'bands',
    ...unitOf(measure),
    column: measure.sqlName,
    handle: classes.handle,
    edges: edges.map((edge) => classes.cuts.indexOf(edge)),
    sql: `CASE WHEN ${value} IS NULL THEN 0 ${cases.join(' ')} ELSE ${edges.length + 1} END`,
    levels: [
      { code: 0, name: '(no value)', rows: rowCount - classes.n, kind: 'rest' },
      ...names.map((name, i): Level => ({ code: i + 1, name, rows: counts[i] ?? 0, kind: 'value' })),
    ],
  };
}

function countsOfBands(classes: ValueClasses, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const [at, cut] of classes.cuts.entries()) {
    const band = edges.filter((edge) => cut > edge).length;
    counts[band] = (counts[band] ?? 0) + (classes.counts[at] ?? 0);
  }
  return counts;
}

const MOST_PERIODS = 12;

/** Up to 12 stretches of neighbouring blocks of time, to compare rows of the same time; never a segment. */
export function periodFactor(time: string, blocks: RowBlocks): Factor {
  const together = Math.ceil(blocks.count / MOST_PERIODS);
  const count = Math.ceil(blocks.count / together);
  return {
    kind: 'period',
    column: time,
    handle: blocks.handle,
    sql: `coalesce((${blocks.sql}) // ${together} + 1, 0)`,
    levels: Array.from(
      { length: count + 1 },
      (_, code): Level => ({
        code,
        name: `period ${code}`,
        rows: 0,
        kind: 'rest',
      }),
    ),
  };
}
