import { cells, countOf, percentSql, STRUCTURE } from './claims.ts';
import { textSql } from './sql-value.ts';
import type { Surveyed, Table } from './survey.ts';

/** A column of whole numbers is a sequence if it has at least this share of the numbers between its ends. */
const DENSE = 0.5;
/** Up to this share of missing numbers the sequence is called complete but for holes. */
const FEW = 0.01;
const MOST_ITEMS = 10;

/** Numbers that are missing in ids that count up. */
export async function reportSequences(table: Table, keys: readonly Surveyed[]): Promise<void> {
  for (const column of keys) {
    const number = column.use === 'id' ? await numberOf(table, column) : undefined;
    if (number !== undefined) await reportHoles(table, column, number);
  }
}

/** The number of an id as SQL: itself, or what follows the same letters in every row (INV-00017). */
async function numberOf(table: Table, column: Surveyed): Promise<string | undefined> {
  if (column.column.type.kind === 'integer') return column.sql;
  if (column.column.type.kind !== 'text') return undefined;
  const cell = table.columns.indexOf(column);
  const texts = table.sample.rows.flatMap((cells) => cells[cell] ?? []);
  const prefix = /^(.*?[^0-9])[0-9]{1,15}$/s.exec(texts[0] ?? '')?.[1];
  const isNumbered = (text: string) =>
    text.startsWith(prefix ?? '') && /^[0-9]{1,15}$/.test(text.slice(prefix?.length));
  if (prefix === undefined || !texts.every(isNumbered)) return undefined;
  const rest = `substring(${column.sql}, ${[...prefix].length + 1})`;
  const others = await table.ctx.query(
    `SELECT count(*) FILTER (WHERE NOT (starts_with(${column.sql}, ${textSql(prefix)}) AND regexp_full_match(${rest}, '[0-9]{1,15}'))) AS others FROM data`,
  );
  return countOf(others, 'others') === 0 && !prefix.includes('\0') ? `CAST(${rest} AS BIGINT)` : undefined;
}

async function reportHoles({ ctx }: Table, { column }: Surveyed, sql: string): Promise<void> {
  const ends = await ctx.query(`SELECT min(${sql}) AS first_number, max(${sql}) AS last_number,
  max(${sql}) - min(${sql}) + 1 AS all_numbers, max(${sql}) - min(${sql}) + 1 - count(DISTINCT ${sql}) AS missing_numbers,
  ${percentSql(`max(${sql}) - min(${sql}) + 1 - count(DISTINCT ${sql})`, `max(${sql}) - min(${sql}) + 1`)} AS missing_percent
FROM data`);
  const [missing, all] = [countOf(ends, 'missing_numbers'), countOf(ends, 'all_numbers')];
  if (missing === 0 || missing > (1 - DENSE) * all) return;
  const holes = await ctx.query(`WITH ordered AS (
  SELECT _sh_part, _sh_row_number, ${sql} AS number, lead(${sql}) OVER (ORDER BY ${sql}, _sh_part, _sh_row_number) AS next_number
  FROM data
), holes AS (
  SELECT _sh_part, _sh_row_number, number, next_number, next_number - number - 1 AS missing FROM ordered WHERE next_number - number > 1
)
SELECT _sh_part, _sh_row_number, number AS before_hole, next_number AS after_hole, missing, (SELECT count(*) FROM holes) AS holes
FROM holes
ORDER BY missing DESC, number, _sh_part, _sh_row_number LIMIT ${MOST_ITEMS}`);
  const few = missing <= FEW * all;
  ctx.finding({
    kind: 'sequence_gap',
    title: '{column} counts up, but {missing_numbers} numbers are missing',
    statement:
      '{column} runs from {first_number} to {last_number}, but for {missing_numbers} numbers that no row has ({missing_percent} of {all_numbers}). Holes: {holes}; the largest lies between {before_hole} and {after_hole} (numbers: {missing}). ' +
      (few
        ? 'So few missing numbers can mean rows that were deleted or not exported.'
        : 'So many missing numbers mean a selection of rows, or numbers that are handed out for other things too.'),
    fields: {
      column: { column_name: column.sql_name },
      ...cells(ends, 0, ['first_number', 'last_number', 'missing_numbers', 'missing_percent', 'all_numbers']),
      ...cells(holes, 0, ['holes', 'before_hole', 'after_hole', 'missing']),
    },
    estimate: { name: 'missing_numbers', field: 'missing_numbers' },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: few ? 'notice' : 'info',
    ranking: few ? { effect: 0.3, reach: 0.1, actionability: 0.3 } : STRUCTURE,
    items: holes.rows.map((_, row) => ({
      title: 'between {before_hole} and {after_hole}',
      statement: 'Numbers between {before_hole} and {after_hole} that no row has: {missing}.',
      fields: cells(holes, row, ['before_hole', 'after_hole', 'missing']),
    })),
    rows: holes,
  });
}
