import { type Context, quantileOfClasses } from '../../src/sdk/index.ts';
import { laterIsLarger, sum } from './distances.ts';
import type { HalvesTest, Split } from './halves.ts';

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

/** Draws whole blocks of each half with replacement (the block bootstrap: Künsch, 1989); percentile intervals. */
export function boundMeasure(ctx: Context, test: HalvesTest, split: Split): MeasureBounds {
  const { column } = test.counts;
  const draws = redraw(ctx, test, split);
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
export function boundLevels(ctx: Context, test: HalvesTest, split: Split): Bounds[] {
  const draws = redraw(ctx, test, split);
  const share = (counts: Float64Array, level: number) => (counts[level] ?? 0) / sum(counts);
  return Array.from(test.first, (_, level) =>
    boundsOf(draws.map(({ first, second }) => share(second, level) - share(first, level))),
  );
}

interface Drawn {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Halves made of whole groups of neighbouring blocks, as many as each has. */
function redraw(ctx: Context, { counts, joined }: HalvesTest, split: Split): Drawn[] {
  const random = ctx.random(`intervals of ${counts.sqlName}`);
  const occupied = counts.blocks.map((own, b) => ({ own, b })).filter(({ own }) => sum(own) > 0);
  const units = (isFirst: boolean) => {
    const blocks = occupied.filter(({ b }) => b < split.from === isFirst).map(({ own }) => own);
    return Array.from({ length: Math.ceil(blocks.length / joined.together) }, (_, i) =>
      blocks.slice(i * joined.together, (i + 1) * joined.together),
    );
  };
  const [first, second] = [units(true), units(false)];
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
