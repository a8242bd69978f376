import { expect, test } from 'vitest';
import type { ErpColumn, RoleMap } from '../../src/contract/index.ts';
import { learnt } from '../../src/engine/erps/column-dictionary.ts';
import { schemaDiffers, schemaVersionOf } from '../../src/engine/erps/schema-version.ts';
import { applyRemembered } from '../../src/ingest/index.ts';
import { rememberedRoles } from '../../src/pipeline/index.ts';

const text = { kind: 'text' } as const;
const schema = {
  schema_version: 'dataset_schema.v1' as const,
  columns: ['JOB', 'CODE', 'HOST'].map((name) => ({ name, sql_name: `${name}_1`, type: text })),
};
const column = (name: string, role: string, confirmed = true): ErpColumn => ({
  ...{ name, type: text },
  roles: [{ role, confidence: 0.7, confirmed }],
});
const inferred = (role: string, name: string) => ({
  ...{ role, sql_name: `${name}_1`, confidence: 0.6, source: 'inferred' as const, reasons: [] },
});

test('a confirmed role stands in place of an inferred one, as far as the table has the column', () => {
  const map: RoleMap = {
    schema_version: 'role_map.v1',
    bindings: [inferred('activity', 'CODE'), inferred('resource', 'HOST'), inferred('category', 'CODE')],
  };
  const remembered = rememberedRoles([
    column('JOB', 'activity'),
    column('GONE', 'user'),
    column('HOST', 'user', false),
  ]);
  const { bindings } = applyRemembered(map, schema, remembered);
  expect(
    bindings.map(({ role, sql_name, source, confidence }) => [role, sql_name, source, confidence]),
  ).toEqual([
    ['activity', 'JOB_1', 'confirmed', 0.7],
    ['resource', 'HOST_1', 'inferred', 0.6],
    ['category', 'CODE_1', 'inferred', 0.6],
  ]);
});

test('what is learnt takes a role of one column from every other, and never puts a guess in place of what was confirmed', () => {
  const known = [column('JOB', 'activity'), column('HOST', 'resource')];
  const roles = (columns: readonly ErpColumn[]) =>
    columns.map(({ name, roles }) => [
      name,
      roles.map(({ role, confirmed }) => `${role}${confirmed ? '!' : '?'}`),
    ]);
  expect(roles(learnt(known, [column('CODE', 'activity')]))).toEqual([
    ['JOB', []],
    ['HOST', ['resource!']],
    ['CODE', ['activity!']],
  ]);
  expect(roles(learnt(known, [column('HOST', 'resource', false)]))).toEqual([
    ['JOB', ['activity!']],
    ['HOST', ['resource!']],
  ]);
});

test('columns that are not accepted are told apart from the accepted schema that is nearest', () => {
  const erp = {
    ...{ schema_version: 'erp.v1' as const, name: 'q', description: '', columns: [], ingest: {} },
    ...{ process: {}, plugins: {}, known_issues: [], schema_versions: [schemaVersionOf(schema)] },
  };
  const with_ = (columns: typeof schema.columns) => schemaDiffers(erp, { ...schema, columns });
  expect(with_(schema.columns)).toEqual([]);
  expect(with_([...schema.columns].reverse())).toEqual(['the columns stand in another order']);
  const [job, code] = schema.columns;
  if (job === undefined || code === undefined) throw new Error('the schema has columns');
  expect(with_([job, { ...code, type: { kind: 'integer' } as never }, { ...job, name: 'X' }])).toEqual([
    'the column "CODE" is integer and was text',
    'the column "X" (text) is new',
    'the column "HOST" is gone',
  ]);
});
