import {
  aboutColumns,
  capitalized,
  type DerivationHandle,
  explainedShareInterval,
  type FieldInput,
  type ItemInput,
  identifier,
  inUnit,
  namedColumn,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import { claimOf, type Reported, throughOf, turnsRound } from './claim.ts';
import { type GroupMeans, meanOf } from './group-means.ts';
import { QUARTILES, quartilesSql } from './quartiles.ts';
import type { LevelSums } from './rank-sums.ts';
import { LEVEL } from './settings.ts';
import type { NumericColumn, Variable } from './subject.ts';

const METHOD =
  'Kruskal–Wallis test and Welch F on ranks (the larger p-value counts); share of the variance of ranks between levels, corrected for chance; interval by the noncentral F';

/** A finding on a measure that differs between the levels of a category. */
export async function reportGroups(reported: Reported, means: GroupMeans): Promise<void> {
  const { study, one, directness, charts } = reported;
  const { a: category, b: measure } = one;
  if (measure.kind !== 'measure' || category.kind !== 'category') return;
  const claim = claimOf(reported, [study.sums.handle], METHOD);
  const levels = standingOut(study.sums.levels(measure, category).whole);
  const detail = await study.ctx.query(detailSql(category, measure));
  const [c, m] = [namedColumn('category', category), namedColumn('measure', measure)];
  const { top, bottom, strongest } = levels;
  const medianOf = ({ level }: LevelSums) => detail.text(rowOf(detail, level), 'median');
  const isTied = medianOf(top) === medianOf(bottom);
  const reversal = turnsRound(directness);
  study.ctx.finding({
    kind: 'group_difference',
    title: capitalized(
      reversal === undefined
        ? `${m.text} differs by ${c.text}${isTied ? ', most of all for {strongest_level}' : ': highest for {top_level}, lowest for {bottom_level}'}${throughOf(directness)}`
        : `the difference of ${m.text} by ${c.text} ${reversal}`,
    ),
    statement: claim.statement(
      capitalized(
        `${m.text} differs between the {levels} levels of ${c.text}: ` +
          (isTied
            ? 'over all {rows} and for most levels its median is {median}, but its mean is {strongest_mean} for {strongest_level} ({strongest_rows}) and {bottom_mean} for {bottom_level} ({bottom_rows}). '
            : 'its median is {top_median} for {top_level} ({top_rows}) and {bottom_median} for {bottom_level} ({bottom_rows}); over all {rows} it is {median}. ') +
          'The levels explain {effect} of the variation in rank ({low} to {high} with a confidence of {level}).',
      ),
    ),
    fields: {
      ...claim.fields,
      ...c.fields,
      ...m.fields,
      ...varianceFields(reported, means),
      ...levelFields('top', top, detail, measure),
      ...levelFields('bottom', bottom, detail, measure),
      ...(isTied && levelFields('strongest', strongest, detail, measure)),
      ...(isTied && meanFields(reported, { strongest, bottom }, means)),
      median: inUnit(detail.cell(rowOf(detail, null), 'median'), measure),
    },
    estimate: {
      name: 'explained_share_of_ranks',
      field: 'effect',
      interval: { low: 'low', high: 'high', level: one.interval.level },
    },
    effect_size: { name: 'explained_share_of_ranks', field: 'effect' },
    ...aboutColumns([category, measure]),
    ...claim.shared,
    items: itemsOf(reported, levels.extreme, detail, means),
    charts: [...charts],
  });
}

/** Classical analysis of variance beside the ranks. */
function varianceFields({ study, one }: Reported, { anova, evidence, p_value }: GroupMeans) {
  const [df1, df2] = anova.degrees_of_freedom;
  const interval = anova.f === null ? undefined : explainedShareInterval(anova.f, df1, df2, LEVEL);
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? null : share * 100;
  const values = study.ctx.derivation({
    method:
      'One-way analysis of variance from exact sums and sums of squares; interval of η² by the noncentral F',
    parameters: { columns: [one.a.sqlName, one.b.sqlName] },
    values: {
      f: anova.f,
      levels: df1 + 1,
      eta_squared: percent(anova.eta_squared),
      eta_squared_low: percent(interval?.low),
      eta_squared_high: percent(interval?.high),
      anova_p_value: p_value,
      residual_standard_deviation: anova.residual_standard_deviation,
    },
    inputs: [evidence],
  });
  const share = (name: string): FieldInput => ({ from: values.value(name), unit: '%' });
  return {
    levels: values.value('levels'),
    f: values.value('f'),
    anova_p_value: values.value('anova_p_value'),
    eta_squared: share('eta_squared'),
    eta_squared_low: share('eta_squared_low'),
    eta_squared_high: share('eta_squared_high'),
    residual_standard_deviation: inUnit(values.value('residual_standard_deviation'), one.b),
  };
}

function detailSql(category: Variable, measure: NumericColumn): string {
  const [c, x] = [identifier(category.sqlName), identifier(measure.column)];
  return `SELECT name, n, ${QUARTILES} FROM (
  SELECT name, count(*) AS n, ${quartilesSql('x')}
  FROM (SELECT CAST(${c} AS VARCHAR) AS name, ${x} AS x FROM data WHERE ${c} IS NOT NULL AND ${x} IS NOT NULL) AS both_there
  GROUP BY GROUPING SETS ((), (name))) AS quartiles
ORDER BY name NULLS FIRST`;
}

/** The row of a level; of all rows together where it is null. */
function rowOf(detail: QueryHandle, level: string | null): number {
  return detail.rows.findIndex((_, row) => detail.text(row, 'name') === level);
}

function levelFields(
  prefix: string,
  { level }: LevelSums,
  detail: QueryHandle,
  measure: NumericColumn,
): Record<string, FieldInput> {
  const row = rowOf(detail, level);
  return {
    [`${prefix}_level`]: detail.cell(row, 'name'),
    [`${prefix}_rows`]: { from: detail.cell(row, 'n'), unit: 'rows' },
    [`${prefix}_median`]: inUnit(detail.cell(row, 'median'), measure),
  };
}

/** Means of levels whose medians are the same. */
function meanFields(
  { study, one }: Reported,
  levels: Readonly<Record<string, LevelSums>>,
  means: GroupMeans,
): Record<string, FieldInput> {
  const named = Object.entries(levels).map(([prefix, { level }]) => {
    const own = means.levels.find((other) => other.level === level);
    return [`${prefix}_mean`, own === undefined ? null : meanOf(own)] as const;
  });
  const values = study.ctx.derivation({
    method: 'Means of levels from exact sums',
    values: Object.fromEntries(named),
    inputs: [means.evidence],
  });
  return Object.fromEntries(named.map(([name]) => [name, inUnit(values.value(name), one.b)]));
}

/** Rows that a level should have to be named, and as a share of all. */
const [FEWEST_NAMED, SHARE_NAMED] = [5, 0.01];
const MOST_ITEMS = 5;
/** Distance from an even chance from which a level is an item of its own. */
const SMALLEST_SUPERIORITY = 0.06;

/**
 * The levels of the highest and the lowest ranks, that which makes up most of the difference, however few its rows, and
 * those to tell besides.
 */
function standingOut(levels: readonly LevelSums[]) {
  const n = levels.reduce((sum, level) => sum + level.n, 0);
  const large = levels.filter((level) => level.n >= Math.max(FEWEST_NAMED, SHARE_NAMED * n));
  const meanRank = ({ n: own, sum }: LevelSums) => Number(sum) / own;
  const ranked = (large.length > 1 ? large : levels).toSorted(
    (a, b) => meanRank(b) - meanRank(a) || (a.level < b.level ? -1 : 1),
  );
  const [top, bottom] = [ranked[0], ranked.at(-1)];
  if (top === undefined || bottom === undefined) throw new RangeError('a category without levels');
  const superiority = (level: LevelSums) => superiorityOf(level, n);
  const weight = (level: LevelSums) => level.n * meanRank(level) ** 2;
  const extreme = ranked
    .filter((level) => level.n < n && Math.abs(superiority(level) - 0.5) >= SMALLEST_SUPERIORITY)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, MOST_ITEMS);
  const [strongest = top] = levels
    .filter(({ n: own }) => own >= FEWEST_NAMED)
    .toSorted((a, b) => weight(b) - weight(a) || (a.level < b.level ? -1 : 1));
  return {
    top,
    bottom,
    strongest,
    extreme: extreme.map((level) => ({ level, superiority: superiority(level) })),
  };
}

/** The chance that a row of the level is above one of the others, ties counting half (Mann and Whitney). */
function superiorityOf({ n: own, sum }: LevelSums, n: number): number {
  const meanRank = (Number(sum) / own + n + 1) / 2;
  return (meanRank - (own + 1) / 2) / (n - own);
}

function itemsOf(
  { study, one }: Reported,
  extreme: readonly { readonly level: LevelSums; readonly superiority: number }[],
  detail: QueryHandle,
  means: GroupMeans,
): ItemInput[] {
  if (extreme.length === 0 || one.b.kind !== 'measure') return [];
  const measure = one.b;
  const values = study.ctx.derivation({
    method:
      'Chance that a row of a level is above a row of another level, ties counting half; means from exact sums',
    values: Object.fromEntries(
      extreme.flatMap(({ level, superiority }, i): [string, number | null][] => {
        const own = means.levels.find((one) => one.level === level.level);
        return [
          [`above_${i}`, 100 * superiority],
          [`mean_${i}`, own === undefined ? null : meanOf(own)],
        ];
      }),
    ),
    inputs: [study.sums.handle, means.evidence],
  });
  return extreme.map(({ level }, i) => itemOf(level, i, values, detail, measure));
}

function itemOf(
  { level }: LevelSums,
  index: number,
  values: DerivationHandle,
  detail: QueryHandle,
  measure: NumericColumn,
): ItemInput {
  const row = rowOf(detail, level);
  return {
    title: '{name}: median {median}',
    statement:
      '{name}: {rows}, the middle half of them between {lower_quartile} and {upper_quartile}, with a mean of {mean}. ' +
      'A row of it is above a row of another level with a chance of {above}.',
    fields: {
      name: detail.cell(row, 'name'),
      rows: { from: detail.cell(row, 'n'), unit: 'rows' },
      median: inUnit(detail.cell(row, 'median'), measure),
      lower_quartile: inUnit(detail.cell(row, 'lower_quartile'), measure),
      upper_quartile: inUnit(detail.cell(row, 'upper_quartile'), measure),
      mean: inUnit(values.value(`mean_${index}`), measure),
      above: { from: values.value(`above_${index}`), unit: '%' },
    },
    estimate: { name: 'median', field: 'median' },
    effect_size: { name: 'probability_of_superiority_percent', field: 'above' },
  };
}
