import { mannWhitney } from '../../src/sdk/index.ts';
import type { AlikeDays, ChangeEffect } from './change-effect.ts';
import { type CloseWindow, dayOf, dayOfMonthPhase, isInClose } from './cycles.ts';
import type { Plan } from './plan.ts';
import type { Series } from './series-table.ts';
import { medianOf } from './winsorize.ts';

const HOURS_OF_WEEK = 168;

/** What two stretches have in common that are compared: the day of the month, or one beside it; or the hour of the week. */
interface Likeness {
  readonly phaseOf: (ordinal: number) => number;
  readonly phases: number;
  readonly mostApart: number;
  /** Fewest stretches on either side. */
  readonly fewest: number;
}
const LIKENESS: Readonly<Record<'day' | 'hour', Likeness>> = {
  day: { phaseOf: dayOfMonthPhase, phases: 31, mostApart: 1, fewest: 5 },
  hour: { phaseOf: hourOfWeek, phases: HOURS_OF_WEEK, mostApart: 0, fewest: 20 },
};

/** Least share of the shorter of the two segments that can be compared. */
const LEAST_SHARE = 0.5;

/** What they have to show: so surely, and so much of the shift. */
const LEAST_SURE = 0.05;
const LEAST_OF_SHIFT = 0.5;

/** In a series of hours: days to either side of a segment that may not be of the close window either. */
const EDGE_DAYS = 3;

/**
 * The days beside a change that can be compared: of the same days of the month, so that what begins or ends with a close,
 * whatever days it has in truth, is no change. Of a log so short that it is followed by the hour, which has no day of the
 * month twice: the same hours of the week, where both segments lie outside of the close window and some days from it.
 * `none` where there are too few, where they don't show the change, or where it is larger than anything that was seen;
 * undefined where the series is not one of days or hours of a process log.
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
  if (axis.width !== 'day' && axis.width !== 'hour') return undefined;
  if (axis.width === 'hour' && isNearClose(series, change, close)) return 'none';
  const likeness = LIKENESS[axis.width];
  const [before, after] = [
    matched(series, change, 'before', likeness),
    matched(series, change, 'after', likeness),
  ];
  const shorter = Math.min(change.at - change.earlier.from, change.later.to - change.at);
  const fewest = Math.max(likeness.fewest, LEAST_SHARE * shorter);
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

function hourOfWeek(hour: number): number {
  return ((hour % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

function isNearClose({ ordinals }: Series, { earlier, later }: ChangeEffect, close: CloseWindow): boolean {
  const dayAt = (i: number) => dayOf('hour', ordinals[i] ?? 0);
  const [first, last] = [dayAt(earlier.from) - EDGE_DAYS, dayAt(later.to - 1) + EDGE_DAYS];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).some((day) => isInClose(day, close));
}

/** Places of one segment that have their like in the other. */
function matched(
  { ordinals }: Series,
  change: ChangeEffect,
  side: 'before' | 'after',
  { phaseOf, phases, mostApart }: Likeness,
): number[] {
  const { earlier, later } = change;
  const [own, other] = side === 'before' ? [earlier, later] : [later, earlier];
  const phase = (i: number) => phaseOf(ordinals[i] ?? 0);
  const places = ({ from, to }: { from: number; to: number }) =>
    Array.from({ length: to - from }, (_, i) => from + i);
  const seen = new Set(
    places(other).flatMap((i) =>
      Array.from({ length: 2 * mostApart + 1 }, (_, step) => (phase(i) + step - mostApart + phases) % phases),
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
