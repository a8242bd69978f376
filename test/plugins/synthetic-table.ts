import type { RoleBinding } from '../../src/contract/index.ts';
import type { SyntheticTable } from '../../src/synth/index.ts';

/** The roles that inference should give a synthetic table: what a plugin is started with. */
export function bindingsOf(table: Pick<SyntheticTable, 'columns'>): RoleBinding[] {
  return table.columns.map(({ name, role }) => ({
    role,
    sql_name: name,
    confidence: 1,
    source: 'flag',
    reasons: [],
  }));
}
