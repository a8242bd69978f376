import { columnLabel, identifier } from '../../src/sdk/index.ts';
import { meanOf } from './diagnostics.ts';
import type { Fitted, Study } from './study.ts';
import type { Moment } from './sums.ts';

const BINS = 20;

/** What the rows have over what the model gives, as medians and middle halves over equal numbers of rows; its name. */
export async function drawFit(study: Study, { model, fit }: Fitted, place: number): Promise<string> {
  const { ctx, sums, terms } = study;
  const name = `fit_${place}`;
  const skip = Number(model.intercept);
  const centre = (at: number) => (model.intercept ? meanOf(sums.whole, at) : 0);
  const parameters: number[] = [];
  const parameter = (value: number): string => `CAST($${parameters.push(value)} AS DOUBLE)`;
  const parts = model.predictors.flatMap((at, i) => {
    const moment = sums.moments[at];
    if (moment === undefined) return [];
    const slope = fit.coefficients[i + skip]?.estimate ?? 0;
    return [`${parameter(slope)} * (${valueSql(moment, terms.factors)} - ${parameter(centre(at))})`];
  });
  const y = `CAST(${identifier(model.target.column)} AS DOUBLE)`;
  const fitted = [parameter(centre(model.outcome)), ...parts].join(' + ');
  const query = await ctx.query(
    `WITH fitted_rows AS (SELECT _sh_part, _sh_row_number, ${y} AS y, ${fitted} AS fitted FROM data WHERE ${sums.complete}),
binned AS (SELECT y, fitted, ntile(${BINS}) OVER (ORDER BY fitted, _sh_part, _sh_row_number) AS bin FROM fitted_rows)
SELECT bin, quantile_disc(fitted, 0.5) AS fitted, quantile_disc(y, 0.25) AS lower_quartile, quantile_disc(y, 0.5) AS median,
  quantile_disc(y, 0.75) AS upper_quartile, count(*) AS n FROM binned GROUP BY bin ORDER BY bin`,
    parameters,
  );
  const label = columnLabel(study.ctx, model.target);
  return ctx.chart({
    name,
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

function valueSql(moment: Moment, factors: Study['terms']['factors']): string {
  if (moment.kind === 'power') {
    const value = `CAST(${identifier(moment.variable.column)} AS DOUBLE)`;
    return new Array<string>(moment.power).fill(value).join(' * ');
  }
  const factor = factors.find(({ levels }) => levels.includes(moment));
  if (factor === undefined) throw new RangeError('a level of no factor');
  return `CASE WHEN ${identifier(factor.code)} = ${factor.levels.indexOf(moment) + 1} THEN 1 ELSE 0 END`;
}
