import {
  aboutColumns,
  capitalized,
  eliminate,
  type FieldInput,
  type ItemInput,
  isCollinear,
  namedColumn,
  rational,
  rationalToNumber,
} from '../../src/sdk/index.ts';
import type { Variable } from './columns.ts';
import { fitModel, type Model, matrixOf } from './fit.ts';
import { namedTerm, plainName } from './names.ts';
import type { Study } from './study.ts';
import type { ModelSums, Moment } from './sums.ts';

/** A moment that is exactly a combination of moments before it, and of the constant. */
export interface Relation {
  readonly moment: number;
  readonly on: readonly { readonly moment: number; readonly factor: number }[];
  readonly constant: number;
}

/** Relations among moments, found exactly: not by a tolerance. */
export function relationsAmong(
  { whole }: ModelSums,
  among: readonly number[],
  intercept: boolean,
): readonly Relation[] {
  const skip = Number(intercept);
  return eliminate(matrixOf(whole, among, intercept)).dependent.map(({ position, on }) => ({
    moment: among[position - skip] ?? -1,
    on: on
      .filter((one) => one.position >= skip)
      .map((one) => ({ moment: among[one.position - skip] ?? -1, factor: rationalToNumber(one.factor) })),
    constant: rationalToNumber(on.find((one) => one.position < skip)?.factor ?? rational(0n)),
  }));
}

/**
 * Without a target: a measure that follows exactly from others is reported as that, and left out of all models; levels
 * that follow from others are left out. The positions that are left out.
 */
export function leaveOutRelations(study: Study): ReadonlySet<number> {
  const { ctx, sums } = study;
  const relations = relationsAmong(
    sums,
    sums.moments.map((_, at) => at),
    study.settings.intercept,
  );
  const momentOf = ({ moment }: Relation) => sums.moments[moment];
  for (const relation of relations) {
    const moment = momentOf(relation);
    if (moment?.kind === 'power' && moment.power === 1 && relation.on.length > 0)
      reportRelation(study, relation, moment);
  }
  const namesOf = (some: readonly Relation[]) =>
    some
      .flatMap((relation) => momentOf(relation) ?? [])
      .map(plainName)
      .join(', ');
  const [flat, others] = [
    relations.filter(({ on }) => on.length === 0),
    relations.filter(({ on }) => on.length > 0),
  ];
  if (flat.length > 0)
    ctx.note(`Left out of all models, since no complete row differs in them: ${namesOf(flat)}.`);
  if (others.length > 0) {
    ctx.note(`Left out of all models, since they follow exactly from the other terms: ${namesOf(others)}.`);
  }
  return new Set(relations.map(({ moment }) => moment));
}

function reportRelation(study: Study, relation: Relation, moment: Moment): void {
  const { ctx, sums } = study;
  const parts = relation.on.flatMap(({ moment: at }) => sums.moments[at] ?? []);
  const variables = [moment, ...parts].map(({ variable }) => variable);
  const name = namedColumn('column', moment.variable);
  const items = itemsOf(study, relation);
  const values = ctx.derivation({
    method: 'Exact elimination on sums of products (Bareiss, 1968): a pivot that is 0 to the last digit',
    values: { rows: sums.whole.n, columns: parts.length },
    inputs: sums.evidence,
  });
  ctx.finding({
    kind: 'exact_linear_relation',
    title: capitalized(`${name.text} follows exactly from other columns`),
    statement: capitalized(
      `${name.text} is the same linear combination of {columns} in all {rows} that have every value: ` +
        'it holds nothing of its own, and is left out of the models.',
    ),
    fields: {
      ...name.fields,
      rows: { from: values.value('rows'), unit: 'rows' },
      columns: { from: values.value('columns'), unit: parts.length === 1 ? 'other column' : 'other columns' },
    },
    ...aboutColumns(variables),
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.3, reach: 1, actionability: 0.1 },
    items,
  });
}

function itemsOf({ ctx, sums, terms }: Study, { on, constant }: Relation): ItemInput[] {
  const powers = powersOf({ ctx, sums });
  const values = ctx.derivation({
    method: 'Exact elimination on sums of products (Bareiss, 1968)',
    values: { constant, ...Object.fromEntries(on.map(({ factor }, i) => [`factor_${i}`, factor])) },
    inputs: sums.evidence,
  });
  return on.flatMap(({ moment }, i): ItemInput[] => {
    const term = sums.moments[moment];
    if (term === undefined) return [];
    const { text, fields } = namedTerm('term', term, terms, powers);
    return [
      {
        title: `{factor} times ${text}`,
        statement: `{factor} times ${text}, and {constant} in all rows.`,
        fields: {
          ...fields,
          factor: values.value(`factor_${i}`),
          constant: values.value('constant'),
        },
        estimate: { name: 'factor', field: 'factor' },
      },
    ];
  });
}

/** The exponents of powers as values that fields can name. */
export function powersOf({ ctx, sums }: Pick<Study, 'ctx' | 'sums'>) {
  const powers = sums.moments.flatMap((moment) => (moment.kind === 'power' ? [moment.power] : []));
  return ctx.derivation({
    method: 'Exponents of the terms of the model',
    values: Object.fromEntries([1, ...powers].map((power) => [`power_${power}`, power])),
    inputs: sums.evidence,
  });
}

/** A model that was asked for and can't be solved: says which terms are to blame, as a note and as a finding. */
export function refuseCollinear(study: Study, model: Model): boolean {
  const { ctx, sums } = study;
  if (!isCollinear(fitModel(sums.whole, model))) return false;
  const relations = relationsAmong(sums, model.predictors, model.intercept);
  const termsOf = (positions: readonly number[]) => positions.flatMap((at) => sums.moments[at] ?? []);
  for (const { moment, on } of relations) {
    const [own] = termsOf([moment]).map(plainName);
    const others = termsOf(on.map((one) => one.moment)).map(plainName);
    ctx.note(
      `Refused: ${own} is exactly a linear combination of ${[...others, ...(model.intercept ? ['the constant'] : [])].join(', ')}, ` +
        'so that the coefficients are not determined. Leave one of these predictors out.',
    );
  }
  const blamed = termsOf(relations.map(({ moment }) => moment)).map(({ variable }) => variable);
  reportRefusal(study, model, blamed, relations.length);
  return true;
}

function reportRefusal(
  { ctx, sums }: Study,
  { target }: Model,
  blamed: readonly Variable[],
  count: number,
): void {
  const [first] = blamed;
  if (first === undefined) return;
  const [y, x] = [namedColumn('target', target), namedColumn('column', first)];
  const values = ctx.derivation({
    method: 'Rank of the matrix of sums of products, by exact elimination (Bareiss, 1968)',
    values: { rows: sums.whole.n, dependent: count },
    inputs: sums.evidence,
  });
  const fields: Record<string, FieldInput> = {
    ...y.fields,
    ...x.fields,
    rows: { from: values.value('rows'), unit: 'rows' },
    dependent: { from: values.value('dependent'), unit: count === 1 ? 'term' : 'terms' },
  };
  ctx.finding({
    kind: 'regression_refused',
    title: capitalized(
      `the regression of ${y.text} has no single solution: ${x.text} follows from the other predictors`,
    ),
    statement: capitalized(
      `${x.text} is exactly a linear combination of the other predictors in all {rows}, {dependent} in all being such, so that ` +
        'infinitely many coefficients fit equally well. Leave these predictors out.',
    ),
    fields,
    ...aboutColumns([target], 'target'),
    how: 'exact_count',
    severity: 'warning',
    ranking: { effect: 0.5, reach: 1, actionability: 1 },
  });
}
