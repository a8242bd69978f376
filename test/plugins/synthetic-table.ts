import type { RoleBinding } from '../../src/contract/index.ts';
import type { SyntheticTable } from '../../src/synth/index.ts';

/** The roles that inference should give a synthetic table or log: what a plugin is started with. */
export function bindingsOf(table: Pick<SyntheticTable, 'columns'>): RoleBinding[] {
  return table.columns.flatMap(({ name, role, logRole }) => [
    ...(logRole === undefined ? [] : [binding(logRole, name)]),
    binding(role, name),
  ]);
}

function binding(role: string, sql_name: string): RoleBinding {
  return { role, sql_name, confidence: 1, source: 'flag', reasons: [] };
}
