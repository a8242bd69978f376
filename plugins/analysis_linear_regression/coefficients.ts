import {
  type Context,
  capitalized,
  coverageColumn,
  type DerivationHandle,
  explainedShareInterval,
  type FieldInput,
  type ItemInput,
  namedColumn,
  tQuantile,
} from '../../src/sdk/index.ts';
import { centredSquares } from './diagnostics.ts';
import { namedTerm, plainName } from './names.ts';
import { powersOf } from './relations.ts';
import { LEVEL } from './settings.ts';
import type { Diagnosed, Study } from './study.ts';
import type { Moment } from './sums.ts';

/** One coefficient of a model, with what is known about it. */
export interface CoefficientLine {
  /** Undefined for the constant. */
  readonly moment: Moment | undefined;
  readonly estimate: number;
  readonly standard_error: number | null;
  readonly robust_standard_error: number | null;
  /** Robust where possible, else classical. */
  readonly low: number | null;
  readonly high: number | null;
  /** Standard deviations of the target for one of the term; null for the constant. */
  readonly standardized: number | null;
  readonly inflation: number | null;
}

/** The coefficients of a model, the constant first. */
export function coefficientLines(study: Study, one: Diagnosed): readonly CoefficientLine[] {
  const { model, fit, diagnostics } = one;
  const { whole, moments } = study.sums;
  const skip = Number(model.intercept);
  const [, freedom] = fit.degrees_of_freedom;
  const margin = freedom > 0 ? tQuantile((1 + LEVEL) / 2, freedom) : null;
  const spread = Math.sqrt(centredSquares(whole, model.outcome));
  return fit.coefficients.map(({ estimate, standard_error }, i): CoefficientLine => {
    const at = i < skip ? undefined : model.predictors[i - skip];
    const robust = diagnostics?.robust?.[i];
    const half = margin === null || standard_error === null ? null : margin * standard_error;
    return {
      moment: at === undefined ? undefined : moments[at],
      estimate,
      standard_error,
      robust_standard_error: robust?.standard_error ?? null,
      low: robust?.low ?? (half === null ? null : estimate - half),
      high: robust?.high ?? (half === null ? null : estimate + half),
      standardized:
        at === undefined || !(spread > 0) ? null : (estimate * Math.sqrt(centredSquares(whole, at))) / spread,
      inflation: at === undefined ? null : (diagnostics?.inflation?.[i - skip] ?? null),
    };
  });
}

/** Lines by weight: those that move the target most, the constant last. */
export function byWeight(lines: readonly CoefficientLine[]): readonly CoefficientLine[] {
  const weight = ({ standardized }: CoefficientLine) => (standardized === null ? -1 : Math.abs(standardized));
  return lines.toSorted((a, b) => weight(b) - weight(a));
}

const MOST_ITEMS = 25;

/**
 * A model's coefficients as items of its finding, the weightiest first; where nobody asked for the model, only those whose
 * interval leaves out zero, if there are any.
 */
export function coefficientItems(
  study: Study,
  one: Diagnosed,
  lines: readonly CoefficientLine[],
): ItemInput[] {
  const shown = toldOf(study, lines).slice(0, MOST_ITEMS);
  const values = study.ctx.derivation({
    method: one.diagnostics?.robust
      ? 'Least squares over fractions, each coefficient rounded once; intervals by the HC3 covariance (MacKinnon and White, 1985) and t'
      : 'Least squares over fractions, each coefficient rounded once; classical intervals by t',
    parameters: { target: one.model.target.sqlName, level: LEVEL },
    values: Object.fromEntries([
      ['level', 100 * LEVEL],
      ...shown.flatMap((line, i): [string, number | null][] => [
        [`estimate_${i}`, line.estimate],
        [`standard_error_${i}`, line.standard_error],
        [`robust_standard_error_${i}`, line.robust_standard_error],
        [`low_${i}`, line.low],
        [`high_${i}`, line.high],
        [`standardized_${i}`, line.standardized],
        [`inflation_${i}`, line.inflation],
      ]),
    ]),
    inputs: study.sums.evidence,
  });
  const powers = powersOf(study);
  return shown.map((line, i) => itemOf(study, one, line, i, values, powers));
}

function toldOf({ question }: Study, lines: readonly CoefficientLine[]): readonly CoefficientLine[] {
  const ranked = byWeight(lines);
  const clear = ranked.filter(({ low, high }) => low === null || high === null || low * high > 0);
  return question.asked || clear.length === 0 ? ranked : clear;
}

function itemOf(
  study: Study,
  { model }: Diagnosed,
  { moment, standard_error }: CoefficientLine,
  i: number,
  values: DerivationHandle,
  powers: DerivationHandle,
): ItemInput {
  const unit = model.target.unit;
  const inUnit = (name: string): FieldInput =>
    unit === undefined ? values.value(`${name}_${i}`) : { from: values.value(`${name}_${i}`), unit };
  const target = namedColumn('target', model.target);
  const term = moment && namedTerm('term', moment, study.terms, powers);
  const factor =
    moment?.kind === 'level' && study.terms.factors.find(({ variable }) => variable === moment.variable);
  const reference =
    factor && study.terms.levels ? { reference: study.terms.levels.cell(factor.reference.row, 'level') } : {};
  const range = standard_error === null ? '' : ' ({low} to {high} with a confidence of {level})';
  return {
    title: `${term?.text ?? 'Constant'}: {estimate}`,
    statement: `${sentenceOf(moment, term?.text ?? '', target.text)}${range}.`,
    fields: {
      ...target.fields,
      ...term?.fields,
      ...reference,
      estimate: inUnit('estimate'),
      standard_error: inUnit('standard_error'),
      robust_standard_error: inUnit('robust_standard_error'),
      low: inUnit('low'),
      high: inUnit('high'),
      level: { from: values.value('level'), unit: '%' },
      standardized: values.value(`standardized_${i}`),
      inflation: values.value(`inflation_${i}`),
    },
    estimate: {
      name: 'coefficient',
      field: 'estimate',
      ...(standard_error !== null && { interval: { low: 'low', high: 'high', level: LEVEL } }),
    },
    effect_size: { name: 'standardized_coefficient', field: 'standardized' },
  };
}

function sentenceOf(moment: Moment | undefined, term: string, target: string): string {
  if (moment === undefined) return `Where all terms are zero, the model gives {estimate} for ${target}`;
  if (moment.kind === 'level') {
    return capitalized(
      `with ${term} rather than {reference}, ${target} differs by {estimate}, all else equal`,
    );
  }
  return capitalized(`${eachFurther(moment)} of ${term}, ${target} changes by {estimate}, all else equal`);
}

/** A step of a term in words: in its unit where it has one. */
function eachFurther({ variable }: Moment): string {
  const unit = variable.kind === 'measure' ? variable.unit : undefined;
  return `for each further ${unit === 's' ? 'second' : (unit ?? 'unit')}`;
}

const COLUMNS = [
  'target',
  'term',
  'estimate',
  'standard_error',
  'robust_standard_error',
  'low',
  'high',
  'standardized',
  'variance_inflation',
] as const;

/** All coefficients of all models, as a CSV file. */
export function coefficientTable(
  models: readonly { readonly one: Diagnosed; readonly lines: readonly CoefficientLine[] }[],
  { coverage }: Pick<Context, 'coverage'>,
): string {
  const mark = coverageColumn(coverage);
  const rows = models.flatMap(({ one, lines }) =>
    lines.map((line) => {
      return [
        cell(one.model.target.sqlName),
        cell(line.moment === undefined ? '(constant)' : plainName(line.moment)),
        line.estimate,
        line.standard_error ?? '',
        line.robust_standard_error ?? '',
        line.low ?? '',
        line.high ?? '',
        line.standardized ?? '',
        line.inflation ?? '',
        ...(mark ? [mark.cell] : []),
      ].join(',');
    }),
  );
  return [[...COLUMNS, ...(mark ? [mark.header] : [])].join(','), ...rows, ''].join('\n');
}

/** Text that a spreadsheet would take for a formula gets a leading apostrophe. */
function cell(text: string): string {
  const defused = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}

/** R² with its interval by the noncentral F; null where it is undefined. */
export function explainedShare({ fit }: Pick<Diagnosed, 'fit'>) {
  const [df1, df2] = fit.degrees_of_freedom;
  const interval = fit.f === null ? undefined : explainedShareInterval(fit.f, df1, df2, LEVEL);
  return { low: interval?.low ?? null, high: interval?.high ?? null };
}
