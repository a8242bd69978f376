import {
  capitalized,
  type DerivationHandle,
  differenceOfProportions,
  type FieldInput,
  type ItemInput,
  MOST_HOPEFUL_P,
  type QueryHandle,
  replicates,
  stratifiedDifference,
  type TableView,
} from '../../src/sdk/index.ts';
import { cells, countOf, defect, rowsWhere, STRUCTURE } from './claims.ts';
import { type MissingColumn, NONE, type Part, shareOf, type TestedDriver } from './missing-driver.ts';
import type { Table } from './survey.ts';

const LEVEL = 0.95;
/** Design effect from which a claim says that rows are alike. */
const TOLD_DESIGN_EFFECT = 2;
/** Columns whose difference is looked at within the levels of another. */
const MOST_GUARDED = 8;

/** One finding for a column whose missing values depend on other columns, an item for each of these. */
export async function reportMissing(
  table: Table,
  view: TableView,
  missing: MissingColumn,
  drivers: readonly TestedDriver[],
): Promise<void> {
  const hopeful = drivers
    .filter(({ p_value, effect, smallest }) => (p_value ?? 1) <= MOST_HOPEFUL_P && smallest.reaches(effect))
    .sort((a, b) => (a.p_value ?? 1) - (b.p_value ?? 1) || strength(b) - strength(a));
  const [lead] = hopeful;
  if (lead === undefined) return;
  const { ctx } = table;
  const { column, sql } = missing.column;
  const counts = await ctx.query(
    `SELECT count(*) AS all_rows, count(*) - count(${sql}) AS missing_rows FROM data`,
  );
  const guards = new Map<TestedDriver, Guard>();
  for (const driver of hopeful.slice(0, MOST_GUARDED)) {
    const guard = await lookForReversal(table, driver, hopeful);
    if (guard !== undefined) guards.set(driver, guard);
  }
  const own = numbersOf(ctx, lead);
  ctx.finding({
    kind: 'missing_not_at_random',
    title: titleOf(lead),
    statement: [
      `{column} is missing in {missing_rows} out of {all_rows}, but not everywhere alike: ${sentence(lead)}`,
      ...orderSentence(lead),
      ...guardSentence(guards.get(lead)),
    ].join(' '),
    fields: {
      column: { column_name: column.sql_name },
      ...cells(counts, 0, ['all_rows', 'missing_rows']),
      ...fieldsOf(lead, own),
      ...guards.get(lead)?.fields,
    },
    estimate: {
      name: 'difference_of_shares_missing',
      field: 'difference',
      interval: { low: 'difference_low', high: 'difference_high', level: LEVEL },
    },
    effect_size: { name: lead.smallest.unit, field: 'effect' },
    ...(lead.label !== undefined && { test: lead.label }),
    ...replicationOf(view, lead),
    target: { columns: { columns: [column.sql_name] } },
    how: 'tested',
    severity: isOnlyThere(lead) ? 'info' : 'notice',
    ranking: isOnlyThere(lead)
      ? STRUCTURE
      : defect(Math.min(1, 0.2 + strength(lead)), countOf(counts, 'missing_rows') / Math.max(1, table.rows)),
    items: hopeful.map((driver) => itemOf(table, view, driver, guards.get(driver))),
    limitations: [
      'That values are missing where another column has certain values does not say why they are.',
      ...(hopeful.some(isAlikeInOrder)
        ? [
            'Rows that follow each other are alike. The test allows for it; the interval and the halves do not.',
          ]
        : []),
      ...(missing.together.length > 0
        ? [
            `In the very same rows are missing: ${missing.together
              .slice(0, 10)
              .map((other) => other.column.name)
              .join(', ')}.`,
          ]
        : []),
    ],
    rows: await rowsWhere(ctx, `${sql} IS NULL`, []),
  });
}

function strength({ effect }: TestedDriver): number {
  return Math.abs(effect ?? 0);
}

function titleOf(lead: TestedDriver): string {
  const { sort, effect, part, rest } = lead;
  if (isOnlyThere(lead)) return '{column} has a value only where {by} is {level}';
  if (sort === 'order')
    return `{column} is missing more often where {by} is ${(effect ?? 0) > 0 ? 'high' : 'low'}`;
  const more = shareOf(part) > shareOf(rest) ? 'more' : 'less';
  return `{column} is missing ${more} often where {by} is {level}`;
}

/** A column that belongs to one kind of row: elsewhere it has no value at all. */
function isOnlyThere({ sort, part, rest }: TestedDriver): boolean {
  return sort === 'category' && rest.missing === rest.rows && part.missing < part.rows;
}

function sentence({ sort }: TestedDriver): string {
  return sort === 'category'
    ? 'where {by} is {level}, it is missing in {part_missing} out of {part_rows} ({part_percent}), elsewhere in {rest_percent}.'
    : 'in the fifth of the rows with the highest {by} it is missing in {part_percent}, in the fifth with the lowest in {rest_percent}.';
}

/** Rows that are alike in order say less than so many rows. */
function orderSentence(driver: TestedDriver): string[] {
  return isAlikeInOrder(driver)
    ? ['Rows that follow each other are alike: they count as about {effective_rows}.']
    : [];
}

function isAlikeInOrder({ designEffect }: TestedDriver): boolean {
  return designEffect.mean >= TOLD_DESIGN_EFFECT;
}

function itemOf({ ctx }: Table, view: TableView, driver: TestedDriver, guard: Guard | undefined): ItemInput {
  return {
    title: 'by {by}',
    statement: [capitalized(sentence(driver)), ...orderSentence(driver), ...guardSentence(guard)].join(' '),
    fields: { ...fieldsOf(driver, numbersOf(ctx, driver)), ...guard?.fields },
    estimate: {
      name: 'difference_of_shares_missing',
      field: 'difference',
      interval: { low: 'difference_low', high: 'difference_high', level: LEVEL },
    },
    effect_size: { name: driver.smallest.unit, field: 'effect' },
    ...(driver.label !== undefined && { test: driver.label }),
    ...replicationOf(view, driver),
  };
}

function numbersOf(
  ctx: Table['ctx'],
  { counts, part, rest, effect, halves, sort, n, designEffect }: TestedDriver,
): DerivationHandle {
  const test = differenceOfProportions(part.missing, part.rows, rest.missing, rest.rows);
  const interval = test.interval(LEVEL);
  const percent = (one: Part) => Math.round(shareOf(one) * 1000) / 10;
  return ctx.derivation({
    method:
      sort === 'category'
        ? 'shares of rows without a value in one level and in all others, their difference with the interval of Newcombe (1998), and Cramér’s V without bias (Bergsma 2013)'
        : 'shares of rows without a value in the highest and the lowest fifth, their difference with the interval of Newcombe (1998), and the rank-biserial correlation of all rows by twentieths',
    values: {
      part_rows: part.rows,
      part_missing: part.missing,
      part_percent: percent(part),
      rest_percent: percent(rest),
      difference: test.difference,
      difference_low: interval.low,
      difference_high: interval.high,
      effect,
      effective_rows: Math.max(1, Math.round(n / designEffect.mean)),
      first_half: halves.first.estimate,
      second_half: halves.second.estimate,
    },
    inputs: [counts],
  });
}

function fieldsOf(driver: TestedDriver, own: DerivationHandle): Record<string, FieldInput> {
  const { by, level, counts, part } = driver;
  return {
    by: { column_name: by.column.sql_name },
    ...(level !== undefined && { level: counts.cell(level.row, 'level') }),
    part_missing: own.value('part_missing'),
    part_rows: { from: own.value('part_rows'), unit: part.rows === 1 ? 'row' : 'rows' },
    part_percent: { from: own.value('part_percent'), unit: '%' },
    rest_percent: { from: own.value('rest_percent'), unit: '%' },
    difference: own.value('difference'),
    difference_low: own.value('difference_low'),
    difference_high: own.value('difference_high'),
    effect: own.value('effect'),
    ...(isAlikeInOrder(driver) && {
      effective_rows: { from: own.value('effective_rows'), unit: 'rows' },
    }),
    first_half: own.value('first_half'),
    second_half: own.value('second_half'),
  };
}

function replicationOf(view: TableView, { halves }: TestedDriver): Pick<ItemInput, 'replication'> {
  if (halves.first.estimate === null && halves.second.estimate === null) return {};
  return {
    replication: {
      by: view.halves.by,
      holds: replicates(halves.whole, halves.first, halves.second),
      first: 'first_half',
      second: 'second_half',
    },
  };
}

/** Whether a difference turns round within the levels of another category. */
interface Guard {
  readonly reversed: boolean;
  readonly fields: Readonly<Record<string, FieldInput>>;
}

function guardSentence(guard: Guard | undefined): string[] {
  if (guard === undefined) return [];
  return [
    guard.reversed
      ? 'Within the levels of {stratum_column} it is the other way round, so that {stratum_column} may be what counts.'
      : 'Within the levels of {stratum_column} the difference remains.',
  ];
}

/** Compares the difference with that within the levels of the strongest other category (Simpson's paradox). */
async function lookForReversal(
  { ctx }: Table,
  lead: TestedDriver,
  drivers: readonly TestedDriver[],
): Promise<Guard | undefined> {
  const [other] = drivers.filter((one) => one !== lead && one.sort === 'category');
  if (other === undefined || lead.level === undefined) return undefined;
  const { sql } = lead.missing.column;
  const counts = await ctx.query(
    `SELECT ${other.by.sql} AS stratum, CAST(${lead.by.sql} AS VARCHAR) = ${lead.level.sql} AS in_level, count(*) AS part_rows, count(*) - count(${sql}) AS missing_rows
FROM data WHERE ${other.by.sql} IS NOT NULL AND ${lead.by.sql} IS NOT NULL
GROUP BY ALL ORDER BY stratum, in_level`,
  );
  const result = stratifiedDifference(strata(counts));
  if (result.strata_used < 2) return undefined;
  const within = ctx.derivation({
    method: 'difference of shares within strata, weighted by n1 n0 / (n1 + n0) (Cochran 1954)',
    parameters: { strata: result.strata_used, strata_reversed: result.strata_reversed },
    values: { within_difference: result.difference },
    inputs: [counts],
  });
  return {
    reversed: result.reversed,
    fields: {
      stratum_column: { column_name: other.by.column.sql_name },
      within_difference: within.value('within_difference'),
    },
  };
}

function strata(counts: QueryHandle) {
  const found = new Map<string, { in: Part; out: Part }>();
  for (let row = 0; row < counts.rows.length; row++) {
    const name = counts.text(row, 'stratum') ?? '';
    const stratum = found.get(name) ?? { in: NONE, out: NONE };
    const part = { rows: countOf(counts, 'part_rows', row), missing: countOf(counts, 'missing_rows', row) };
    found.set(
      name,
      counts.text(row, 'in_level') === 'true' ? { ...stratum, in: part } : { ...stratum, out: part },
    );
  }
  const summary = (part: Part) => {
    const mean = shareOf(part);
    return {
      n: part.rows,
      mean,
      variance: part.rows < 2 ? 0 : (mean * (1 - mean) * part.rows) / (part.rows - 1),
    };
  };
  return [...found].map(([stratum, parts]) => ({
    stratum,
    inGroup: summary(parts.in),
    rest: summary(parts.out),
  }));
}
