import type { FieldInput, QueryHandle } from '../../src/sdk/index.ts';
import { cells, countOf, defect, STRUCTURE } from './claims.ts';
import { type Counted, pairsOf } from './count-dependency.ts';
import type { Surveyed, Table } from './survey.ts';

const MOST_ITEMS = 10;
const MOST_CITED = 10_000;

/** Two columns that name the same things, as a code and its name do. */
export function reportOneToOne({ ctx }: Table, { a, b, counts }: Counted): void {
  ctx.finding({
    kind: 'one_to_one',
    title: '{first_column} and {second_column} go one to one',
    statement:
      'Each of {a_values} values of {first_column} has one value of {second_column}, and the other way round, in all {both_rows} that have both: they name the same things, as a code and its name do.',
    fields: {
      first_column: { column_name: a.column.sql_name },
      second_column: { column_name: b.column.sql_name },
      ...cells(counts, 0, ['a_values', 'both_rows']),
    },
    target: target(a, b),
    how: 'exact_count',
    severity: 'info',
    ranking: STRUCTURE,
  });
}

/** A column that decides another one without exception. */
export function reportDependency({ ctx }: Table, { a, b, forward, counts }: Counted): void {
  const [from, to, values] = forward === 'exact' ? [a, b, 'a_values'] : [b, a, 'b_values'];
  const others = values === 'a_values' ? 'b_values' : 'a_values';
  ctx.finding({
    kind: 'functional_dependency',
    title: '{first_column} decides {second_column}',
    statement:
      'Rows with the same {first_column} have the same {second_column}, in all {both_rows} that have both: {deciding_values} values of the one belong to {decided_values} of the other.',
    fields: {
      ...columnsOf(from, to),
      ...cells(counts, 0, ['both_rows']),
      deciding_values: counts.cell(0, values),
      decided_values: counts.cell(0, others),
    },
    target: target(from, to),
    scope: { direction: `${from.column.sql_name} → ${to.column.sql_name}` },
    how: 'exact_count',
    severity: 'info',
    ranking: STRUCTURE,
  });
}

/** A column that decides another one but for few rows, which are cited. */
export async function reportNearDependency(table: Table, counted: Counted): Promise<void> {
  const isForward = counted.forward === 'nearly';
  const [from, to] = isForward ? [counted.a, counted.b] : [counted.b, counted.a];
  const exceptions = counted.counts.cell(0, isForward ? 'forward_exception_rows' : 'backward_exception_rows');
  const count = countOf(counted.counts, isForward ? 'forward_exception_rows' : 'backward_exception_rows');
  const unusual = await unusualPairs(table, from, to);
  table.ctx.finding({
    kind: 'functional_dependency',
    title: '{first_column} decides {second_column}, but for {exception_rows}',
    statement:
      'Rows with the same {first_column} have the same {second_column} in all but {exception_rows} out of {both_rows} that have both. These rows have another {second_column} than is usual for their {first_column}.',
    fields: {
      ...columnsOf(from, to),
      ...cells(counted.counts, 0, ['both_rows']),
      exception_rows: { from: exceptions, unit: count === 1 ? 'row' : 'rows' },
    },
    estimate: { name: 'rows_that_break_the_rule', field: 'exception_rows' },
    target: target(from, to),
    scope: { direction: `${from.column.sql_name} → ${to.column.sql_name}` },
    how: 'exact_count',
    severity: 'notice',
    ranking: defect(0.4, count / countOf(counted.counts, 'both_rows')),
    items: unusual.rows.map((_, row) => ({
      title: '{first_column} {deciding_value}: {unusual_value} in {unusual_rows}',
      statement:
        'Where {first_column} is {deciding_value}, {second_column} is usually {usual_value}, but {unusual_value} in {unusual_rows} out of {value_rows}.',
      fields: {
        ...columnsOf(from, to),
        deciding_value: unusual.cell(row, 'deciding_value'),
        unusual_value: unusual.cell(row, 'unusual_value'),
        usual_value: unusual.cell(row, 'usual_value'),
        ...cells(unusual, row, ['unusual_rows', 'value_rows']),
      },
    })),
    rows: await unusualRows(table, from, to),
  });
}

function columnsOf(from: Surveyed, to: Surveyed): Record<string, FieldInput> {
  return {
    first_column: { column_name: from.column.sql_name },
    second_column: { column_name: to.column.sql_name },
  };
}

function target(a: Surveyed, b: Surveyed) {
  const names = [a.column.sql_name, b.column.sql_name];
  return { columns: { columns: names.sort((x, y) => (x < y ? -1 : x > y ? 1 : 0)) } };
}

/** Pairs of values whose second is not the most frequent one of its first, those with most rows first. */
function unusualPairs({ ctx }: Table, from: Surveyed, to: Surveyed): Promise<QueryHandle> {
  return ctx.query(`${pairsOf(from, to)}, ranked AS (
  SELECT a, b, pair_rows, row_number() OVER (PARTITION BY a ORDER BY pair_rows DESC, b) AS rank,
    first_value(b) OVER (PARTITION BY a ORDER BY pair_rows DESC, b) AS usual, sum(pair_rows) OVER (PARTITION BY a) AS value_rows
  FROM pairs
)
SELECT a AS deciding_value, b AS unusual_value, usual AS usual_value, pair_rows AS unusual_rows, value_rows
FROM ranked WHERE rank > 1
ORDER BY pair_rows DESC, a, b
LIMIT ${MOST_ITEMS}`);
}

function unusualRows({ ctx }: Table, from: Surveyed, to: Surveyed): Promise<QueryHandle> {
  return ctx.query(`${pairsOf(from, to)}, ranked AS (
  SELECT a, b, row_number() OVER (PARTITION BY a ORDER BY pair_rows DESC, b) AS rank FROM pairs
)
SELECT _sh_part, _sh_row_number, usual.a AS deciding_value, data.${to.sql} AS unusual_value, usual.b AS usual_value
FROM data JOIN ranked AS usual ON data.${from.sql} = usual.a AND usual.rank = 1
WHERE data.${to.sql} <> usual.b
ORDER BY _sh_part, _sh_row_number
LIMIT ${MOST_CITED}`);
}
