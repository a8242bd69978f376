import {
  aboutColumns,
  capitalized,
  type ItemInput,
  identifier,
  inUnit,
  MOST_HOPEFUL_P,
  namedColumn,
  plainColumnName,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import type { Measured } from './measured.ts';
import { quartileDistance, tellQuartileDistance } from './quartile-distance.ts';
import type { Claimed } from './report-tail.ts';
import { withSide } from './report-tail.ts';
import { combineTails, type TailGap } from './spacings.ts';
import { reasonOf, type Study } from './study.ts';
import { gapOf, type Middle, OWN_LEVEL, type Side, valueSql } from './tails.ts';

/** Values of a job that may be outliers among its own; so many at each end are looked at. */
const MOST = 10;
const LOOKED = MOST + 51;
/** A job of fewer rows has no tail. */
const FEWEST_ROWS = 60;
const MOST_GROUPS = 300;
const MOST_FINDING_ITEMS = 10;

/** A label whose own values have a gap. */
interface Group {
  readonly row: number;
  readonly gap: TailGap;
  readonly label: string;
  readonly p_value: number;
  readonly nearest: string;
}

/** A job with its tests: a group for each side that is claimed. */
type Sides = Readonly<Record<Side, Group | undefined>>;

const SIDES = ['above', 'below'] as const;

/** Values that are usual over all rows, but not for the job of their row. */
export async function reportWithinGroups(study: Study, claimed: readonly Claimed[]): Promise<void> {
  const activity = study.ctx.role('activity');
  if (activity === undefined) return;
  for (const measured of study.measures) {
    const groups = await queryGroups(study, measured, activity);
    const cuts = cutsOf(measured, claimed);
    const tested = groups.rows.map((_, row) => testGroup(study, measured, groups, row, cuts));
    for (const side of SIDES) {
      const found = tested
        .flatMap((sides) => sides[side] ?? [])
        .sort((a, b) => a.p_value - b.p_value || a.row - b.row)
        .slice(0, MOST_FINDING_ITEMS);
      if (found.length > 0) await report(study, measured, activity, side, groups, found);
    }
  }
}

/** Where the outliers among all rows begin: what lies beyond is told there. */
function cutsOf(measured: Measured, claimed: readonly Claimed[]): Readonly<Record<Side, number>> {
  const cutAt = (side: Side) => {
    const tail = claimed.find((claim) => claim.tail.measured === measured && claim.tail.side === side)?.tail;
    return tail?.lastQuery.number(tail.gap.outliers - 1, 'value') ?? undefined;
  };
  return { above: cutAt('above') ?? Infinity, below: cutAt('below') ?? -Infinity };
}

/** Middle and ends of each job's values, the jobs with most rows. */
function queryGroups({ ctx }: Study, { sql, isPresent }: Measured, activity: string): Promise<QueryHandle> {
  const name = identifier(activity);
  return ctx.query(`WITH grouped AS (
  SELECT ${name} AS level, count(*) AS level_rows, min(${sql}) AS lowest, quantile_disc(${sql}, [0.25, 0.5, 0.75]) AS q,
    max(${sql}, ${LOOKED}) AS above, min(${sql}, ${LOOKED}) AS below
  FROM data WHERE ${isPresent} AND ${name} IS NOT NULL GROUP BY ALL HAVING count(*) >= ${FEWEST_ROWS}
)
SELECT level, level_rows, lowest, q[1] AS quartile_1, q[2] AS median, q[3] AS quartile_3, above, below
FROM grouped ORDER BY level_rows DESC, level LIMIT ${MOST_GROUPS}`);
}

function testGroup(
  { ctx, screened, settings }: Study,
  measured: Measured,
  groups: QueryHandle,
  row: number,
  cuts: Readonly<Record<Side, number>>,
): Sides {
  const middle = middleOf(groups, row);
  const tails = SIDES.flatMap((side) => {
    const texts = listOf(groups.text(row, side));
    const gap = gapOf(texts.map(Number), side, middle, measured, MOST);
    return gap === undefined ? [] : [{ side, gap, nearest: texts[gap.outliers - 1] ?? '' }];
  });
  const [lead] = [...tails].sort((a, b) => a.gap.p_value - b.gap.p_value);
  if (lead === undefined) return { above: undefined, below: undefined };
  const level = groups.text(row, 'level') ?? '';
  const hypothesis = `no value of ${plainColumnName(ctx, measured.measure.sqlName)} of ${level} lies cut off from the others of ${level}`;
  const p_value = combineTails(tails.map(({ gap }) => gap.p_value));
  const label = ctx.test({
    family: 'outliers_within_activities',
    hypothesis,
    statistic: { name: 'F of spacings', value: lead.gap.statistic },
    p_value,
    n: middle.n,
  });
  const isTold = (side: Side, nearest: string) =>
    side === 'above' ? Number(nearest) >= cuts.above : Number(nearest) <= cuts.below;
  screened.push({
    hypothesis,
    n: middle.n,
    estimate: lead.gap.ratio,
    unit: settings.smallestRatio.unit,
    smallest_effect: settings.smallestRatio.value,
    p_value,
    test: label,
    reason: isTold(lead.side, lead.nearest)
      ? 'told among all rows'
      : reasonOf(p_value, lead.gap.ratio, settings, MOST_HOPEFUL_P),
  });
  const sides: Record<Side, Group | undefined> = { above: undefined, below: undefined };
  for (const { side, gap, nearest } of tails) {
    const isClaimed =
      p_value <= MOST_HOPEFUL_P && gap.p_value <= OWN_LEVEL && settings.smallestRatio.reaches(gap.ratio);
    if (isClaimed && !isTold(side, nearest)) sides[side] = { row, gap, label, p_value, nearest };
  }
  return sides;
}

function middleOf(groups: QueryHandle, row: number): Middle {
  const at = (column: string) => groups.number(row, column) ?? 0;
  return {
    n: at('level_rows'),
    minimum: at('lowest'),
    quartile1: at('quartile_1'),
    median: at('median'),
    quartile3: at('quartile_3'),
  };
}

/** The cells of a list: JSON text of an array of texts. */
function listOf(cell: string | null): string[] {
  const parsed: unknown = JSON.parse(cell ?? '[]');
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

async function report(
  study: Study,
  measured: Measured,
  activity: string,
  side: Side,
  groups: QueryHandle,
  found: readonly Group[],
): Promise<void> {
  const { ctx } = study;
  const { measure } = measured;
  const numbers = ctx.derivation({
    method:
      'gap among the ordered distances from the median of a job against the spacings deeper in its tail (Rényi 1953, Hill 1975)',
    values: {
      jobs: found.length,
      outlying_rows: found.reduce((sum, { gap }) => sum + gap.outliers, 0),
      ...Object.fromEntries(
        found.flatMap(({ gap }, i) => [
          [`outliers_${LETTERS[i]}`, gap.outliers],
          [`ratio_${LETTERS[i]}`, gap.ratio],
          [`ordinary_${LETTERS[i]}`, ordinaryOf(groups, found[i], side)],
        ]),
      ),
    },
    inputs: [groups],
  });
  const { text: name } = namedColumn('column', measure);
  const items: ItemInput[] = [];
  for (const [i, group] of found.entries()) {
    items.push(await itemOf(study, measured, activity, side, groups, group, LETTERS[i] ?? '', numbers));
  }
  const [lead] = items;
  if (lead === undefined) return;
  ctx.finding({
    kind: 'outliers_within_activity',
    title: capitalized(`${name}: values far ${side} what is usual for their {activity}`),
    statement: `${capitalized(name)} lies far ${side} all other values of the same {activity} in some rows, whether or not it is unusual over all rows. The clearest case: {level}, whose median is {median} and where the ${side === 'above' ? 'highest' : 'lowest'} other value is {ordinary}, has {nearest}.`,
    fields: { ...lead.fields, activity: { column_name: activity } },
    ...(lead.estimate !== undefined && { estimate: lead.estimate }),
    effect_size: { name: 'distance_ratio', field: 'ratio' },
    ...withSide(aboutColumns([measure, { sqlName: activity }]), side),
    how: 'tested',
    severity: 'notice',
    ranking: { effect: 0.4, reach: 0.1, actionability: 0.6 },
    items,
    limitations: [
      'It says that the values are cut off from the others of the same label, not that they are wrong.',
      'The test of a label takes both ends of its values together.',
      'A single row can’t be found twice: halves of the table say how far it lies by each, not whether it comes again.',
    ],
  });
}

const LETTERS = 'abcdefghij';

function ordinaryOf(groups: QueryHandle, group: Group | undefined, side: Side): string | null {
  return group === undefined ? null : (listOf(groups.text(group.row, side))[group.gap.outliers] ?? null);
}

async function itemOf(
  study: Study,
  measured: Measured,
  activity: string,
  side: Side,
  groups: QueryHandle,
  group: Group,
  letter: string,
  numbers: ReturnType<Study['ctx']['derivation']>,
): Promise<ItemInput> {
  const { ctx } = study;
  const { measure, sql, isPresent } = measured;
  const { row, gap, label, nearest } = group;
  const type = groups.columns.find(({ name }) => name === 'lowest')?.type ?? 'DOUBLE';
  const where = `${isPresent} AND ${identifier(activity)} = ${valueSql(groups, row, 'level')}`;
  const rows = await ctx.query(
    `SELECT _sh_part, _sh_row_number, ${sql} AS value FROM data
WHERE ${where} AND ${sql} ${side === 'above' ? '>=' : '<='} CAST('${nearest}' AS ${type})
ORDER BY ${sql} ${side === 'above' ? 'DESC' : 'ASC'}, _sh_part, _sh_row_number`,
  );
  const last = rows.rows.length - 1;
  const middle = middleOf(groups, row);
  const distance = await quartileDistance(study, { measured, side, middle, nearest: Number(nearest), where });
  const told = distance && tellQuartileDistance(study, side, distance);
  return {
    title:
      gap.outliers === 1 ? '{level}: {farthest}' : '{level}: {outlying_rows} from {nearest} to {farthest}',
    statement: `Of {level_rows} with {level}, {outlying_rows} ${gap.outliers === 1 ? 'is' : 'are'} cut off ${side} the others: {nearest} where the ${side === 'above' ? 'highest' : 'lowest'} other value is {ordinary} and the median {median}. That is {ratio} times as far from the median.${told === undefined ? '' : ` ${told.sentence}`}`,
    fields: {
      level: groups.cell(row, 'level'),
      level_rows: { from: groups.cell(row, 'level_rows'), unit: 'rows' },
      median: inUnit(groups.cell(row, 'median'), measure),
      farthest: inUnit(rows.cell(0, 'value'), measure),
      nearest: inUnit(rows.cell(Math.max(0, last), 'value'), measure),
      ordinary: inUnit(numbers.value(`ordinary_${letter}`), measure),
      outlying_rows: { from: numbers.value(`outliers_${letter}`), unit: gap.outliers === 1 ? 'row' : 'rows' },
      ratio: numbers.value(`ratio_${letter}`),
      ...told?.fields,
      ...namedColumn('column', measure).fields,
    },
    ...(told !== undefined && { estimate: told.estimate }),
    effect_size: { name: 'distance_ratio', field: 'ratio' },
    test: label,
    rows,
  };
}
