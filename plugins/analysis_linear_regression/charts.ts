import { columnLabel, identifier, type QueryHandle } from '../../src/sdk/index.ts';
import { meanOf } from './diagnostics.ts';
import type { Fitted, Study } from './study.ts';
import type { Moment } from './sums.ts';

const BINS = 20;

/**
 * What the rows have over what the model gives, as medians and middle halves of about equal numbers of rows. `sorted` are
 * some of the fitted values, which the rows are cut at.
 */
export async function queryFit(
  study: Study,
  { model, fit }: Fitted,
  sorted: Float64Array,
): Promise<QueryHandle> {
  const { ctx, sums } = study;
  const parameters: number[] = [];
  const parameter = (value: number): string => `CAST($${parameters.push(value)} AS DOUBLE)`;
  const y = `CAST(${identifier(model.target.column)} AS DOUBLE)`;
  const fitted = fittedSql(study, { model, fit }, parameter);
  const cuts = cutsOf(sorted).map((cut, i) => `WHEN fitted <= ${parameter(cut)} THEN ${i + 1}`);
  const bin = cuts.length === 0 ? '1' : `CASE ${cuts.join(' ')} ELSE ${cuts.length + 1} END`;
  return ctx.query(
    `WITH fitted_rows AS (SELECT ${y} AS y, ${fitted} AS fitted FROM data WHERE ${sums.complete}),
binned AS (SELECT y, fitted, ${bin} AS bin FROM fitted_rows),
quartiles AS (SELECT bin, quantile_disc(fitted, 0.5) AS fitted, quantile_disc(y, [0.25, 0.5, 0.75]) AS y, count(*) AS n
  FROM binned GROUP BY bin)
SELECT bin, fitted, y[1] AS lower_quartile, y[2] AS median, y[3] AS upper_quartile, n FROM quartiles ORDER BY bin`,
    parameters,
  );
}

/** Draws what {@link queryFit} found; the chart's name. */
export function drawFit({ ctx }: Study, { model }: Fitted, query: QueryHandle, place: number): string {
  const label = columnLabel(ctx, model.target);
  return ctx.chart({
    name: `fit_${place}`,
    title: `${label}: observed over fitted`,
    alternative: `Median of ${label} and its middle half, over what the model gives; the dashed line is where both are equal.`,
    query,
    spec: {
      encoding: { x: { field: 'fitted', type: 'quantitative', title: 'fitted', scale: { zero: false } } },
      layer: [
        {
          mark: { type: 'area', opacity: 0.25 },
          encoding: {
            y: { field: 'lower_quartile', type: 'quantitative', title: label, scale: { zero: false } },
            y2: { field: 'upper_quartile' },
          },
        },
        {
          mark: { type: 'line', strokeDash: [4, 4] },
          encoding: { y: { field: 'fitted', type: 'quantitative', title: label } },
        },
        {
          mark: { type: 'point', filled: true },
          encoding: { y: { field: 'median', type: 'quantitative', title: label } },
        },
      ],
    },
  });
}

/** What the model gives for a row: powers about their means, and for each factor the effect of the row's level. */
function fittedSql(
  { sums, terms }: Study,
  { model, fit }: Fitted,
  parameter: (value: number) => string,
): string {
  const skip = Number(model.intercept);
  const centre = (at: number) => (model.intercept ? meanOf(sums.whole, at) : 0);
  const slopeOf = (moment: Moment | undefined) => {
    const at = model.predictors.findIndex((one) => sums.moments[one] === moment);
    return at < 0 ? undefined : fit.coefficients[at + skip]?.estimate;
  };
  let constant = centre(model.outcome);
  const powers = model.predictors.flatMap((at) => {
    const moment = sums.moments[at];
    const slope = slopeOf(moment) ?? 0;
    if (moment?.kind !== 'power') {
      constant -= slope * centre(at);
      return [];
    }
    const value = `CAST(${identifier(moment.variable.column)} AS DOUBLE)`;
    const product = new Array<string>(moment.power).fill(value).join(' * ');
    return [`${parameter(slope)} * (${product} - ${parameter(centre(at))})`];
  });
  const factors = terms.factors.flatMap(({ code, levels }) => {
    const slopes = levels.map(slopeOf);
    if (slopes.every((slope) => slope === undefined)) return [];
    const effects = [0, ...slopes].map((slope = 0) => parameter(slope));
    return [`[${effects.join(', ')}][${identifier(code)} + 1]`];
  });
  return [parameter(constant), ...powers, ...factors].join(' + ');
}

/** Values that cut into about equal numbers; fewer where they are equal. */
function cutsOf(sorted: Float64Array): readonly number[] {
  const cuts = Array.from(
    { length: BINS - 1 },
    (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / BINS) - 1],
  );
  const last = sorted.at(-1);
  return [...new Set(cuts)].filter((cut): cut is number => cut !== undefined && cut !== last);
}
