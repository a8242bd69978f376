import { normalTail } from '../../src/sdk/index.ts';
import { type CloseWindow, calendarCycles, dayOf, isInClose } from './cycles.ts';
import type { Cycle } from './pattern.ts';
import type { Plan } from './plan.ts';
import type { Series } from './series-table.ts';
import { medianOf } from './winsorize.ts';

/** A close is taken for visible from this p-value on. What shows less is too little to be taken for a change. */
const CLOSE_SHOWS = 0.02;

/** Days of the week of a process log with at most this share of the runs of the busiest are no days to compare. */
const QUIET_SHARE = 0.5;

/** The calendar's patterns that a series may show. */
export function cyclesOf({ axis, settings }: Plan, { ordinals }: Series): Cycle[] {
  return axis.width === undefined ? [] : calendarCycles(axis.width, ordinals, settings.close !== undefined);
}

/**
 * A series without what differs though nothing changed: in process logs the days of the close window, if the close shows
 * in this very series; of counts the days of the week, or hours, on which there usually are no rows (in logs: few).
 */
export function comparableOf(plan: Plan, series: Series): Series {
  return withoutQuiet(plan, withoutClose(plan, series));
}

function withoutClose(plan: Plan, series: Series): Series {
  const { close } = plan.settings;
  const { width } = plan.axis;
  const [cycle] = cyclesOf(plan, series);
  if (close === undefined || cycle === undefined || (width !== 'day' && width !== 'hour')) return series;
  const inClose = (i: number) => isInClose(dayOf(width, series.ordinals[i] ?? 0), close);
  if (pOfClose(series.values, cycle.phases, inClose) > CLOSE_SHOWS) return series;
  return restricted(series, (i) => !inClose(i), {
    withoutClose: true,
    condition: `NOT (${closeSql(close)})`,
  });
}

function closeSql({ first, last }: CloseWindow): string {
  return `day(stretch) >= ${first} ${first <= last ? 'AND' : 'OR'} day(stretch) <= ${last}`;
}

function withoutQuiet(plan: Plan, series: Series): Series {
  const [cycle] = cyclesOf(plan, series);
  if (series.summary.kind !== 'rows' || cycle === undefined) return series;
  const ofLog = plan.settings.close !== undefined && plan.axis.width === 'day';
  const usual = new Map(
    [...new Set(cycle.phases)].map((phase) => [
      phase,
      medianOf(series.values.filter((_, i) => cycle.phases[i] === phase)),
    ]),
  );
  const limit = ofLog ? QUIET_SHARE * Math.max(...usual.values()) : 0;
  const busy = new Set([...usual].flatMap(([phase, median]) => (median > limit ? [phase] : [])));
  const isKept = (i: number) => busy.has(cycle.phases[i] ?? 0);
  if (busy.size === usual.size) return series;
  if (!ofLog) {
    const kept = restricted(series, isKept, {});
    return kept.values.length >= plan.settings.axis.fewest ? kept : series;
  }
  const weekdays = [...busy].map((phase) => ((phase + 3) % 7) + 1).sort((a, b) => a - b);
  return restricted(series, isKept, {
    weekdays,
    condition: `isodow(stretch) IN (${weekdays.length === 0 ? 'NULL' : weekdays.join(', ')})`,
  });
}

function restricted(
  { ordinals, values, rows, ...series }: Series,
  isKept: (index: number) => boolean,
  { condition, ...kept }: Pick<Series, 'withoutClose' | 'weekdays' | 'condition'>,
): Series {
  const conditions = [series.condition, condition].filter((one) => one !== undefined);
  return {
    ...series,
    ...kept,
    ...(conditions.length > 0 && { condition: conditions.join(' AND ') }),
    values: values.filter((_, i) => isKept(i)),
    rows: rows.filter((_, i) => isKept(i)),
    ordinals: ordinals.filter((_, i) => isKept(i)),
  };
}

/**
 * Two-sided p-value of values inside and outside of the close that are alike on the same day of the week or hour of the
 * day: Wilcoxon's rank sums within these, weighted by 1 / (n + 1) (van Elteren 1960), in the normal limit.
 */
function pOfClose(values: Float64Array, phases: Int32Array, inClose: (i: number) => boolean): number {
  let [score, variance] = [0, 0];
  for (const phase of new Set(phases)) {
    const own = Array.from(values, (value, i) => ({ value, inside: inClose(i), i })).filter(
      ({ i }) => phases[i] === phase,
    );
    const [inside, outside] = [own.filter((one) => one.inside), own.filter((one) => !one.inside)];
    const weight = 1 / (own.length + 1);
    let [wins, squares] = [0, 0];
    for (const one of inside) {
      const margins = outside.map((other) => Math.sign(one.value - other.value));
      wins += margins.reduce((sum, sign) => sum + sign, 0) / 2;
    }
    for (const one of own) {
      squares += (own.reduce((sum, other) => sum + Math.sign(one.value - other.value), 0) / 2) ** 2;
    }
    score += weight * wins;
    if (own.length > 1)
      variance +=
        (weight * weight * squares * inside.length * outside.length) / (own.length * (own.length - 1));
  }
  return variance > 0 ? 2 * normalTail(Math.abs(score) / Math.sqrt(variance)) : 1;
}
