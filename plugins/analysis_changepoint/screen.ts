import { identifier, plainColumnName } from '../../src/sdk/index.ts';
import { alikeDays } from './alike-days.ts';
import { comparableOf, cyclesOf } from './comparable.ts';
import type { Plan } from './plan.ts';
import { type Adjusted, type FoundChange, studySeries, type TestedModel } from './series-study.ts';
import {
  type Frame,
  hardlyMoves,
  type Level,
  readFrame,
  readSeries,
  type Series,
  type Summary,
  seriesSql,
} from './series-table.ts';

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

/** What was screened, and the stretches that all of it shares. */
export interface Screening {
  readonly frame: Frame;
  readonly all: readonly Screened[];
}

/**
 * Studies the series of all rows, then those of each of the most frequent activities, and enters each hypothesis in the
 * ledger. Undefined where no stretch of time is whole.
 */
export async function screenSeries(plan: Plan): Promise<Screening | undefined> {
  const { ctx, axis } = plan;
  const medians = plan.measures.map((measure): Summary => ({ kind: 'median', measure }));
  const counts: Summary[] = axis.endsMayBeCut ? [{ kind: 'rows' }] : [];
  const summaries = [...counts, ...medians];
  if (summaries.length === 0) return undefined;
  const handle = await ctx.query(seriesSql(axis, summaries));
  const frame = readFrame(handle, axis);
  if (frame === undefined) return undefined;
  const whole = await withShares(plan, frame, readSeries(handle, frame, summaries), []);
  const series = [...whole, ...(await seriesOfActivities(plan, frame))];
  const all = series.map((one, i) => {
    ctx.progress(i, series.length);
    return screenOne(plan, comparableOf(plan, one));
  });
  return { frame, all };
}

/** Rows, and medians of the durations and waits, of the activities with the most rows. */
async function seriesOfActivities(plan: Plan, frame: Frame): Promise<readonly Series[]> {
  const { ctx, axis, settings } = plan;
  const column = ctx.role('activity');
  if (column === undefined || !axis.endsMayBeCut || settings.mostActivities === 0) return [];
  const top =
    await ctx.query(`SELECT CAST(${identifier(column)} AS VARCHAR) AS activity, count(*) AS activity_rows
FROM data WHERE ${identifier(column)} IS NOT NULL GROUP BY ALL
ORDER BY activity_rows DESC, activity LIMIT ${settings.mostActivities}`);
  const levels = top.rows.map((_, row): Level => ({ column, value: top.text(row, 'activity') ?? '' }));
  if (levels.length < 2) return [];
  const times = plan.measures.filter(({ unit }) => unit === 's');
  const of = (within: Level): Summary[] => [
    { kind: 'rows', within },
    ...times.map((measure): Summary => ({ kind: 'median', measure, within })),
  ];
  const [first] = levels;
  if (first === undefined) return [];
  const handle = await ctx.query(seriesSql(axis, of(first), { levels }));
  const series = levels.flatMap((within) => readSeries(handle, frame, of(within)));
  return withShares(plan, frame, series, levels);
}

/** The same series, with shares above the median in the place of medians that hardly move. */
async function withShares(
  { ctx, axis }: Plan,
  frame: Frame,
  series: readonly Series[],
  levels: readonly Level[],
): Promise<readonly Series[]> {
  const shareOf = ({ summary }: Series): Summary | undefined =>
    summary.kind === 'median' ? { ...summary, kind: 'share' } : undefined;
  const still = series.filter((one) => one.summary.kind === 'median' && hardlyMoves(one));
  const measures = new Map(
    still.flatMap(({ summary }) =>
      summary.kind === 'median' ? [[summary.measure.sqlName, summary.measure] as const] : [],
    ),
  );
  if (measures.size === 0) return series;
  const asked = [...measures.values()].map((measure): Summary => ({ kind: 'share', measure }));
  const handle = await ctx.query(seriesSql(axis, asked, { levels }));
  return series.map((one) => {
    const share = still.includes(one) ? shareOf(one) : undefined;
    if (share === undefined) return one;
    const place = asked.findIndex((other) => nameOf(other) === nameOf(share));
    const within = asked.map(
      (other): Summary => ({ ...other, ...(share.within && { within: share.within }) }),
    );
    return readSeries(handle, frame, within)[place] ?? one;
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
  if (series.values.length < settings.axis.fewest)
    return unstudied(
      series.condition !== undefined
        ? 'too few days that can be compared, outside of the close window and on days of the week with many runs'
        : 'too few stretches with values',
    );
  const { within } = series.summary;
  const random = ctx.random(`permutations of ${[nameOf(series.summary), within?.value ?? ''].join('\n')}`);
  const cycles = cyclesOf(plan, series);
  const { adjusted, tested } = studySeries(series.values, cycles, random, settings.study);
  if (tested === undefined)
    return unstudied('the series is constant, or a straight line tells it better than steps');
  const label = ctx.test({
    family: SERIES_FAMILY,
    hypothesis: `${hypothesisOf(plan, series.summary)}: no change of level or trend`,
    statistic: { name: 'greatest gain of a split', value: tested.test.statistic },
    p_value: tested.test.p_value,
    n: series.values.length,
  });
  const changes = tested.changes.map((change): FoundChange => {
    const alike = alikeDays(plan, series, adjusted.values, change);
    return alike === undefined ? change : { ...change, alike };
  });
  return { series, adjusted, tested: { ...tested, changes }, label, reason: undefined };
}

/** The column, or nothing of rows. */
export function nameOf(summary: Summary): string {
  return summary.kind === 'rows' ? '' : summary.measure.sqlName;
}

/** What a series shows, in words. */
export function hypothesisOf({ ctx, axis }: Plan, summary: Summary): string {
  const of = summary.within === undefined ? '' : ` of ${summary.within.value}`;
  switch (summary.kind) {
    case 'rows':
      return `${ctx.coverage.kind === 'FULL' ? 'rows' : 'drawn rows'}${of} per ${axis.word}`;
    case 'median':
      return `median of ${plainColumnName(ctx, summary.measure.sqlName)}${of} per ${axis.word}`;
    case 'share':
      return `share of rows${of} per ${axis.word} with ${plainColumnName(ctx, summary.measure.sqlName)} above its median`;
  }
}
