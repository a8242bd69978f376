import { mannWhitney } from '../../src/sdk/index.ts';
import type { AlikeDays, ChangeEffect } from './change-effect.ts';
import { dayOf, dayOfMonthPhase, isInClose } from './cycles.ts';
import type { Plan } from './plan.ts';
import type { Series } from './series-table.ts';
import { medianOf } from './winsorize.ts';

/** Days of the month that may part two days which are compared. */
const MOST_APART = 1;

/** Fewest such days on either side, and their least share in the shorter of the two segments. */
const FEWEST = 5;
const LEAST_SHARE = 0.5;

/** What they have to show: so surely, and so much of the shift. */
const LEAST_SURE = 0.05;
const LEAST_OF_SHIFT = 0.5;

/** In a series of hours: days from the edge of the close window within which it, not a change, is what is seen. */
const EDGE_DAYS = 3;

/**
 * The days beside a change that can be compared: of the same days of the month, so that what begins or ends with a close,
 * whatever days it has in truth, is no change. `none` where there are too few, where they don't show the change, or where it
 * is larger than anything that was seen; undefined where the series is not one of days of a process log.
 */
export function alikeDays(
  { axis, settings }: Plan,
  series: Series,
  adjusted: Float64Array,
  change: ChangeEffect,
): AlikeDays | 'none' | undefined {
  const { close } = settings;
  if (isBeyondSeen(series, adjusted, change)) return 'none';
  if (close === undefined) return undefined;
  if (axis.width === 'hour') {
    const day = dayOf('hour', series.ordinals[change.at] ?? 0);
    const near = [day - EDGE_DAYS, day - 1, day, day + EDGE_DAYS].map((one) => isInClose(one, close));
    return near.every((one) => one === near[0]) ? undefined : 'none';
  }
  if (axis.width !== 'day') return undefined;
  const [before, after] = [matched(series, change, 'before'), matched(series, change, 'after')];
  const shorter = Math.min(change.at - change.earlier.from, change.later.to - change.at);
  const fewest = Math.max(FEWEST, LEAST_SHARE * shorter);
  if (before.length < fewest || after.length < fewest) return 'none';
  const of = (values: Float64Array, days: readonly number[]) =>
    Float64Array.from(days, (i) => values[i] ?? 0);
  const [from, to] = [medianOf(of(series.values, before)), medianOf(of(series.values, after))];
  const shows =
    Math.sign(change.shift) * (to - from) >= LEAST_OF_SHIFT * Math.abs(change.shift) &&
    rankSumP(of(adjusted, before), of(adjusted, after)) <= LEAST_SURE;
  return shows ? { before: from, after: to, daysBefore: before.length, daysAfter: after.length } : 'none';
}

/** Whether a pattern that was taken off makes a change larger than all that the series ever moved. */
function isBeyondSeen({ values }: Series, adjusted: Float64Array, { shift }: ChangeEffect): boolean {
  const range =
    values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  return adjusted !== values && Math.abs(shift) > range;
}

/** Places of one segment whose day of the month, or one beside it, the other segment has, too. */
function matched({ ordinals }: Series, change: ChangeEffect, side: 'before' | 'after'): number[] {
  const { earlier, later } = change;
  const [own, other] = side === 'before' ? [earlier, later] : [later, earlier];
  const phase = (i: number) => dayOfMonthPhase(ordinals[i] ?? 0);
  const places = ({ from, to }: { from: number; to: number }) =>
    Array.from({ length: to - from }, (_, i) => from + i);
  const seen = new Set(
    places(other).flatMap((i) =>
      Array.from({ length: 2 * MOST_APART + 1 }, (_, step) => (phase(i) + step - MOST_APART + 31) % 31),
    ),
  );
  return places(own).filter((i) => seen.has(phase(i)));
}

function rankSumP(a: Float64Array, b: Float64Array): number {
  const all = [...Array.from(a), ...Array.from(b)];
  const midrank = (value: number) =>
    (all.filter((one) => one < value).length + all.filter((one) => one <= value).length + 1) / 2;
  const ties = [...Map.groupBy(all, (value) => value).values()].map(({ length }) => length);
  return mannWhitney({
    n1: a.length,
    n2: b.length,
    rankSum1: a.reduce((sum, value) => sum + midrank(value), 0),
    tieTerm: ties.reduce((sum, t) => sum + (t ** 3 - t), 0),
  }).p_value;
}
