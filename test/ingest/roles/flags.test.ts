import { expect, test } from 'vitest';
import { HarnessError } from '../../../src/base/index.ts';
import type { DatasetSchema, RoleMap } from '../../../src/contract/index.ts';
import { applyRemembered, applyRoleFlags } from '../../../src/ingest/roles/index.ts';

const schema: DatasetSchema = {
  schema_version: 'dataset_schema.v1',
  columns: ['Job Name', 'Host', 'Took', 'Other'].map((name) => ({
    name,
    sql_name: name.toLowerCase().replace(' ', '_'),
    type: { kind: 'text' as const },
  })),
};
const bind = (role: string, sql_name: string) => ({
  role,
  sql_name,
  confidence: 0.8,
  source: 'inferred' as const,
  reasons: ['values'],
});
const map: RoleMap = {
  schema_version: 'role_map.v1',
  bindings: [
    bind('activity', 'job_name'),
    bind('resource', 'host'),
    bind('measure', 'took'),
    bind('category', 'host'),
  ],
};
const roles = (result: RoleMap) => result.bindings.map((b) => `${b.role}=${b.sql_name} ${b.source}`);

function codeOf(flags: Record<string, string[]>): [string, string] {
  try {
    applyRoleFlags(map, schema, flags);
  } catch (error) {
    if (error instanceof HarnessError) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}

test('a flagged column leaves its inferred unique role and keeps its general one', () => {
  expect(roles(applyRoleFlags(map, schema, { activity: ['Host'] }))).toEqual([
    'activity=host flag',
    'measure=took inferred',
    'category=host inferred',
  ]);
});

test('columns are named by header or by their name in SQL, in any case', () => {
  for (const name of ['Job Name', 'job_name', 'JOB NAME', 'JOB_NAME']) {
    expect(roles(applyRoleFlags(map, schema, { user: [name] }))).toContain('user=job_name flag');
  }
});

test('a list role takes the flagged columns in their order, and no other', () => {
  const result = applyRoleFlags(map, schema, { measure: ['Other', 'Host'] });
  expect(roles(result).filter((r) => r.startsWith('measure'))).toEqual([
    'measure=other flag',
    'measure=host flag',
  ]);
});

test('an empty list unbinds a role', () => {
  expect(roles(applyRoleFlags(map, schema, { activity: [] })).join()).not.toContain('activity');
});

test('no flags, same map', () => {
  expect(applyRoleFlags(map, schema, {})).toEqual(map);
});

test('unknown roles and columns are refused with the nearest name', () => {
  expect(codeOf({ activty: ['Host'] })).toEqual([
    'SH_ROLE_UNKNOWN',
    expect.stringContaining('Nearest: activity'),
  ]);
  expect(codeOf({ activity: ['Hots'] })).toEqual([
    'SH_INPUT_UNKNOWN_COLUMN',
    expect.stringContaining('Nearest: Host'),
  ]);
});

test('a unique role takes one column, and a column one unique role', () => {
  expect(codeOf({ activity: ['Host', 'Took'] })[0]).toBe('SH_USAGE_INVALID');
  expect(codeOf({ activity: ['Host'], user: ['Host'] })[0]).toBe('SH_USAGE_INVALID');
});

test('a pointer keeps the column in which its values were found, when another becomes the run id', () => {
  const pointing: RoleMap = {
    ...map,
    bindings: [
      bind('run_id', 'host'),
      bind('depends_on', 'took'),
      { ...bind('chain', 'other'), confidence: 0.5 },
    ],
  };
  const target = (result: RoleMap, role: string) => result.bindings.find((b) => b.role === role)?.points_at;
  const flagged = applyRoleFlags(pointing, schema, { run_id: ['Job Name'] });
  expect([target(flagged, 'depends_on'), target(flagged, 'chain')]).toEqual(['host', undefined]);
  const renamed = applyRoleFlags(pointing, schema, { run_id: ['Job Name'], parent: ['Took'] });
  expect(target(renamed, 'parent')).toBe('host');
  const remembered = applyRemembered(pointing, schema, [
    { role: 'run_id', column: 'Job Name', confidence: 1 },
  ]);
  expect(target(remembered, 'depends_on')).toBe('host');
  expect(target(applyRoleFlags(remembered, schema, { run_id: ['Host'] }), 'depends_on')).toBe('host');
  expect(
    applyRoleFlags(pointing, schema, { run_id: ['Host'] }).bindings.every((b) => b.points_at === undefined),
  ).toBe(true);
});
