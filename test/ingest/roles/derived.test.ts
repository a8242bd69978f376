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

/** A log whose rows are asked for through a year and a half, with the month that `month` writes, as SQL over `m` (a first day). */
function log(parameters: string, columns = ''): string {
  return `SELECT 700000 + i AS PROCESS_QUEUE_ID, 'JOB' || (1 + i % 9) AS PROCESS_ID, q AS QUEUE_DT,
    q + INTERVAL (i % 90) SECOND AS START_DT, q + INTERVAL (i % 90 + 30 * (1 + i % 9)) SECOND AS END_DT,
    'APP0' || (1 + i % 3) AS LOCAL_MACHINE_ID, ${parameters} AS PARAM_DESCR_LIST ${columns}
    FROM (SELECT i, q, date_trunc('month', q - INTERVAL 5 DAY) AS m FROM (
      SELECT i, TIMESTAMP '2024-09-03 08:00:00' + INTERVAL (i * 17) HOUR AS q FROM range(780) AS t(i)))`;
}

/** The role's column, its kind and first and last value; undefined where the role is not bound. */
async function accountingMonth(parameters: string, columns = ''): Promise<string | undefined> {
  const { map } = await rolesOf(log(parameters, columns));
  const binding = map.bindings.find(({ role }) => role === 'accounting_month');
  const { kind, values, distinct, unparsed } =
    map.derived?.find((d) => d.sql_name === binding?.sql_name) ?? {};
  return binding && `${binding.sql_name} ${kind} ${values}/${distinct}/${unparsed}`;
}

test.each([
  ['2025-12', `'Accounting Month=' || strftime(m, '%Y-%m')`],
  ['202512 under a name of the calendar', `'Acct Period=' || strftime(m, '%Y%m') || ';Batch=202512'`],
  ['12/2025', `'GL Month=' || strftime(m, '%m/%Y')`],
  [
    'Dec-25, of a key with a type, in a text with quotes',
    `'Note="a;b";Accounting Month (date)=' || strftime(m, '%b-%y')`,
  ],
  ['DEC 2025', `'Fiscal Period=' || upper(strftime(m, '%b %Y'))`],
  ['December 2025', `'Posting Month=' || strftime(m, '%B %Y')`],
  ['the first day, month first', `'Accounting Month=' || strftime(m, '%m/%d/%Y')`],
  ['the last day', `'Accounting Month=' || strftime(last_day(m), '%Y-%m-%d')`],
  ['midnight of the first day', `'Accounting Month=' || strftime(m, '%Y-%m-%d 00:00:00')`],
  ['German', `'Buchungsmonat=' || strftime(m, '%Y%m')`],
  ['Spanish', `'Mes contable=' || strftime(m, '%m.%Y')`],
  ['JSON, nested', `'{"job": {"accounting_month": "' || strftime(m, '%Y-%m') || '"}, "ids": [1, 2]}'`],
  ['another separator', `'Accounting Month=' || strftime(m, '%Y-%m') || '|Company=10|Note=a, b'`],
])('an accounting month through two ends of a year: %s', async (_name, parameters) => {
  expect(await accountingMonth(parameters)).toMatch(/^param_\w+ month 780\/20\/0$/);
});

test('the accounting month: not the production month, not an id of six digits, not months far from the rows; a column of its own', async () => {
  const month = (name: string, ahead: number) =>
    `'${name}=' || strftime(m + INTERVAL (${ahead}) MONTH, '%Y-%m')`;
  expect(
    await accountingMonth(`${month('Production Month', -1)} || ';' || ${month('Accounting Month', 0)}`),
  ).toMatch(/^param_accounting_month /);
  expect(await accountingMonth(month('Production Month', -1))).toBeUndefined();
  expect(await accountingMonth(month('Birth Month', -300))).toBeUndefined();
  expect(await accountingMonth(`'Batch=202512'`)).toBeUndefined();
  expect(await accountingMonth(`'Mode=A'`, `, CAST(strftime(m, '%Y%m') AS BIGINT) AS ACCT_PERIOD`)).toBe(
    'month_of_acct_period month 780/20/0',
  );
  expect(await accountingMonth(`'Mode=A'`, `, CAST(m AS DATE) AS ACCOUNTING_MONTH`)).toBe(
    'month_of_accounting_month month 780/20/0',
  );
  const some = `CASE WHEN i % 50 = 0 THEN 'Accounting Month=' || strftime(m, '%Y-%m') END`;
  expect(await accountingMonth(some)).toBe('param_accounting_month month 16/16/0');
  const all = `'Accounting Month=' || CASE WHEN i % 60 = 0 THEN 'ALL' ELSE strftime(m, '%Y-%m') END`;
  expect(await accountingMonth(all)).toBe('param_accounting_month month 767/20/13');
});

test('as strict as a column of a file: 007 stays text, one word among numbers too, unless the key says that it is a number', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => {
    const id = i === 7 ? 'ALL' : String(i);
    return `Code=0${i};Id=${id};Count (int)=${id};Flag=Y;When=0${1 + (i % 9)}/0${1 + (i % 7)}/2025;Rate=1.${i}`;
  });
  expect(await derivedFrom(rows)).toEqual({
    param_code: 'text 30/30/0',
    param_id: 'text 30/30/0',
    param_count: 'integer 29/29/1',
    param_flag: 'text 30/1/0',
    param_when: 'text 30/30/0',
    param_rate: 'decimal 30/28/0',
  });
});

test('forty keys, keys that differ by case, names that the table has, and names that no SQL name can be', async () => {
  const many = Array.from({ length: 40 }, (_, i) => `Key ${i}=${i}`).join(';');
  const { derived = [] } = (
    await rolesOf(`SELECT 1 AS PARAM_KEY_1, '${many};key 2=x;Größe (mm)=4;C#=1' AS P FROM range(9)`)
  ).map;
  expect(derived).toHaveLength(43);
  const names = derived.map(({ sql_name }) => sql_name);
  expect(new Set(names).size).toBe(43);
  expect(names).toEqual(
    expect.arrayContaining(['param_key_1_2', 'param_key_2', 'param_key_2_2', 'param_grosse_mm', 'param_c']),
  );
});

test('JSON: leaves by their path, lists as they are, what is no JSON holds nothing', async () => {
  const texts = [
    '{"a": {"b": 1}, "list": [1, 2], "name": "x"}',
    '{"a": {"b": 2}, "name": null}',
    '{"a": {"b": 3}, "name": "y"}',
    '{"a": {"b": 4}}',
    '{broken',
  ];
  expect(await derivedFrom(texts)).toEqual({
    param_a_b: 'integer 4/4/0',
    param_name: 'text 2/2/0',
    param_list: 'text 1/1/0',
  });
  expect(await valuesOf(texts, 'param_a_b')).toEqual(['1', '2', '3', '4', null]);
});

test('free text and prices with an equals sign now and then hold no parameters', async () => {
  expect(await derivedFrom(['ran well', 'x = 3 was wrong, try again; done', 'ok', null, 'see note'])).toEqual(
    {},
  );
});
