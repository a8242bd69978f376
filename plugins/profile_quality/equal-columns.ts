import { cells, countOf, STRUCTURE } from './claims.ts';
import type { Surveyed, Table } from './survey.ts';

/** Most pairs of columns that are compared over all rows. */
const MOST_COMPARED = 40;

/** Columns that hold the same in every row; gives those that only repeat an earlier one. */
export async function reportEqualColumns(table: Table): Promise<readonly Surveyed[]> {
  const suspects = suspectedPairs(table).slice(0, MOST_COMPARED);
  if (suspects.length === 0) return [];
  const counts = await table.ctx.query(
    `SELECT count(*) AS all_rows, ${suspects
      .map(({ a, b }, i) => `count(*) FILTER (WHERE ${a.sql} IS DISTINCT FROM ${b.sql}) AS different_${i}`)
      .join(', ')}\nFROM data`,
  );
  const equal = suspects.filter((_, i) => countOf(counts, `different_${i}`) === 0);
  const repeats = [...new Set(equal.map(({ b }) => b))];
  for (const b of repeats) {
    const a = equal.find((pair) => pair.b === b && !repeats.includes(pair.a))?.a;
    if (a === undefined) continue;
    table.ctx.finding({
      kind: 'equal_columns',
      title: '{second_column} repeats {first_column}',
      statement:
        '{second_column} holds the same as {first_column} in all of {all_rows}. One of the two says nothing new.',
      fields: {
        first_column: { column_name: a.column.sql_name },
        second_column: { column_name: b.column.sql_name },
        ...cells(counts, 0, ['all_rows']),
      },
      target: { columns: { columns: [b.column.sql_name] } },
      how: 'exact_count',
      severity: 'info',
      ranking: STRUCTURE,
    });
  }
  return repeats;
}

/** Pairs of columns of one type that agree in the whole sample and vary enough for that to mean something. */
function suspectedPairs({ columns, rows }: Table): { a: Surveyed; b: Surveyed }[] {
  if (rows < 20) return [];
  const varying = columns.filter(
    ({ distinct, present, mostFrequent }) => distinct > 1 && mostFrequent < 0.98 * present,
  );
  return varying.flatMap((a, i) =>
    varying
      .slice(i + 1)
      .flatMap((b) => (a.column.type.kind === b.column.type.kind && sameCells(a, b) ? [{ a, b }] : [])),
  );
}

/** Codes are given in the order of first occurrence, so equal columns have equal codes; the cells are compared later. */
function sameCells(a: Surveyed, b: Surveyed): boolean {
  return a.distinct === b.distinct && a.codes.every((code, row) => code === b.codes[row]);
}
