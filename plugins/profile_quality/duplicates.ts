import { cells, countOf, defect, STRUCTURE } from './claims.ts';
import { joinedAgreement } from './sample-pairs.ts';
import type { Surveyed, Table } from './survey.ts';

/** Columns that are looked at first: only rows that agree in them can agree in all. */
const SCREENING = 3;

/** Rows that a finding cites. */
const MOST_CITED = 10_000;

/**
 * Rows that are copies of each other: in all columns, or where ids number the rows, in all but those. Gives how many
 * rows are copies of an earlier one in every column.
 */
export async function reportDuplicates(table: Table, keys: readonly Surveyed[]): Promise<number> {
  if (table.rows < 2 || table.columns.every(({ present }) => present === 0)) return 0;
  const ids = keys.filter(({ use }) => use === 'id');
  const rest = table.columns.filter((column) => !ids.includes(column));
  if (keys.length === 0) return report(table, table.columns, []);
  if (ids.length === keys.length && rest.length > 0) await report(table, rest, ids);
  return 0;
}

async function report(
  table: Table,
  columns: readonly Surveyed[],
  without: readonly Surveyed[],
): Promise<number> {
  if (!(await someAgree(table, columns))) return 0;
  const counts = await countCopies(table, columns);
  const copies = countOf(counts, 'copied_rows');
  if (copies === 0) return 0;
  const { byChance, expected, isChance } = chanceOf(table, columns, countOf(counts, 'agreeing_pairs'));
  const all = without.length === 0;
  table.ctx.finding({
    kind: 'duplicate_rows',
    title: all
      ? 'Copies of another row: {copied_rows}'
      : 'Copies of another row in all but the id: {copied_rows}',
    statement: [
      `Out of {all_rows}, {copied_rows} agree with another row in ${all ? 'every column' : 'every column but those that number the rows ({without})'}. ` +
        'Different contents that occur more than once: {repeated_contents}, at most {most_copies} times. Leaving one of each takes {extra_rows} away.',
      isChance
        ? 'The columns have so few values that rows agree by chance: columns that vary independently would give about {pairs_by_chance} such pairs, and there are {agreeing_pairs}.'
        : expected < 0.01
          ? 'Chance would give none.'
          : 'Columns that vary independently would give about {pairs_by_chance} such pairs, and there are {agreeing_pairs}.',
    ].join(' '),
    fields: {
      ...cells(counts, 0, [
        'all_rows',
        'copied_rows',
        'extra_rows',
        'repeated_contents',
        'agreeing_pairs',
        'most_copies',
      ]),
      pairs_by_chance: byChance.value('pairs_by_chance'),
      ...(without[0] !== undefined && { without: { column_name: without[0].column.sql_name } }),
    },
    estimate: { name: 'rows_that_repeat_another', field: 'extra_rows' },
    target: {},
    scope: { columns: all ? 'all' : 'all but ids' },
    how: 'exact_count',
    severity: isChance ? 'info' : all ? 'warning' : 'notice',
    ranking: isChance ? STRUCTURE : defect(all ? 0.6 : 0.4, copies / table.rows),
    limitations: [
      ...(isChance
        ? []
        : ['Whether a copy is a mistake or a thing that happened twice the table does not say.']),
      ...(expected > 0 ? ['What chance would give is estimated from a sample of rows.'] : []),
    ],
    rows: await copiedRows(table, columns),
  });
  return countOf(counts, 'extra_rows');
}

async function someAgree(table: Table, columns: readonly Surveyed[]): Promise<boolean> {
  const screened = await table.ctx.query(
    `SELECT count(*) AS repeated FROM (SELECT count(*) AS copies FROM data GROUP BY ${screening(columns).join(', ')} HAVING count(*) > 1)`,
  );
  return countOf(screened, 'repeated') > 0;
}

/** The columns with most different values. */
function screening(columns: readonly Surveyed[]): string[] {
  return columns
    .map((column, i) => ({ column, i }))
    .sort((a, b) => b.column.distinct - a.column.distinct || a.i - b.i)
    .slice(0, SCREENING)
    .map(({ column }) => column.sql);
}

function countCopies({ ctx }: Table, columns: readonly Surveyed[]) {
  return ctx.query(`${suspects(columns)}, contents AS (
  SELECT count(*) AS copies FROM suspected GROUP BY ${names(columns)} HAVING count(*) > 1
)
SELECT (SELECT count(*) FROM data) AS all_rows, coalesce(sum(copies), 0) AS copied_rows,
  coalesce(sum(copies - 1), 0) AS extra_rows, count(*) AS repeated_contents,
  coalesce(sum(copies * (copies - 1) // 2), 0) AS agreeing_pairs, max(copies) AS most_copies
FROM contents`);
}

function copiedRows({ ctx }: Table, columns: readonly Surveyed[]) {
  return ctx.query(`${suspects(columns)}, counted AS (
  SELECT _sh_part, _sh_row_number, count(*) OVER same AS copies,
    min(_sh_part * 1000000000000 + _sh_row_number) OVER same AS first_row
  FROM suspected WINDOW same AS (PARTITION BY ${names(columns)})
)
SELECT _sh_part, _sh_row_number, copies
FROM counted WHERE copies > 1
ORDER BY first_row, _sh_part, _sh_row_number
LIMIT ${MOST_CITED}`);
}

/** The rows that agree with another one in the screening columns. */
function suspects(columns: readonly Surveyed[]): string {
  const keys = screening(columns);
  return `WITH agreeing AS (
  SELECT ${keys.map((key, i) => `${key} AS k${i}`).join(', ')} FROM data GROUP BY ALL HAVING count(*) > 1
), suspected AS (
  SELECT data.* FROM data JOIN agreeing ON ${keys.map((key, i) => `data.${key} IS NOT DISTINCT FROM agreeing.k${i}`).join(' AND ')}
)`;
}

function names(columns: readonly Surveyed[]): string {
  return columns.map(({ sql }) => sql).join(', ');
}

/**
 * Pairs of rows that would agree in all columns by chance: labels together, as they go together in the sample; of the
 * times one alone, for they follow each other; every other column as if it were independent.
 */
function chanceOf(table: Table, columns: readonly Surveyed[], observed: number) {
  const labels = columns.filter(({ use }) => use === 'label' || use === 'other' || use === 'text');
  const times = columns.filter(({ use }) => use === 'time');
  const others = columns.filter((column) => !labels.includes(column) && !times.includes(column));
  const shares = [
    joinedAgreement(labels.map(({ codes }) => codes)),
    Math.min(1, ...times.map(({ codes }) => joinedAgreement([codes]))),
    ...others.map(({ codes }) => joinedAgreement([codes])),
  ];
  const expected = shares.reduce((product, share) => product * share, (table.rows * (table.rows - 1)) / 2);
  const byChance = table.ctx.derivation({
    method:
      'pairs of rows that would agree in all columns by chance: n (n - 1) / 2 times the shares of pairs that agree in a sample of rows, labels together, one time, and every other column by itself',
    parameters: { rows: table.rows, sample_rows: table.sampleRows },
    values: { pairs_by_chance: expected },
    inputs: [table.sample],
  });
  return { byChance, expected, isChance: observed <= 10 * expected };
}
