import type { QueryHandle } from '../../src/sdk/index.ts';
import { cells, countOf, defect, rowsWhere, STRUCTURE } from './claims.ts';
import { POINTERS } from './column-use.ts';
import { isWhole } from './of-samples.ts';
import type { Surveyed, Table } from './survey.ts';

/** Of fewer rows nothing is concluded from values that differ. */
const FEWEST_ROWS = 10;

/** From this share of different values on a column of ids is one that should tell rows apart. */
const NEARLY_ALL = 0.95;

/** Columns that tell every row apart, and ids that nearly do. */
export interface Keys {
  readonly keys: readonly Surveyed[];
  readonly nearKeys: readonly Surveyed[];
}

/** Finds and reports columns that tell every row apart; of times only where no other column does. */
export async function reportKeys(table: Table): Promise<Keys> {
  if (table.rows < FEWEST_ROWS) return { keys: [], nearKeys: [] };
  const candidates = table.columns.filter(couldBeKey);
  const labels = candidates.filter(({ use }) => use !== 'time');
  const found = await findKeys(table, labels);
  if (found.keys.length > 0) return found;
  const times = await findKeys(table, candidates.filter(isOncePerTime));
  return { keys: times.keys, nearKeys: found.nearKeys };
}

async function findKeys(table: Table, candidates: readonly Surveyed[]): Promise<Keys> {
  if (candidates.length === 0) return { keys: [], nearKeys: [] };
  const counts = await table.ctx.query(
    `SELECT count(*) AS all_rows, ${candidates
      .map(({ sql }, i) => `count(${sql}) AS present_${i}, count(DISTINCT ${sql}) AS distinct_${i}`)
      .join(', ')}\nFROM data`,
  );
  const distinct = (i: number) => countOf(counts, `distinct_${i}`);
  for (const [i, column] of candidates.entries()) {
    if (distinct(i) === table.rows && isWhole(table.ctx)) reportKey(table, column, counts, `distinct_${i}`);
  }
  return {
    keys: candidates.filter((_, i) => distinct(i) === table.rows),
    nearKeys: candidates.filter(
      (column, i) =>
        isMeantAsKey(column) && distinct(i) < table.rows && distinct(i) >= NEARLY_ALL * table.rows,
    ),
  };
}

function reportKey({ ctx }: Table, { column }: Surveyed, counts: QueryHandle, distinct: string): void {
  ctx.finding({
    kind: 'key_candidate',
    title: '{column} is different in every row',
    statement:
      '{column} has a value in every row, and no value occurs twice: {distinct_values} different values in {all_rows}. It can serve as the key of the table.',
    fields: {
      column: { column_name: column.sql_name },
      distinct_values: counts.cell(0, distinct),
      ...cells(counts, 0, ['all_rows']),
    },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: 'info',
    ranking: STRUCTURE,
  });
}

function couldBeKey({ use, roles, present, distinct }: Surveyed): boolean {
  if (!['id', 'label', 'time'].includes(use) || POINTERS.some((role) => roles.has(role))) return false;
  return present > 0 && distinct >= NEARLY_ALL * present;
}

/** Times without a repetition even in the sample: one row per time. */
function isOncePerTime({ use, distinct, present }: Surveyed): boolean {
  return use === 'time' && distinct === present;
}

/** Ids of rows; times and labels that happen to be nearly all different are none. */
function isMeantAsKey({ use, roles }: Surveyed): boolean {
  return use === 'id' && !roles.has('case');
}

/**
 * Ids that would tell every row apart but for a few: values that occur several times, or are missing. Where no more
 * rows repeat an id than are copies of a whole row, the copies say it all.
 */
export async function reportNearKeys(
  table: Table,
  columns: readonly Surveyed[],
  copies: number,
): Promise<void> {
  for (const column of columns) await reportNearKey(table, column, copies);
}

async function reportNearKey(table: Table, column: Surveyed, copies: number): Promise<void> {
  const { ctx } = table;
  const counts = await ctx.query(`WITH counted AS (
  SELECT ${column.sql} AS value, count(*) AS value_rows FROM data GROUP BY ALL
)
SELECT sum(value_rows) AS all_rows, coalesce(sum(value_rows) FILTER (WHERE value IS NULL), 0) AS missing_rows,
  count(value) FILTER (WHERE value_rows > 1) AS repeated_values,
  coalesce(sum(value_rows) FILTER (WHERE value_rows > 1 AND value IS NOT NULL), 0) AS repeating_rows,
  coalesce(sum(value_rows * (value_rows - 1) // 2) FILTER (WHERE value IS NOT NULL), 0) AS repeated_pairs
FROM counted`);
  if (await happensByChance(table, column, countOf(counts, 'repeated_pairs'))) return;
  const surplus = countOf(counts, 'repeating_rows') - countOf(counts, 'repeated_values');
  if (surplus <= copies && countOf(counts, 'missing_rows') === 0) return;
  const missing = countOf(counts, 'missing_rows');
  const repeating = countOf(counts, 'repeating_rows');
  const rows = await rowsWhere(
    ctx,
    `${column.sql} IS NULL OR ${column.sql} IN (
  SELECT ${column.sql} FROM data WHERE ${column.sql} IS NOT NULL GROUP BY ALL HAVING count(*) > 1
)`,
    [column.sql],
    [column.sql],
  );
  ctx.finding({
    kind: 'near_key',
    title:
      repeating === 0
        ? '{column} is different in every row but missing in {missing_rows}'
        : '{column} should tell rows apart, but repeats in {repeating_rows}',
    statement: [
      '{column} is used as an id, and nearly every row has its own.',
      ...(repeating === 0
        ? []
        : ['Values that occur more than once: {repeated_values}, in {repeating_rows} out of {all_rows}.']),
      ...(missing === 0 ? [] : ['It is missing in {missing_rows} out of {all_rows}.']),
    ].join(' '),
    fields: {
      column: { column_name: column.column.sql_name },
      ...cells(counts, 0, ['all_rows', 'missing_rows', 'repeated_values', 'repeating_rows']),
    },
    estimate: {
      name: 'rows_without_an_id_of_their_own',
      field: repeating === 0 ? 'missing_rows' : 'repeating_rows',
    },
    target: { columns: { columns: [column.column.sql_name] } },
    how: 'exact_count',
    severity: column.roles.has('run_id') ? 'warning' : 'notice',
    ranking: defect(0.5, (missing + repeating) / table.rows),
    rows,
  });
}

/** Whole numbers drawn at random from their range meet about as often as this (the birthday problem). */
async function happensByChance(
  table: Table,
  { column, sql, roles }: Surveyed,
  pairs: number,
): Promise<boolean> {
  if (column.type.kind !== 'integer' || roles.has('run_id') || pairs === 0) return false;
  const range = await table.ctx.query(`SELECT min(${sql}) AS low, max(${sql}) AS high FROM data`);
  const width = countOf(range, 'high') - countOf(range, 'low') + 1;
  const expected = (table.rows * table.rows) / (2 * width);
  return pairs <= 3 * expected && pairs >= expected / 3;
}
