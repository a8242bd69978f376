import { type Context, identifier, type QueryHandle } from '../../src/sdk/index.ts';

type Derived = Context['derived'][number];

/** So many columns that are read out of another are counted again; the plan and the report list all of them. */
const COUNTED = 8;
const KINDS: Readonly<Record<Derived['kind'], string>> = {
  integer: 'whole numbers',
  decimal: 'decimal numbers',
  date: 'dates',
  month: 'months',
  text: 'texts',
};

/** What was read out of each column, such as the keys of a text with parameters: the most frequent of them. */
export async function reportDerived(ctx: Context): Promise<void> {
  for (const derived of Map.groupBy(ctx.derived, (one) => one.from).values()) {
    const counted = derived.slice(0, COUNTED);
    const counts = await ctx.query(countsSql(counted));
    for (const [i, one] of counted.entries()) reportOne(ctx, one, i, counts);
    if (derived.length > COUNTED)
      ctx.note(
        `${derived.length} columns are read out of "${ctx.column(counted[0]?.from ?? '').name}"; the ${COUNTED} most frequent are counted here.`,
      );
  }
}

function countsSql(columns: readonly Derived[]): string {
  const outputs = columns.flatMap(({ sql_name }, i) => [
    `count(${identifier(sql_name)}) AS ${presentOf(i)}`,
    `count(DISTINCT ${identifier(sql_name)}) AS ${distinctOf(i)}`,
  ]);
  return `SELECT count(*) AS all_rows, ${outputs.join(', ')} FROM data`;
}

function presentOf(i: number): string {
  return `present_rows_${i + 1}`;
}

function distinctOf(i: number): string {
  return `distinct_values_${i + 1}`;
}

function reportOne(ctx: Context, one: Derived, i: number, counts: QueryHandle): void {
  const { sql_name, from, kind, unparsed } = one;
  const map = ctx.derivation({
    method:
      'Texts of the whole table that are none of the kind, as the role map has them (docs/reference/roles.md)',
    parameters: { from, sql_name, kind },
    values: { unread: unparsed },
    inputs: [counts],
  });
  const unread = ' Texts that can not be read so, and count as missing: {unread}.';
  ctx.finding({
    kind: 'derived_column',
    title: `{column} is read out of {from}: ${KINDS[kind]}`,
    statement:
      `{column} is read out of {from}, and holds ${KINDS[kind]}: {distinct_values}. It has a value in {present_rows} out of {all_rows}.` +
      `${unparsed === 0 ? '' : unread}`,
    fields: {
      column: { column_name: sql_name },
      from: { column_name: from },
      all_rows: counted(counts, 'all_rows', 'row'),
      present_rows: counted(counts, presentOf(i), 'row'),
      distinct_values: counted(counts, distinctOf(i), 'distinct value'),
      ...(unparsed > 0 && { unread: map.value('unread') }),
    },
    target: { columns: { columns: [sql_name] } },
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.1, reach: 0.1, actionability: 0.1 },
  });
}

function counted(counts: QueryHandle, name: string, what: string) {
  return { from: counts.cell(0, name), unit: counts.number(0, name) === 1 ? what : `${what}s` };
}
