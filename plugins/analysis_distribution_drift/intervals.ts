import { type Context, quantileOfClasses } from '../../src/sdk/index.ts';
import type { ColumnCounts } from './counts.ts';
import { laterIsLarger, sum } from './distances.ts';
import type { HalvesTest, Split } from './halves.ts';
import type { MonthPair, MonthsTest } from './months.ts';

/** Bounds of 95 % of what other blocks of the same kind would have given. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const LEVEL = 0.95;
const DRAWS = 400;

/** Intervals of a measure's drift. */
export interface MeasureBounds {
  readonly shift: Bounds;
  readonly later: Bounds;
  readonly spreadRatio: Bounds;
}

/** Two parts of a column that are compared, as their blocks, and how many neighbouring blocks are drawn as one. */
export interface Parts {
  readonly counts: ColumnCounts;
  readonly first: readonly Int32Array[];
  readonly second: readonly Int32Array[];
  readonly together: number;
  /** Names the stream of random numbers. */
  readonly label: string;
}

export function halvesOf({ counts, joined }: HalvesTest, { from }: Split): Parts {
  const first = counts.blocks.slice(0, from);
  const second = counts.blocks.slice(from);
  return { counts, first, second, together: joined.together, label: counts.sqlName };
}

export function monthsOfPair({ counts, joined, perMonth }: MonthsTest, { place }: MonthPair): Parts {
  const blocksOf = (month: number) => counts.blocks.slice(month * perMonth, (month + 1) * perMonth);
  const label = `month ${place} of ${counts.sqlName}`;
  return {
    counts,
    first: blocksOf(place),
    second: blocksOf(place + 1),
    together: joined.together,
    label,
  };
}

/** Draws whole blocks of each part with replacement (the block bootstrap: Künsch, 1989); percentile intervals. */
export function boundMeasure(ctx: Context, parts: Parts): MeasureBounds {
  const { column } = parts.counts;
  const draws = redraw(ctx, parts);
  const quantile = (counts: Float64Array, p: number) =>
    column.kind === 'measure' ? quantileOfClasses(column.classes, counts, p) : Number.NaN;
  const width = (counts: Float64Array) => quantile(counts, 0.75) - quantile(counts, 0.25);
  return {
    shift: boundsOf(draws.map(({ first, second }) => quantile(second, 0.5) - quantile(first, 0.5))),
    later: boundsOf(draws.map(({ first, second }) => laterIsLarger(first, second))),
    spreadRatio: boundsOf(draws.map(({ first, second }) => width(second) / width(first))),
  };
}

/** Intervals of the change of each level's share. */
export function boundLevels(ctx: Context, parts: Parts): Bounds[] {
  const draws = redraw(ctx, parts);
  const share = (counts: Float64Array, level: number) => (counts[level] ?? 0) / sum(counts);
  return Array.from({ length: parts.counts.size }, (_, level) =>
    boundsOf(draws.map(({ first, second }) => share(second, level) - share(first, level))),
  );
}

interface Drawn {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Parts made of whole groups of neighbouring blocks, as many as each has. */
function redraw(ctx: Context, { counts, together, label, ...parts }: Parts): Drawn[] {
  const random = ctx.random(`intervals of ${label}`);
  const units = (all: readonly Int32Array[]) => {
    const blocks = all.filter((own) => sum(own) > 0);
    return Array.from({ length: Math.ceil(blocks.length / together) }, (_, i) =>
      blocks.slice(i * together, (i + 1) * together),
    );
  };
  const [first, second] = [units(parts.first), units(parts.second)];
  const draw = (from: readonly (readonly Int32Array[])[]) => {
    const total = new Float64Array(counts.size);
    for (let i = 0; i < from.length; i += 1) {
      for (const own of from[random.integer(from.length)] ?? [])
        for (let at = 0; at < total.length; at += 1) total[at] = (total[at] ?? 0) + (own[at] ?? 0);
    }
    return total;
  };
  return Array.from({ length: DRAWS }, () => ({ first: draw(first), second: draw(second) }));
}

function boundsOf(values: readonly number[]): Bounds {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const tail = (1 - LEVEL) / 2;
  return {
    low: sorted[Math.floor(tail * sorted.length)] ?? Number.NaN,
    high: sorted[Math.ceil((1 - tail) * sorted.length) - 1] ?? Number.NaN,
  };
}
