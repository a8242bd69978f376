import { type HalfResult, tTwoSided } from '../../src/sdk/index.ts';
import { sizeOf } from './change-effect.ts';
import { cyclesOf } from './comparable.ts';
import { shortestSegment } from './fit-models.ts';
import type { Plan } from './plan.ts';
import type { WithModel } from './screen.ts';
import { fitSegment } from './segment-fit.ts';
import { type TestedModel, withoutPatterns } from './series-study.ts';
import { type Frame, levelsOf, readSeries, type Series, seriesSql } from './series-table.ts';
import { CUT, winsorize } from './winsorize.ts';

/** Each change, in order, as either half of the rows shows it. */
export type Halves = readonly (readonly [HalfResult, HalfResult])[];

/** Alternates, and has no period that the order of the rows could share (the Thue–Morse sequence). */
const HALF = '1 + bit_count(_sh_row_number) % 2';

/**
 * Measures the changes again in two halves of the rows of every stretch, at the places that all rows gave. Undefined of
 * counts of rows (a half counts half of the same rows) and where every stretch is one row.
 */
export async function readHalves(
  plan: Plan,
  frame: Frame,
  { series, tested }: WithModel,
): Promise<
  { readonly halves: Halves; readonly handles: Awaited<ReturnType<typeof readHalf>>['handle'][] } | undefined
> {
  if (series.summary.kind === 'rows' || !hasManyRows(plan)) return undefined;
  const first = await readHalf(plan, frame, series, 1);
  const second = await readHalf(plan, frame, series, 2);
  const halves = tested.changes.map(
    (_, i) =>
      [
        sizeIn(plan, first.series, series, tested, i),
        sizeIn(plan, second.series, series, tested, i),
      ] as const,
  );
  return { halves, handles: [first.handle, second.handle] };
}

function hasManyRows({ axis }: Plan): boolean {
  return axis.width === undefined ? axis.word !== 'row' : axis.endsMayBeCut;
}

async function readHalf(
  { ctx, axis }: Plan,
  frame: Frame,
  { summary, condition: kept }: Series,
  half: 1 | 2,
) {
  const condition = `${HALF} = ${half}${kept === undefined ? '' : ` AND ${kept}`}`;
  const handle = await ctx.query(seriesSql(axis, [summary], { levels: levelsOf(summary), condition }));
  const [series] = readSeries(handle, frame, [summary]);
  return { handle, series };
}

/** The shift between the segments beside a change, and its p-value by Welch's t. */
function sizeIn(
  plan: Plan,
  half: Series | undefined,
  whole: Series,
  { model, memory }: TestedModel,
  change: number,
): HalfResult {
  if (half === undefined) return { estimate: null, p_value: null };
  const adjusted = withoutPatterns(half.values, cyclesOf(plan, half)).values;
  const robust = winsorize(adjusted, shortestSegment(adjusted.length), CUT).values;
  const bounds = [0, ...model.changes, whole.values.length].map((at) => placeOf(half, whole.ordinals[at]));
  const [from = 0, at = 0, to = 0] = bounds.slice(change, change + 3);
  if (at - from < 3 || to - at < 3) return { estimate: null, p_value: null };
  const size = sizeOf(
    fitSegment(robust, from, at, memory, model.degree),
    fitSegment(robust, at, to, memory, model.degree),
  );
  const p = size.standardError > 0 ? tTwoSided(size.shift / size.standardError, size.df) : null;
  return { estimate: size.shift, p_value: p };
}

/** Where an ordinal of the whole stands in the half: the first place that is not before it. */
function placeOf({ ordinals }: Series, ordinal: number | undefined): number {
  if (ordinal === undefined) return ordinals.length;
  const place = ordinals.findIndex((one) => one >= ordinal);
  return place < 0 ? ordinals.length : place;
}
