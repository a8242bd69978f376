import type { FieldInput } from '../../src/sdk/index.ts';
import type { CoefficientLine } from './coefficients.ts';
import { plainName } from './names.ts';
import type { Diagnosed, Study } from './study.ts';

/** What a reader has to know before trusting the numbers of a model. */
export interface Troubles {
  readonly sentences: readonly string[];
  readonly limitations: readonly string[];
  readonly fields: Readonly<Record<string, FieldInput>>;
}

/** p-value of Breusch and Pagan's test up to which the spread counts as unequal. */
const UNEQUAL = 0.01;
/** Distance of Durbin–Watson from 2 that counts as related neighbours: at least this, and three standard errors (2 / √n). */
const RELATED = 0.5;
/** Variance inflation from which a coefficient is hardly determined. */
const INFLATED = 10;
/** Cook's distance from which one row pulls the fit. */
const PULLING = 1;

/** Reads the diagnostics: spread, neighbours, near collinearity, single rows that pull. */
export function troublesOf(
  study: Study,
  one: Diagnosed,
  lines: readonly CoefficientLine[],
  quartiles: readonly number[] | undefined,
): Troubles {
  const { ctx, sums } = study;
  const { diagnostics, fit, model } = one;
  if (fit.exact_fit || diagnostics === undefined) return { sentences: [], limitations: [], fields: {} };
  if (!diagnostics.sufficient) {
    return {
      sentences: [],
      limitations: [
        'Residuals are not diagnosed: double arithmetic does not suffice for terms as close to collinear as these. Coefficients and classical standard errors are exact.',
      ],
      fields: {},
    };
  }
  const inflation = Math.max(0, ...(diagnostics.inflation ?? []));
  const [largest] = diagnostics.influential;
  const values = ctx.derivation({
    method:
      "Residuals in doubles, in the order of the rows: Koenker's form of Breusch and Pagan's test, Durbin and Watson's d, quartiles by nearest rank, Cook's distance, variance inflation",
    parameters: { target: model.target.sqlName },
    values: {
      breusch_pagan: diagnostics.spread?.statistic ?? null,
      breusch_pagan_p: diagnostics.spread?.p_value ?? null,
      durbin_watson: diagnostics.durbinWatson ?? null,
      largest_inflation: inflation > 0 ? inflation : null,
      largest_cook: largest?.distance ?? null,
      ...Object.fromEntries(
        ['smallest', 'lower_quartile', 'median', 'upper_quartile', 'largest'].map((name, i) => [
          `residual_${name}`,
          quartiles?.[i] ?? null,
        ]),
      ),
    },
    inputs: sums.evidence,
  });
  const unit = model.target.unit;
  const inUnit = (name: string): FieldInput =>
    unit === undefined ? values.value(name) : { from: values.value(name), unit };
  return {
    sentences: [
      ...((diagnostics.spread?.p_value ?? 1) <= UNEQUAL
        ? ['The spread of the errors differs from row to row; the intervals allow for that.']
        : []),
      ...(isRelated(diagnostics.durbinWatson, sums.whole.n)
        ? [
            'Errors of neighbouring rows are related (Durbin–Watson {durbin_watson}), so that intervals are too narrow.',
          ]
        : []),
      ...((largest?.distance ?? 0) >= PULLING
        ? ["Single rows pull the fit (Cook's distance up to {largest_cook}): the rows cited."]
        : []),
    ],
    limitations: [
      ...inflationLimits(lines),
      ...(diagnostics.robust === undefined
        ? [
            'Standard errors are classical: a single row decides a coefficient, so that no robust ones can be given.',
          ]
        : []),
    ],
    fields: {
      breusch_pagan: values.value('breusch_pagan'),
      breusch_pagan_p: values.value('breusch_pagan_p'),
      durbin_watson: values.value('durbin_watson'),
      largest_inflation: values.value('largest_inflation'),
      largest_cook: values.value('largest_cook'),
      residual_smallest: inUnit('residual_smallest'),
      residual_lower_quartile: inUnit('residual_lower_quartile'),
      residual_median: inUnit('residual_median'),
      residual_upper_quartile: inUnit('residual_upper_quartile'),
      residual_largest: inUnit('residual_largest'),
    },
  };
}

function isRelated(d: number | undefined, n: number): boolean {
  return d !== undefined && Math.abs(d - 2) > Math.max(RELATED, 6 / Math.sqrt(n));
}

function inflationLimits(lines: readonly CoefficientLine[]): string[] {
  const inflated = lines.flatMap(({ moment, inflation }) =>
    moment !== undefined && (inflation ?? 0) >= INFLATED ? [plainName(moment)] : [],
  );
  if (inflated.length === 0) return [];
  return [
    `Nearly linear combinations of other terms, so that their coefficients are hardly determined: ${inflated.join(', ')}.`,
  ];
}
