import type { Plan } from './plan.ts';
import type { SegmentFit } from './segment-fit.ts';
import type { TestedModel } from './series-study.ts';
import { levelsOf, type Series, seriesSql } from './series-table.ts';

interface ChartRequest {
  readonly name: string;
  /** What the series shows, with its unit. */
  readonly subject: string;
  readonly series: Series;
  readonly tested: TestedModel;
}

/** The series as it is, with the course of each segment over it. */
export async function chartChanges(
  plan: Plan,
  { name, subject, series, tested }: ChartRequest,
): Promise<string> {
  const { ctx, axis } = plan;
  const query = await ctx.query(courseSql(plan, series, tested));
  const x =
    axis.width === undefined
      ? { field: 'stretch', type: 'quantitative', title: 'row' }
      : { field: 'stretch', type: 'temporal', title: null };
  return ctx.chart({
    name,
    title: subject,
    alternative: `A thin line: ${subject}, in order. Thick lines: the level or trend of each segment; where one ends and the next begins, the series changes.`,
    query,
    spec: {
      width: 520,
      height: 180,
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1 },
          encoding: {
            x,
            y: { field: 'series_value', type: 'quantitative', title: subject, scale: { zero: false } },
          },
        },
        {
          mark: { type: 'line', strokeWidth: 3 },
          encoding: {
            x,
            y: { field: 'course', type: 'quantitative' },
            detail: { field: 'segment', type: 'nominal' },
            color: { value: 'var(--series-5)' },
          },
        },
      ],
    },
  });
}

/** The series' own query, with the number of the segment and the value of its level or line beside each value. */
function courseSql({ axis }: Plan, series: Series, tested: TestedModel): string {
  const fits = segmentsOf(tested);
  const ordinalOf = (index: number) => series.ordinals[index] ?? 0;
  const last = fits.length - 1;
  const cases = fits.slice(0, -1).map((fit, i) => ({ before: ordinalOf(fit.to), fit, segment: i }));
  const choose = (of: (fit: SegmentFit, segment: number) => string) =>
    `CASE ${cases.map(({ before, fit, segment }) => `WHEN ordinal < ${before} THEN ${of(fit, segment)}`).join(' ')} ELSE ${fits[last] === undefined ? 'NULL' : of(fits[last], last)} END`;
  const value = series.summary.kind === 'rows' ? 'stretch_rows' : 'v0';
  const line = (fit: SegmentFit) => {
    const [from, to] = [ordinalOf(fit.from), ordinalOf(fit.to - 1)];
    const slope = to > from ? (fit.at(fit.to - 1) - fit.at(fit.from)) / (to - from) : 0;
    return `${double(fit.at(fit.from))} + ${double(slope)} * (ordinal - ${from})`;
  };
  const [first, end] = [series.ordinals[0] ?? 0, series.ordinals.at(-1) ?? 0];
  return `SELECT stretch, ${value} AS series_value, ${choose((_fit, segment) => String(segment))} AS segment, ${choose(line)} AS course
FROM (${seriesSql(axis, [series.summary], { levels: levelsOf(series.summary) })}) AS series
WHERE ordinal BETWEEN ${first} AND ${end}${series.condition === undefined ? '' : ` AND ${series.condition}`}
ORDER BY stretch`;
}

/** Every segment once, in order. */
export function segmentsOf({ changes }: TestedModel): SegmentFit[] {
  return [...changes.map(({ earlier }) => earlier), ...changes.slice(-1).map(({ later }) => later)];
}

function double(value: number): string {
  return `CAST('${value}' AS DOUBLE)`;
}
