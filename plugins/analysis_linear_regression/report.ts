import {
  aboutColumns,
  capitalized,
  type FieldInput,
  type FindingInput,
  fTail,
  GENERATOR,
  isCollinear,
  MOST_HOPEFUL_P,
  namedColumn,
  nearMissTable,
  plainColumnName,
  replicates,
  type ScreenedHypothesis,
} from '../../src/sdk/index.ts';
import { drawFit } from './charts.ts';
import {
  byWeight,
  type CoefficientLine,
  coefficientItems,
  coefficientLines,
  coefficientTable,
  explainedShare,
} from './coefficients.ts';
import { serialTest } from './serial.ts';
import { LEVEL } from './settings.ts';
import { type Shown, showModels } from './shown.ts';
import type { Diagnosed, Fits, Fitted, Study } from './study.ts';
import { troublesOf } from './troubles.ts';

/** A model with its p-value. */
export interface Judged extends Diagnosed {
  readonly p_value: number;
  /** Rows over the effective number of rows, since rows that follow each other are alike; at least 1. */
  readonly designEffect: number;
  readonly isOfInterest: boolean;
}

/**
 * The largest of the p-values that there are: F's, valid for normal residuals of one spread; that of robust covariances,
 * also for unequal spread; that of ranks, for any distribution, also with rows that are like the rows before. So it holds if one of them does.
 */
export function judge(study: Study, one: Diagnosed): Judged {
  const { fit, model, diagnostics } = one;
  const [df1, df2] = fit.degrees_of_freedom;
  const ranks = study.ranks?.test(model, 'whole');
  const serial = serialTest(study, one, ranks);
  const parts = [
    fit.f === null ? (fit.exact_fit ? 0 : 1) : fTail(fit.f, df1, df2),
    study.ranks === undefined ? 0 : (ranks?.p_value ?? 1),
    diagnostics?.wald_p ?? 0,
    serial.p_value,
  ];
  return {
    ...one,
    p_value: Math.min(1, Math.max(...parts)),
    designEffect: serial.designEffect,
    isOfInterest: isOfInterest(study, one),
  };
}

/** Whether a model explains enough to be of interest. */
export function isOfInterest({ settings }: Study, { fit }: Pick<Fitted, 'fit'>): boolean {
  return settings.smallestRSquared.reaches(fit.adjusted_r_squared);
}

/** Enters every model in the ledger and reports those that explain enough, or the one that was asked for. */
export async function report(study: Study, fits: Fits, judged: readonly Judged[]): Promise<void> {
  const { ctx, question } = study;
  const told = judged.filter((one) => question.asked || (one.isOfInterest && one.p_value <= MOST_HOPEFUL_P));
  const shown = await showModels(study, told);
  const tables: { readonly one: Diagnosed; readonly lines: readonly CoefficientLine[] }[] = [];
  const screened: ScreenedHypothesis[] = [];
  for (const [i, one] of judged.entries()) {
    const test = ctx.test({
      family: 'linear_regression',
      hypothesis: `${plainColumnName(ctx, one.model.target.sqlName)} does not depend on the other columns in a linear model`,
      statistic:
        one.fit.f === null ? { name: 'R²', value: one.fit.r_squared ?? 0 } : { name: 'F', value: one.fit.f },
      p_value: one.p_value,
      n: study.sums.whole.n,
      dependent: !question.asked,
    });
    const lines = coefficientLines(study, one);
    tables.push({ one, lines });
    screened.push(screenedModel(study, one, test));
    if (question.asked) addMetrics(study, one, lines);
    const own = shown.get(one);
    if (own) reportModel(study, fits, one, lines, own, question.asked ? undefined : test, i);
  }
  await ctx.artifact({
    path: 'coefficients.csv',
    content: coefficientTable(tables, ctx),
    media_type: 'text/csv',
    title: 'Coefficients of all models, with standard errors and intervals',
  });
  await ctx.artifact(nearMissTable(screened, ctx.coverage));
}

function screenedModel({ ctx, settings, sums }: Study, one: Judged, test: string): ScreenedHypothesis {
  return {
    hypothesis: `${plainColumnName(ctx, one.model.target.sqlName)} on the other columns`,
    n: sums.whole.n,
    estimate: one.fit.adjusted_r_squared,
    unit: settings.smallestRSquared.unit,
    smallest_effect: settings.smallestRSquared.value,
    p_value: one.p_value,
    reason: !one.isOfInterest
      ? 'effect too small'
      : one.p_value <= MOST_HOPEFUL_P
        ? 'reported, if the ledger of the run keeps it'
        : 'p-value too large',
    test,
  };
}

function reportModel(
  study: Study,
  fits: Fits,
  one: Judged,
  lines: readonly CoefficientLine[],
  shown: Shown,
  test: string | undefined,
  place: number,
): void {
  const { ctx, sums, settings, question } = study;
  const { model, fit } = one;
  const y = namedColumn('target', model.target);
  const [strongest] = byWeight(lines);
  const lead = strongest?.moment && namedColumn('strongest', strongest.moment.variable);
  const summary = summaryFields(study, fits, one);
  const troubles = troublesOf(study, one, lines, shown.quartiles);
  const charts = shown.fit ? [drawFit(study, one, shown.fit, place + 1)] : [];
  const variables = model.predictors.flatMap((at) => sums.moments[at]?.variable ?? []);
  const others = new Set(variables).size > 1;
  ctx.finding({
    kind: 'linear_regression',
    title: capitalized(
      lead === undefined
        ? `${y.text}: {adjusted} explained`
        : fit.exact_fit
          ? `${y.text} follows exactly from ${lead.text}${others ? ' and other columns' : ''} in a linear model`
          : `A linear model on ${lead.text}${others ? ' and other columns' : ''} explains {adjusted} of the variation of ${y.text}`,
    ),
    statement: [
      capitalized(
        `a linear model of {terms} explains {adjusted} of the variation of ${y.text} over {rows}` +
          (fit.exact_fit
            ? ' and leaves nothing: every row lies on it exactly.'
            : ' ({r_squared} before its number of terms is allowed for, {low} to {high} with a confidence of {level}); ' +
              'its errors have a standard deviation of {deviation}.'),
      ),
      ...(sums.whole.n < ctx.rowCount ? ['{left_out} are left out, since a value is missing.'] : []),
      ...(isAlikeInOrder(one)
        ? ['Rows that follow each other are alike: they count as about {effective_rows}.']
        : []),
      ...troubles.sentences,
    ].join(' '),
    fields: { ...y.fields, ...lead?.fields, ...summary.fields, ...troubles.fields },
    estimate: {
      name: 'adjusted_r_squared_percent',
      field: 'adjusted',
      ...(summary.hasInterval && { interval: { low: 'low', high: 'high', level: LEVEL } }),
    },
    effect_size: { name: 'r_squared_percent', field: 'r_squared' },
    ...(strongest?.moment && { about: [model.target.sqlName, strongest.moment.variable.sqlName] }),
    ...aboutColumns([model.target], 'target'),
    ...(test === undefined
      ? { how: summary.hasInterval ? 'interval' : 'exact_count' }
      : { test, how: 'tested' }),
    severity: (fit.adjusted_r_squared ?? 0) >= NOTABLE ? 'notice' : 'info',
    ranking: {
      effect: Math.sqrt(Math.max(0, Math.min(1, fit.adjusted_r_squared ?? 0))),
      reach: sums.whole.n / Math.max(1, ctx.rowCount),
      actionability: 0.1,
    },
    ...(test !== undefined && summary.replication && { replication: summary.replication }),
    ...(shown.rows && { rows: shown.rows }),
    items: coefficientItems(study, one, lines),
    charts,
    limitations: [
      'It says how the target goes with the terms in straight lines, not what would happen if one of them were changed.',
      'A coefficient is that of its term when all other terms of the model are held.',
      ...(question.asked ? [] : ['Coefficients whose interval holds zero are in coefficients.csv alone.']),
      ...(settings.degree > 1 ? ['Powers of a column are not held apart: read them together.'] : []),
      ...(isAlikeInOrder(one)
        ? [
            'Rows that follow each other are alike. The test allows for it; the intervals and the halves do not.',
          ]
        : []),
      ...troubles.limitations,
    ],
  } satisfies FindingInput);
}

/** Design effect from which a reader is told. */
const TOLD_DESIGN_EFFECT = 2;

function isAlikeInOrder({ designEffect }: Judged): boolean {
  return designEffect >= TOLD_DESIGN_EFFECT;
}

/** From this share on a model is more than a detail. */
const NOTABLE = 0.3;

/** Numbers of the whole model, and of each half. */
function summaryFields(study: Study, fits: Fits, one: Judged) {
  const { ctx, sums, question, ranks } = study;
  const { fit, model } = one;
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? null : 100 * share;
  const interval = explainedShare(one);
  const halves = (
    [
      ['first', fits.first],
      ['second', fits.second],
    ] as const
  ).map(([part, fitHalf]) => {
    const found = sums[part].n > model.predictors.length + 1 ? fitHalf(model) : undefined;
    if (found === undefined || isCollinear(found) || found.f === null)
      return { estimate: null, p_value: null };
    const classical = fTail(found.f, ...found.degrees_of_freedom);
    const ofRanks = ranks?.test(model, part)?.p_value ?? classical;
    return { estimate: found.adjusted_r_squared, p_value: Math.max(classical, ofRanks) };
  });
  const [first = NO_HALF, second = NO_HALF] = halves;
  const [df1, df2] = fit.degrees_of_freedom;
  const values = ctx.derivation({
    method:
      'Ordinary least squares by the normal equations, solved over fractions (Bareiss, 1968) and rounded once; interval of R² by the noncentral F',
    parameters: {
      target: model.target.sqlName,
      intercept: model.intercept,
      ...(ranks?.byRandomOrders === true && {
        most_permutations: study.settings.permutations,
        generator: GENERATOR,
        seed: ctx.seed,
      }),
    },
    values: {
      r_squared: percent(fit.r_squared),
      adjusted: percent(fit.adjusted_r_squared),
      low: percent(interval.low),
      high: percent(interval.high),
      level: 100 * LEVEL,
      f: fit.f,
      degrees_of_freedom_model: df1,
      degrees_of_freedom_residual: df2,
      deviation: fit.residual_standard_deviation,
      residual_sum_of_squares: fit.residual_sum_of_squares,
      regression_sum_of_squares: fit.regression_sum_of_squares,
      rows: sums.whole.n,
      effective_rows: Math.max(1, Math.round(sums.whole.n / one.designEffect)),
      left_out: ctx.rowCount - sums.whole.n,
      terms: model.predictors.length,
      first_half: percent(first.estimate),
      second_half: percent(second.estimate),
    },
    inputs: sums.evidence,
  });
  const field = (name: string, unit?: string): FieldInput =>
    unit === undefined ? values.value(name) : { from: values.value(name), unit };
  const fields: Record<string, FieldInput> = {
    r_squared: field('r_squared', '%'),
    adjusted: field('adjusted', '%'),
    low: field('low', '%'),
    high: field('high', '%'),
    level: field('level', '%'),
    f: field('f'),
    degrees_of_freedom_model: field('degrees_of_freedom_model'),
    degrees_of_freedom_residual: field('degrees_of_freedom_residual'),
    deviation: field('deviation', model.target.unit),
    residual_sum_of_squares: field('residual_sum_of_squares'),
    regression_sum_of_squares: field('regression_sum_of_squares'),
    rows: field('rows', 'rows'),
    ...(isAlikeInOrder(one) && { effective_rows: field('effective_rows', 'rows') }),
    left_out: field('left_out', 'rows'),
    terms: field('terms', model.predictors.length === 1 ? 'term' : 'terms'),
    first_half: field('first_half', '%'),
    second_half: field('second_half', '%'),
  };
  const holds = replicates(fit.adjusted_r_squared ?? 0, first, second);
  return {
    fields,
    hasInterval: interval.low !== null,
    replication: { by: question.halves.by, holds, first: 'first_half', second: 'second_half' },
  };
}

const NO_HALF = { estimate: null, p_value: null };

/** Of a model that was asked for, each number by a fixed name: `b0`, `b0_standard_error`, `f` … */
function addMetrics(study: Study, { fit, model }: Judged, lines: readonly CoefficientLine[]): void {
  const first = model.intercept ? 0 : 1;
  const values = study.ctx.derivation({
    method:
      'Ordinary least squares by the normal equations, solved over fractions (Bareiss, 1968) and rounded once',
    parameters: { target: model.target.sqlName, intercept: model.intercept },
    values: Object.fromEntries([
      ...lines.flatMap((line, i): [string, number | null][] => [
        [`b${i + first}`, line.estimate],
        [`b${i + first}_standard_error`, line.standard_error],
        [`b${i + first}_robust_standard_error`, line.robust_standard_error],
      ]),
      ['r_squared', fit.r_squared],
      ['adjusted_r_squared', fit.adjusted_r_squared],
      ['f', fit.f],
      ['residual_standard_deviation', fit.residual_standard_deviation],
      ['rows', study.sums.whole.n],
    ]),
    inputs: study.sums.evidence,
  });
  for (const name of [
    ...lines.flatMap((_, i) =>
      ['', '_standard_error', '_robust_standard_error'].map((of) => `b${i + first}${of}`),
    ),
    ...['r_squared', 'adjusted_r_squared', 'f', 'residual_standard_deviation', 'rows'],
  ]) {
    study.ctx.metric(name, values.value(name));
  }
}
