import { expect, test } from 'vitest';
import type { RoleMap } from '../../src/contract/index.ts';
import { type RunFlags, resolveConfig } from '../../src/pipeline/config.ts';
import type { Allowed } from '../../src/pipeline/permissions.ts';
import { buildPlan } from '../../src/pipeline/plan.ts';
import type { LoadedPlugin } from '../../src/plugin-host/index.ts';
import { noRoles, plugin, schema } from './make.ts';

function plan(
  plugins: readonly LoadedPlugin[],
  flags: RunFlags = {},
  roles: RoleMap = noRoles,
  content: unknown = {},
  allowed: Partial<Allowed> = {},
) {
  const config = resolveConfig({
    flags,
    file: { path: 'c.yaml', content },
    plugins,
    defaults: { dataset: 'x', workers: 1 },
  });
  return buildPlan({
    plugins,
    config,
    version: { schema, row_count: 10 },
    roles,
    engineVersion: '0.1.0',
    allowed: { approvals: [], network: [], commandLine: (words) => words.join(' '), ...allowed },
  });
}

const needs = (id: string, ...roles: string[][]) =>
  plugin({ id, needs: { roles, column_types: [], min_rows: 0 } });
const dependsOn = (id: string, on: string, required = true) =>
  plugin({ id, depends_on: [{ id: on, required }] });

test('a plugin that lacks what it needs is not applicable, with the reason, and so is what requires it', () => {
  const plugins = [needs('waits', ['queued_at', 'eligible_at'], ['activity']), dependsOn('after', 'waits')];
  const none = 'no column has the role queued_at or eligible_at, nor activity';
  expect(plan(plugins).planned.map(({ plugin: p, leftOut }) => [p.manifest.id, leftOut])).toEqual([
    ['waits', { status: 'not_applicable', reason: none }],
    ['after', { status: 'not_applicable', reason: `it depends on waits, which does not apply (${none})` }],
  ]);
});

test('an optional dependency that does not apply is passed as absent', () => {
  const found = plan([needs('waits', ['activity']), dependsOn('after', 'waits', false)]);
  expect(found.runnable.map((entry) => entry.plugin.manifest.id)).toEqual(['after']);
});

test('a plugin named explicitly that does not fit refuses the run with exit code 2', () => {
  const named = () => plan([needs('waits', ['activity'])], { plugins: ['waits'] });
  expect(named).toThrow(expect.objectContaining({ code: 'SH_PLUGIN_NOT_APPLICABLE', exitCode: 2 }));
});

test('a missing dependency is named with why it is missing', () => {
  expect(() => plan([dependsOn('b', 'a')])).toThrow('The plugin b needs a, which is not installed.');
  expect(() => plan([plugin({ id: 'a' }), dependsOn('b', 'a')], { plugins: ['b'] })).toThrow(
    'needs a, which is not among the chosen plugins',
  );
  const disabled = { plugins: { a: { enabled: false } } };
  expect(() => plan([plugin({ id: 'a' }), dependsOn('b', 'a')], {}, noRoles, disabled)).toThrow(
    'which is disabled',
  );
});

test('EXEC-07 a circle stops a run only where a chosen plugin, or one that it requires, is in it', () => {
  const plugins = [dependsOn('a', 'b'), dependsOn('b', 'a'), dependsOn('c', 'a'), plugin({ id: 'd' })];
  expect(plan(plugins, { plugins: ['d'] }).runnable).toHaveLength(1);
  expect(() => plan(plugins, { plugins: ['c'] })).toThrow('in a circle: a → b → a');
  expect(() => plan(plugins)).toThrow('in a circle: a → b → a');
});

test('a plugin that asks for another engine is refused with exit code 6', () => {
  expect(() => plan([plugin({ requires: { engine_semver: '>=9', schema_versions: [] } })])).toThrow(
    expect.objectContaining({ code: 'SH_PLUGIN_INCOMPATIBLE', exitCode: 6 }),
  );
});

test('a plugin of a type that this engine can not run yet is refused, never run as something else', () => {
  expect(() => plan([plugin({ type: 'report' })])).toThrow('it can not run plugins of the type report yet');
});

test('an unknown plugin id is refused with the nearest one', () => {
  expect(() => plan([plugin({ id: 'profile_basic' })], { plugins: ['profile_basik'] })).toThrow(
    'Nearest: profile_basic',
  );
});

test('an analysis does not run on a role that is not sure, until the operator confirms it', () => {
  const guessed = (source: 'inferred' | 'flag', confidence: number): RoleMap => ({
    schema_version: 'role_map.v1',
    bindings: [{ role: 'activity', sql_name: 'Job', confidence, source, reasons: [] }],
  });
  const plugins = [needs('waits', ['activity'])];
  const [unsure] = plan(plugins, {}, guessed('inferred', 0.47)).planned;
  expect(unsure?.leftOut?.reason).toContain(
    'it is not sure that Job is activity (47 %); confirm it with --roles activity=Job',
  );
  expect(plan(plugins, {}, guessed('inferred', 0.5)).runnable).toHaveLength(1);
  expect(plan(plugins, {}, guessed('flag', 0.47)).runnable).toHaveLength(1);
});
