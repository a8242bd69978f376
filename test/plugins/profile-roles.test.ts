import { expect, test } from 'vitest';
import { GENERAL_ROLES } from '../../plugins/profile_roles/roles.ts';
import { type DerivedDefinition, ROLES, type RoleBinding } from '../../src/contract/index.ts';
import { runInProcess as run } from '../../src/testing/run-in-process.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { type InProcess, loadPlugin, runInProcess } from './run-in-process.ts';

const LOG: Table = {
  columns: [
    { name: 'RUN1', type: { kind: 'integer' } },
    { name: 'JOB', type: { kind: 'text' } },
    { name: 'QUEUED', type: { kind: 'timestamp' } },
    { name: 'STARTED', type: { kind: 'timestamp' } },
    { name: 'ENDED', type: { kind: 'timestamp' } },
    { name: 'TOOK', type: { kind: 'double' } },
    { name: 'DEP', type: { kind: 'integer' } },
    { name: 'PARAMS', type: { kind: 'text' } },
    { name: 'EMPTY', type: { kind: 'text' } },
  ],
  rows: [
    ['1', 'A', '2025-01-01 10:00:00', '2025-01-01 10:01:00', '2025-01-01 10:03:00', '120', null, 'x=1', null],
    ['2', 'B', '2025-01-01 11:00:00', '2025-01-01 10:59:00', '2025-01-01 11:03:00', '240', '1', 'x=2', null],
    ['3', 'A', '2025-01-01 12:00:00', '2025-01-01 12:01:00', null, null, '77', 'none', null],
  ],
};
const BOUND = {
  run_id: 'RUN1',
  activity: 'JOB',
  queued_at: 'QUEUED',
  started_at: 'STARTED',
  ended_at: 'ENDED',
  duration: 'TOOK',
  depends_on: 'DEP',
  parameters: 'PARAMS',
};

function analyse(roles: readonly RoleBinding[], table: Table = LOG, settings = {}): Promise<InProcess> {
  return withTable(table, (dataset) => runInProcess('profile_roles', dataset, roles, settings));
}

function statements({ result }: InProcess): Record<string, string> {
  return Object.fromEntries(
    result.findings
      .filter((f) => f.kind === 'role_binding')
      .map((f) => [f.scope['role'] ?? '', f.statement.replaceAll(/\s/g, ' ')]),
  );
}

test('each role of the log is told with counts that a query yields', async () => {
  const told = statements(await analyse(rolesOf(BOUND)));
  expect(Object.keys(told).toSorted()).toEqual(Object.keys(BOUND).toSorted());
  expect(told['run_id']).toContain('RUN1 has the role "run id" (named by the operator, confidence 1)');
  expect(told['run_id']).toContain('It holds 3 distinct values');
  expect(told['queued_at']).toContain('not after STARTED in 2 rows out of 3 rows with both');
  expect(told['ended_at']).toContain('not before STARTED in 2 rows out of 2 rows with both');
  expect(told['duration']).toContain('In 2 rows it equals the time from start to end');
  expect(told['depends_on']).toMatch(/In 1 row it names a value of RUN1/);
  expect(told['parameters']).toContain('In 2 rows there is an equals sign');
});

test('every number of a finding comes from a query or a derivation', async () => {
  const { result } = await analyse(rolesOf(BOUND));
  for (const finding of result.findings) {
    const yielded = finding.evidence.flatMap((evidence) => Object.keys(evidence.yields));
    const numbers = Object.entries(finding.fields).filter(([, field]) => typeof field.value === 'number');
    expect(numbers.length).toBeGreaterThan(0);
    for (const [name] of numbers) expect(yielded).toContain(name);
  }
});

test('the map and the columns without a role are counted', async () => {
  const { result } = await analyse(rolesOf(BOUND));
  const map = result.findings.find((f) => f.kind === 'role_map');
  expect(map?.fields['log_roles']?.value).toBe(8);
  expect(map?.fields['columns']?.value).toBe(9);
  const without = result.findings.find((f) => f.kind === 'columns_without_role');
  expect(without?.statement).toContain('EMPTY');
  expect(without?.target['columns']).toEqual(['EMPTY']);
});

test('a role that the engine is unsure of is one to check', async () => {
  const unsure = rolesOf({ activity: 'JOB' }).map((b) => ({
    ...b,
    confidence: 0.55,
    source: 'inferred' as const,
  }));
  const { result } = await analyse(unsure);
  const finding = result.findings.find((f) => f.kind === 'role_binding');
  expect(finding?.severity).toBe('notice');
  expect(finding?.statement).toContain('inferred, confidence 0.55');
  const calm = await analyse(unsure, LOG, { unsure_below: 0.5 });
  expect(calm.result.findings.find((f) => f.kind === 'role_binding')?.severity).toBe('info');
});

test('a plain table says so, and a table without rows is no failure', async () => {
  const plain = await analyse(rolesOf({ category: 'JOB' }), { ...LOG, rows: [] });
  expect(plain.result.findings.map((f) => f.kind).toSorted()).toEqual(['columns_without_role', 'role_map']);
  expect(plain.result.notes.join(' ')).toContain('plain table');
});

test('the general roles are those of the contract', () => {
  const general = Object.entries(ROLES).filter(([, role]) => !role.unique);
  expect(GENERAL_ROLES).toEqual(general.map(([name]) => name));
});

test('what is read out of the parameters is counted by a query, and what could not be read is told', async () => {
  const derived: readonly DerivedDefinition[] = [
    {
      ...{
        name: 'x',
        sql_name: 'param_x',
        from: 'PARAMS',
        key: 'x',
        kind: 'integer',
        type: { kind: 'integer' },
      },
      sql: `TRY_CAST(nullif(split_part("PARAMS", 'x=', 2), '') AS BIGINT)`,
      ...{ values: 2, unparsed: 1, distinct: 2, coverage: 2 / 3 },
    },
  ];
  const plugin = await loadPlugin('profile_roles');
  const { result } = await withTable(LOG, (dataset) =>
    run(plugin, dataset, { roles: rolesOf(BOUND), derived }),
  );
  const found = result.findings.find(({ kind }) => kind === 'derived_column');
  expect(found?.title).toBe('x is read out of PARAMS: whole numbers');
  expect(found?.statement.replaceAll(/\s/g, ' ')).toBe(
    'x is read out of PARAMS, and holds whole numbers: 2 distinct values. It has a value in 2 rows out of 3 rows. Texts that can not be read so, and count as missing: 1.',
  );
});
