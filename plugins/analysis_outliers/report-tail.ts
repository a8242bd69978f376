import { aboutColumns, capitalized, type FieldInput, inUnit, namedColumn } from '../../src/sdk/index.ts';
import type { Fences } from './fences.ts';
import { quartileDistance, tellQuartileDistance } from './quartile-distance.ts';
import type { Study } from './study.ts';
import type { Tail } from './tails.ts';
import type { Rest } from './usual-levels.ts';

/** A tail whose outliers are reported. */
export interface Claimed {
  readonly tail: Tail;
}

const MOST_CITED = 10_000;
/** In so many rows the same value is hardly one that was measured. */
const SAME_VALUE = 3;

/** Values of a measure beyond a gap that its tail does not explain; each row is an item. */
export async function reportTail(
  study: Study,
  tail: Tail,
  fences: Fences,
  rest: Rest,
  test: string,
): Promise<Claimed> {
  const { ctx, settings } = study;
  const { measured, side, gap, middle, middleQuery, lastQuery } = tail;
  const { measure, sql } = measured;
  const rows = await ctx.query(
    `SELECT _sh_part, _sh_row_number, ${sql} AS value FROM data WHERE ${rest.condition}
ORDER BY ${sql} ${side === 'above' ? 'DESC' : 'ASC'}, _sh_part, _sh_row_number LIMIT ${MOST_CITED}`,
  );
  const counts = await ctx.query(`SELECT count(*) AS outlying_rows FROM data WHERE ${rest.condition}`);
  const numbers = ctx.derivation({
    method:
      'gap among the ordered distances from the median against the spacings deeper in the tail (Rényi 1953, Hill 1975), the adjusted boxplot (Hubert and Vandervieren 2008) besides',
    parameters: {
      scale: fences.isLogarithmic ? 'logarithm' : 'as it is',
      compared_spacings: gap.compared,
      values_beyond_the_gap: gap.outliers,
    },
    values: {
      ratio: gap.ratio,
      medcouple: fences.medcouple,
      fence: side === 'above' ? fences.upper : fences.lower,
      own_statistic: gap.statistic,
      own_p_value: gap.p_value,
    },
    inputs: [middleQuery, lastQuery, ...fences.inputs],
  });
  const { text: name, fields: nameFields } = namedColumn('column', measure);
  const unit = (from: FieldInput) => inUnit(from, measure);
  const count = counts.number(0, 'outlying_rows') ?? 0;
  const distance = await quartileDistance(study, {
    measured,
    side,
    middle,
    nearest: rows.number(rows.rows.length - 1, 'value') ?? 0,
    where: measured.isPresent,
  });
  const told = distance && tellQuartileDistance(study, side, distance);
  const areEqual = rows.text(0, 'value') === rows.text(rows.rows.length - 1, 'value');
  const words = side === 'above' ? ['above', 'highest'] : ['below', 'lowest'];
  ctx.finding({
    kind: 'outliers',
    title: capitalized(
      count === 1
        ? `${name}: {farthest} lies far ${words[0]} all other values`
        : `${name}: {outlying_rows} far ${words[0]} all other values`,
    ),
    statement: [
      `${capitalized(name)} is ${areEqual ? '{farthest}' : `{farthest} to {nearest}`} in {outlying_rows}, out of {present_rows} with a value; the ${words[1]} of the others is {ordinary}, the median {median}.`,
      fences.isLogarithmic
        ? `By its logarithm, the nearest of them is {ratio} times as far from the median as any other value.`
        : 'The nearest of them is {ratio} times as far from the median as any other value.',
      ...(told === undefined ? [] : [told.sentence]),
      ...(tail.isPooled
        ? [
            'The test takes both ends of the column together; of this end alone, F of spacings is {own_statistic} with p = {own_p_value}.',
          ]
        : []),
      ...(areEqual && count >= SAME_VALUE
        ? ['They are one and the same value: it may stand for “unknown”.']
        : []),
      ...(rest.shared === undefined
        ? []
        : [`{shared_rows} of them have {shared_column} {shared_level}, which {level_rows} have in all.`]),
    ].join(' '),
    fields: {
      ...nameFields,
      outlying_rows: { from: counts.cell(0, 'outlying_rows'), unit: count === 1 ? 'row' : 'rows' },
      present_rows: { from: middleQuery.cell(0, 'present_rows'), unit: 'rows' },
      farthest: unit(rows.cell(0, 'value')),
      nearest: unit(rows.cell(rows.rows.length - 1, 'value')),
      ordinary: unit(lastQuery.cell(gap.outliers, 'value')),
      median: unit(middleQuery.cell(0, 'median')),
      fence: unit(numbers.value('fence')),
      medcouple: numbers.value('medcouple'),
      ratio: numbers.value('ratio'),
      own_statistic: numbers.value('own_statistic'),
      own_p_value: numbers.value('own_p_value'),
      ...told?.fields,
      ...sharedFields(rest),
    },
    estimate: told?.estimate ?? { name: 'rows_with_an_outlier', field: 'outlying_rows' },
    effect_size: { name: 'distance_ratio', field: 'ratio' },
    test,
    ...withSide(aboutColumns([measure]), side),
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, 0.2 + gap.ratio / 20),
      reach: Math.min(1, count / middle.n),
      actionability: 0.5,
    },
    items: rows.rows.slice(0, settings.mostItems).map((_, row) => ({
      title: '{value} in row {row_number}',
      statement: `${capitalized(name)} is {value} in row {row_number}; the median is {median}, the ${words[1]} ordinary value {ordinary}.`,
      fields: {
        ...nameFields,
        value: unit(rows.cell(row, 'value')),
        row_number: rows.cell(row, '_sh_row_number'),
        median: unit(middleQuery.cell(0, 'median')),
        ordinary: unit(lastQuery.cell(gap.outliers, 'value')),
      },
    })),
    limitations: [
      'It says that the values are cut off from the others, not that they are wrong.',
      'A single row can’t be found twice: halves of the table say how far it lies by each, not whether it comes again.',
    ],
    rows,
  });
  return { tail };
}

function sharedFields({ shared }: Rest): Record<string, FieldInput> {
  if (shared === undefined) return {};
  const { counts, row, category } = shared;
  return {
    shared_column: { column_name: category },
    shared_level: counts.cell(row, 'level'),
    shared_rows: counts.cell(row, 'outlying_rows'),
    level_rows: { from: counts.cell(row, 'level_rows'), unit: 'rows' },
  };
}

/** The finding's identity with the side of the tail. */
export function withSide({ target, scope }: ReturnType<typeof aboutColumns>, side: string) {
  return { target, scope: { ...scope, side } };
}
