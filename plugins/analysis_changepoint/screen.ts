import { calendarCycles } from './cycles.ts';
import type { Cycle } from './pattern.ts';
import type { Plan } from './plan.ts';
import { type Adjusted, studySeries, type TestedModel } from './series-study.ts';
import { hardlyMoves, readSeries, type Series, type Summary, seriesSql } from './series-table.ts';

/** One series with what became of it. */
export interface Screened {
  readonly series: Series;
  readonly adjusted: Adjusted;
  /** Undefined where nothing could be tested; `reason` says why. */
  readonly tested: TestedModel | undefined;
  /** Label of “no change” in the ledger. */
  readonly label: string | undefined;
  readonly reason: string | undefined;
}

/** One that was tested. */
export type WithModel = Screened & { readonly tested: TestedModel; readonly label: string };

export function isWithModel(one: Screened): one is WithModel {
  return one.tested !== undefined && one.label !== undefined;
}

const SERIES_FAMILY = 'no_change';

/** Studies every series, in the order of the table, rows first, and enters each hypothesis in the ledger. */
export async function screenSeries(plan: Plan): Promise<Screened[]> {
  const { ctx, axis } = plan;
  const medians = plan.measures.map((measure): Summary => ({ kind: 'median', measure }));
  const counts: Summary[] = axis.endsMayBeCut ? [{ kind: 'rows' }] : [];
  const summaries = [...counts, ...medians];
  if (summaries.length === 0) return [];
  const handle = await ctx.query(seriesSql(axis, summaries));
  const series = readSeries(handle, axis, summaries);
  const still = series.filter((one) => one.summary.kind === 'median' && hardlyMoves(one));
  const shares = still.flatMap(({ summary }): Summary[] =>
    summary.kind === 'median' ? [{ kind: 'share', measure: summary.measure }] : [],
  );
  const shareSeries =
    shares.length === 0 ? [] : readSeries(await ctx.query(seriesSql(axis, shares)), axis, shares);
  return series.map((one, i) => {
    ctx.progress(i, series.length);
    return screenOne(plan, shareSeries[still.indexOf(one)] ?? one);
  });
}

function screenOne(plan: Plan, series: Series): Screened {
  const { ctx, settings } = plan;
  const unstudied = (reason: string): Screened => ({
    series,
    reason,
    label: undefined,
    tested: undefined,
    adjusted: { values: series.values, removed: [] },
  });
  if (series.values.length < settings.axis.fewest) return unstudied('too few stretches with values');
  const name = nameOf(series.summary);
  const random = ctx.random(`permutations of ${name}`);
  const cycles = cyclesOf(plan, series);
  const { adjusted, tested } = studySeries(series.values, cycles, random, settings.study);
  if (tested === undefined) return unstudied('the series is constant');
  const label = ctx.test({
    family: SERIES_FAMILY,
    hypothesis: `${hypothesisOf(plan, series.summary)}: no change of level or trend`,
    statistic: { name: 'greatest gain of a split', value: tested.test.statistic },
    p_value: tested.test.p_value,
    n: series.values.length,
  });
  return { series, adjusted, tested, label, reason: undefined };
}

/** The calendar's patterns that the series may show. */
export function cyclesOf({ axis, settings }: Plan, { ordinals }: Series): Cycle[] {
  return axis.width === undefined ? [] : calendarCycles(axis.width, ordinals, settings.close);
}

/** The column, or nothing of rows. */
export function nameOf(summary: Summary): string {
  return summary.kind === 'rows' ? '' : summary.measure.sqlName;
}

/** What a series shows, in words without numbers. */
export function hypothesisOf({ axis }: Plan, summary: Summary): string {
  switch (summary.kind) {
    case 'rows':
      return `rows per ${axis.word}`;
    case 'median':
      return `median of ${summary.measure.sqlName} per ${axis.word}`;
    case 'share':
      return `share of rows per ${axis.word} with ${summary.measure.sqlName} above its median`;
  }
}
