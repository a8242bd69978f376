import { expect, test } from 'vitest';
import type { DerivedDefinition } from '../../../src/contract/index.ts';
import { applyRoleFlags } from '../../../src/ingest/roles/index.ts';
import { definePlugin } from '../../../src/sdk/index.ts';
import { runPlugin } from '../../../src/testing/index.ts';
import manifest from '../../../templates/profile/plugin.json' with { type: 'json' };
import { rolesOf } from './table.ts';

/** Texts with parameters, in rows that say nothing else. */
function table(texts: readonly (string | null)[]): string {
  const rows = texts.map(
    (text, i) => `(${i}, ${text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`})`,
  );
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS rows(i, PARAMS)`;
}

/** What the keys of texts became: by name in SQL the kind, and rows, distinct values, and what could not be read. */
async function derivedFrom(texts: readonly (string | null)[]): Promise<Record<string, string>> {
  const { derived = [] } = (await rolesOf(table(texts))).map;
  return Object.fromEntries(derived.map((one) => [one.sql_name, told(one)]));
}

function told({ kind, values, distinct, unparsed }: DerivedDefinition): string {
  return `${kind} ${values}/${distinct}/${unparsed}`;
}

/** The values that a plugin's query gives for a derived column, in the order of the rows. */
async function valuesOf(
  texts: readonly (string | null)[],
  name: string,
): Promise<readonly (string | null)[]> {
  let values: readonly (string | null)[] = [];
  const plugin = definePlugin({
    async analyze(ctx) {
      const column = ctx.column(name);
      const result = await ctx.query(`SELECT _sh_row_number, ${column.sql_name} AS v FROM data ORDER BY 1`);
      values = result.rows.map((row) => row[1] ?? null);
    },
  });
  const rows = { n: texts.map((_, i) => i), PARAMS: texts };
  await runPlugin({ plugin, manifest }, rows, { roles: { parameters: 'PARAMS' } });
  return values;
}

test('keys with a type, without one, and with blanks around them become typed columns', async () => {
  const texts = [
    'Accounting Month (date)=2025-12;Payout ID=417;Rate=1.50',
    'Accounting Month (date)=2026-01; Payout ID = 418;Rate=2.25',
    'Payout ID=418;Note=free text',
    null,
  ];
  expect(await derivedFrom(texts)).toEqual({
    param_payout_id: 'integer 3/2/0',
    param_accounting_month: 'month 2/2/0',
    param_rate: 'decimal 2/2/0',
    param_note: 'text 1/1/0',
  });
  expect(await valuesOf(texts, 'param_accounting_month')).toEqual(['2025-12-01', '2026-01-01', null, null]);
  expect(await valuesOf(texts, 'param_payout_id')).toEqual(['417', '418', '418', null]);
});

test('values may hold the separator, the sign, quotes; the first of a key that comes twice counts; empty is none', async () => {
  const texts = [
    'Filter=a;b;Payout ID=1',
    'Filter=x=1;Payout ID=2',
    'Filter="p;Payout ID=9;q";Payout ID=3',
    'Filter=12" pipe;Payout ID=4;Payout ID=5',
    'Filter=;Payout ID=;',
    'Filter=last;one',
  ];
  expect(await valuesOf(texts, 'param_filter')).toEqual([
    'a;b',
    'x=1',
    'p;Payout ID=9;q',
    '12" pipe',
    null,
    'last;one',
  ]);
  expect(await valuesOf(texts, 'param_payout_id')).toEqual(['1', '2', '3', '4', null, null]);
});

test('a plugin has derived columns by name, in query, exact and batches, and not in the schema', async () => {
  const texts = ['Payout ID=1;Mode=A', 'Payout ID=2;Mode=A', 'Payout ID=2;Mode=B'];
  const plugin = definePlugin({
    async analyze(ctx) {
      ctx.note(ctx.schema.map(({ sql_name }) => sql_name).join(' '));
      ctx.note(ctx.derived.map((one) => `${one.name} ${one.from} ${one.kind} ${one.coverage}`).join(', '));
      const star = await ctx.query('SELECT * EXCLUDE (_sh_part) FROM data');
      ctx.note(star.columns.map(({ name }) => name).join(' '));
      await ctx.derive('twice', 'param_payout_id * 2');
      const sums = await ctx.query('SELECT sum(twice) AS s, count(DISTINCT PARAM_MODE) AS modes FROM data');
      const exact = await ctx.exact({ kind: 'sum', columns: ['param_payout_id'], groupBy: ['param_mode'] });
      ctx.note(`${sums.text(0, 's')} ${sums.text(0, 'modes')} ${exact.number(1, 'param_payout_id', 'sum')}`);
      for await (const batch of ctx.batches({ columns: ['param_mode'] })) ctx.note(`${batch.rows} rows`);
      const taken = await ctx.derive('param_mode', '1').catch((error: Error) => error.message);
      ctx.note(String(taken));
    },
  });
  const rows = { n: [1, 2, 3], PARAMS: texts };
  const { notes } = await runPlugin({ plugin, manifest }, rows, { roles: { parameters: 'PARAMS' } });
  expect(notes).toEqual([
    'n PARAMS',
    'Mode PARAMS text 1, Payout ID PARAMS integer 1',
    '_sh_row_number n PARAMS',
    '10 2 2',
    '3 rows',
    expect.stringContaining('taken'),
  ]);
});

test('a run has the keys of the column of parameters, and the operator says which month is the accounting month', async () => {
  const { map, schema } = await rolesOf(
    `SELECT i, 'Production Month=2025-0' || (1 + i % 3) AS P, 'Posting Period=2025-0' || (1 + i % 3) AS Q FROM range(20) AS t(i)`,
  );
  const named = (flags: Record<string, readonly string[]>) => {
    const { bindings, derived = [] } = applyRoleFlags(map, schema, flags);
    const month = bindings.find(({ role }) => role === 'accounting_month');
    return [derived.map(({ sql_name }) => sql_name).join(' '), month?.sql_name];
  };
  expect(named({})).toEqual(['', undefined]);
  expect(named({ parameters: ['Q'] })).toEqual(['param_posting_period', undefined]);
  expect(named({ parameters: ['P'], accounting_month: ['Posting Period'] })).toEqual([
    'param_production_month param_posting_period',
    'param_posting_period',
  ]);
  expect(() => named({ accounting_month: ['i'] })).toThrow(/do not read as months/);
});
