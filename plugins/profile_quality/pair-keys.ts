import { byText } from '../../src/sdk/index.ts';
import { cells, countOf, defect, rowsWhere, STRUCTURE } from './claims.ts';
import { agreeingPairs } from './sample-pairs.ts';
import type { Surveyed, Table } from './survey.ts';

interface Pair {
  readonly a: Surveyed;
  readonly b: Surveyed;
  /** Pairs of rows that would agree in both columns, if the columns had nothing to do with each other. */
  readonly byChance: number;
}

/** So many pairs of rows must agree by chance before it says anything that none does. */
const TELLING = 10;

/** A pair of columns is nearly a key where fewer than this share of the chance pairs agree. */
const RARELY = 0.05;

/** Pairs of columns that are counted over all rows: so many that the rows counted stay below a limit. */
const MOST_CONFIRMED = 8;
const MOST_COUNTED_ROWS = 2_000_000;

/** Pairs of columns that together tell every row apart although neither does, and although chance would not. */
export async function reportPairKeys(table: Table, keys: readonly Surveyed[]): Promise<void> {
  const candidates = candidatePairs(table, keys);
  const most = Math.max(2, Math.min(MOST_CONFIRMED, Math.floor(MOST_COUNTED_ROWS / table.rows)));
  if (candidates.length > most) {
    table.ctx.note(
      'Of the pairs of columns that may be a key only the most telling are counted over all rows.',
    );
  }
  for (const pair of candidates.slice(0, most)) await confirm(table, pair);
}

function candidatePairs(table: Table, keys: readonly Surveyed[]): Pair[] {
  // Where ids tell the rows apart, nobody needs a moment for that; days and months may still be a rule.
  const isWanted = ({ use, distinct, present }: Surveyed) =>
    use === 'id' || use === 'label' || (use === 'time' && (keys.length === 0 || distinct <= present / 5));
  const columns = table.columns
    .filter((column) => isWanted(column) && !keys.includes(column))
    .filter(({ present, distinct }) => present === table.sampleRows && distinct > 1)
    .sort((a, b) => b.distinct - a.distinct)
    .slice(0, Number(table.ctx.settings['most_key_columns']));
  const rowPairs = (table.rows * (table.rows - 1)) / 2;
  const samplePairs = (table.sampleRows * (table.sampleRows - 1)) / 2;
  return columns
    .flatMap((a, i) => columns.slice(i + 1).map((b) => ({ a, b, share: a.agreement * b.agreement })))
    .filter(({ share }) => share * rowPairs >= TELLING)
    .filter(({ a, b, share }) => agreeingPairs(a.codes, b.codes) <= RARELY * share * samplePairs)
    .map(({ a, b, share }) => ({ a, b, byChance: share * rowPairs }))
    .sort((x, y) => y.byChance - x.byChance);
}

async function confirm(table: Table, { a, b, byChance }: Pair): Promise<void> {
  const { ctx } = table;
  const counts = await ctx.query(`WITH counted AS (
  SELECT ${a.sql} AS a, ${b.sql} AS b, count(*) AS pair_rows FROM data GROUP BY ALL
)
SELECT sum(pair_rows) AS all_rows, count(*) AS pairs_of_values,
  coalesce(sum(pair_rows) FILTER (WHERE a IS NULL OR b IS NULL), 0) AS missing_rows,
  count(*) FILTER (WHERE pair_rows > 1) AS repeated_pairs,
  coalesce(sum(pair_rows) FILTER (WHERE pair_rows > 1), 0) AS repeating_rows,
  coalesce(sum(pair_rows * (pair_rows - 1) // 2), 0) AS agreeing_pairs
FROM counted`);
  if (countOf(counts, 'missing_rows') > 0) return;
  const repeating = countOf(counts, 'repeating_rows');
  if (countOf(counts, 'agreeing_pairs') > RARELY * byChance || repeating > 0.01 * table.rows) return;
  const chance = ctx.derivation({
    method:
      'pairs of rows that would agree in both columns if these were independent: n (n - 1) / 2 times the shares of pairs that agree in each column in a sample of rows',
    parameters: { rows: table.rows, sample_rows: table.sampleRows },
    values: { pairs_by_chance: byChance },
    inputs: [table.sample],
  });
  ctx.finding({
    kind: repeating === 0 ? 'key_candidate' : 'near_key',
    title:
      repeating === 0
        ? '{first_column} and {second_column} together are different in every row'
        : '{first_column} and {second_column} together tell rows apart, but for {repeating_rows}',
    statement:
      (repeating === 0
        ? 'No two of {all_rows} agree in both {first_column} and {second_column}'
        : '{repeating_rows} of {all_rows} agree with another row in both {first_column} and {second_column}') +
      '; if the two columns had nothing to do with each other, about {pairs_by_chance} pairs of rows would. ' +
      (repeating === 0
        ? 'Together they can serve as the key of the table.'
        : 'So there seems to be a rule of one row for each pair of values, which these rows break.'),
    fields: {
      first_column: { column_name: a.column.sql_name },
      second_column: { column_name: b.column.sql_name },
      pairs_by_chance: chance.value('pairs_by_chance'),
      ...cells(counts, 0, ['all_rows', 'repeating_rows', 'pairs_of_values']),
    },
    target: { columns: { columns: [a.column.sql_name, b.column.sql_name].sort(byText) } },
    how: 'exact_count',
    severity: repeating === 0 ? 'info' : 'notice',
    ranking: repeating === 0 ? STRUCTURE : defect(0.4, repeating / table.rows),
    ...(repeating > 0 && { rows: await breakingRows(table, a, b) }),
  });
}

function breakingRows({ ctx }: Table, a: Surveyed, b: Surveyed) {
  return rowsWhere(
    ctx,
    `(${a.sql}, ${b.sql}) IN (SELECT (${a.sql}, ${b.sql}) FROM data GROUP BY ${a.sql}, ${b.sql} HAVING count(*) > 1)`,
    [a.sql, b.sql],
    [a.sql, b.sql],
  );
}
