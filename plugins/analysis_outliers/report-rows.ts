import {
  aboutColumns,
  capitalized,
  type DerivationHandle,
  type FieldInput,
  type ItemInput,
  inUnit,
  namedColumn,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import { type Blame, blameOf, blameOfIsolation } from './attribution.ts';
import { isolationScore } from './isolation-forest.ts';
import type { JointModel } from './joint-model.ts';
import type { FarRow } from './score-rows.ts';
import type { Study } from './study.ts';

/** Rows that lie cut off from all others in some columns together. */
export interface JointClaim {
  readonly model: JointModel;
  readonly method: 'distance' | 'isolation';
  /** Rows that have all columns. */
  readonly complete: number;
  readonly p_value: number;
  readonly statistic: number;
  /** The nearest of them over the farthest ordinary row. */
  readonly ratio: number;
  readonly ordinary: number;
  readonly rows: readonly FarRow[];
  readonly label: string;
}

/** A value is usual by itself within the middle 99 % of its column. */
const USUAL_SCORE = 2.5758;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

export async function reportRows(study: Study, claim: JointClaim): Promise<void> {
  const { ctx, settings } = study;
  const { model, method, rows } = claim;
  const cited = await citedRows(study, claim);
  const shown = rows.slice(0, Math.min(settings.mostItems, LETTERS.length));
  const blames = shown.map(({ scores }) =>
    method === 'distance' ? blameOf(scores, model) : blameOfIsolation(scores, model),
  );
  const alone = rows.filter(({ scores }) => scores.every((score) => Math.abs(score) <= USUAL_SCORE)).length;
  const numbers = numbersOf(study, claim, cited, shown, blames, alone);
  const names = model.columns
    .slice(0, 4)
    .map(({ measured }, i) => namedColumn(`column_${LETTERS[i]}`, measured.measure));
  const together = `${names.map(({ text }) => text).join(', ')}${model.columns.length > 4 ? ' and others' : ''}`;
  const { target, scope } = aboutColumns(model.columns.map(({ measured }) => measured.measure));
  ctx.finding({
    kind: 'multivariate_outliers',
    title: `${rows.length === 1 ? 'A row' : '{outlying_rows}'} that no other is like, by ${together} together`,
    statement: [
      `Out of {complete_rows} with ${together}, {outlying_rows} ${rows.length === 1 ? 'lies' : 'lie'} cut off from all others: `,
      method === 'distance'
        ? 'the nearest of them is {ratio} times as far from the middle, measured along with the way these columns go together, as the farthest other row. '
        : 'splits at random isolate them faster than any other row. ',
      alone === 0
        ? 'Each has a value that is unusual by itself, too.'
        : 'Rows of these in which each value is usual by itself: {usual_alone}.',
    ].join(''),
    fields: {
      ...Object.assign({}, ...names.map(({ fields }) => fields)),
      complete_rows: { from: numbers.value('complete_rows'), unit: 'rows' },
      outlying_rows: { from: numbers.value('outlying_rows'), unit: rows.length === 1 ? 'row' : 'rows' },
      usual_alone: numbers.value('usual_alone'),
      ratio: numbers.value('ratio'),
    },
    estimate: { name: 'rows_cut_off', field: 'outlying_rows' },
    effect_size: { name: 'distance_ratio', field: 'ratio' },
    test: claim.label,
    target,
    scope: { ...scope, by: method === 'distance' ? 'robust distance' : 'isolation forest' },
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, 0.2 + claim.ratio / 10),
      reach: Math.min(1, rows.length / claim.complete),
      actionability: 0.5,
    },
    items: shown.map((row, i) => itemOf(claim, row, blames[i], cited, numbers, LETTERS[i] ?? '')),
    limitations: [
      'It says that the rows are unlike the others, not that they are wrong.',
      'Each column is replaced by normal scores first, so that no unit or skewness of a column decides.',
    ],
    rows: cited,
  });
}

/** The rows with their values, as a query; in the order of the table. */
function citedRows({ ctx }: Study, { model, rows }: JointClaim): Promise<QueryHandle> {
  const identities = rows.map(({ part, row }) => `(${part}, ${row})`).join(', ');
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${model.columns.map(({ measured }, i) => `${measured.sql} AS value_${LETTERS[i]}`).join(', ')}
FROM data WHERE (_sh_part, _sh_row_number) IN (${identities})
ORDER BY _sh_part, _sh_row_number`,
  );
}

function placeOf(cited: QueryHandle, { part, row }: FarRow): number {
  return cited.rows.findIndex(
    (_, i) => cited.text(i, '_sh_part') === String(part) && cited.text(i, '_sh_row_number') === String(row),
  );
}

function numbersOf(
  { ctx, middles }: Study,
  claim: JointClaim,
  cited: QueryHandle,
  shown: readonly FarRow[],
  blames: readonly Blame[],
  alone: number,
): DerivationHandle {
  const { model } = claim;
  const landmarkScores = Float64Array.from({ length: model.points.count }, (_, row) =>
    isolationScore(model.forest, model.points.values, row * model.points.width),
  ).sort();
  const perRow = shown.flatMap((row, i) => {
    const letter = LETTERS[i] ?? '';
    const score = isolationScore(model.forest, row.scores);
    const [first = 0] = blames[i]?.columns ?? [];
    return [
      [`far_${letter}`, row.value],
      [`isolated_${letter}`, Math.floor((1000 * below(landmarkScores, score)) / landmarkScores.length) / 10],
      [`usual_${letter}`, model.columns[first]?.scores.valueAt(blames[i]?.expected ?? 0) ?? null],
    ] as const;
  });
  return ctx.derivation({
    method:
      'normal scores at quantiles of the landmark rows; robust distances by the reweighted minimum covariance determinant (FAST-MCD, Rousseeuw and Van Driessen 1999); isolation forest (Liu, Ting and Zhou 2008); a gap in the tail of distances or scores against the spacings deeper down (Rényi 1953, Hill 1975), and for distances the scaled F of Cerioli (2010)',
    parameters: {
      columns: model.columns.map(({ measured }) => measured.measure.sqlName),
      landmark_rows: model.points.count,
      fitted_rows: model.fitted,
      trees: model.forest.trees.length,
      sample_per_tree: model.forest.sampleSize,
      seed: ctx.seed,
    },
    values: {
      complete_rows: claim.complete,
      outlying_rows: claim.rows.length,
      usual_alone: alone,
      ratio: claim.ratio,
      ...Object.fromEntries(perRow),
    },
    inputs: [cited, ...middles],
  });
}

/** How many of sorted numbers lie below one. */
function below(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function itemOf(
  { model, method }: JointClaim,
  row: FarRow,
  blame: Blame | undefined,
  cited: QueryHandle,
  numbers: DerivationHandle,
  letter: string,
): ItemInput {
  const at = placeOf(cited, row);
  const [first = 0] = blame?.columns ?? [];
  const second = blame?.beside;
  const [a, b] = [
    model.columns[first]?.measured,
    second === undefined ? undefined : model.columns[second]?.measured,
  ];
  if (a === undefined || b === undefined || second === undefined)
    throw new Error('a group has two columns at least');
  const [nameA, nameB] = [namedColumn('first_column', a.measure), namedColumn('second_column', b.measure)];
  const isUsual = row.scores.every((score) => Math.abs(score) <= USUAL_SCORE);
  const others = model.columns.length === 2 ? `Beside such a value of ${nameB.text}` : 'By its other values';
  return {
    title: `row {row_number}: ${nameA.text} {first_value}, ${nameB.text} {second_value}`,
    statement: [
      `${capitalized(nameA.text)} is {first_value} while ${nameB.text} is {second_value}.`,
      ...(method === 'distance' ? [`${others}, ${nameA.text} is usually near {usual_value}.`] : []),
      ...(isUsual ? ['Each value is usual by itself.'] : []),
      'An isolation forest finds the row more isolated than {isolated_percent} of all.',
    ].join(' '),
    fields: {
      ...nameA.fields,
      ...nameB.fields,
      row_number: cited.cell(at, '_sh_row_number'),
      first_value: inUnit(cited.cell(at, `value_${LETTERS[first]}`), a.measure),
      second_value: inUnit(cited.cell(at, `value_${LETTERS[second]}`), b.measure),
      ...(method === 'distance' && { usual_value: inUnit(numbers.value(`usual_${letter}`), a.measure) }),
      isolated_percent: percent(numbers.value(`isolated_${letter}`)),
      far: numbers.value(`far_${letter}`),
    },
  };
}

function percent(from: FieldInput): FieldInput {
  return 'from' in from ? from : { from, unit: '%' };
}
