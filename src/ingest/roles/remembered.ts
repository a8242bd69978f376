import { type DatasetSchema, ROLES, type RoleBinding, type RoleMap } from '../../contract/index.ts';
import { seat } from './flags.ts';
import { keepPointing } from './points-at.ts';

/** A role that was confirmed for a column of that header before. */
export interface RememberedRole {
  readonly role: string;
  /** Header of the column, or the name of one that is derived. */
  readonly column: string;
  readonly confidence: number;
}

/**
 * Puts what was confirmed before in place of what was inferred, as far as the table has the columns: a role that binds one
 * column leaves every other, and a column leaves any other role of that kind. Flags come over it.
 */
export function applyRemembered(
  map: RoleMap,
  schema: DatasetSchema,
  remembered: readonly RememberedRole[],
): RoleMap {
  const bound = remembered.flatMap(({ role, column, confidence }): RoleBinding[] => {
    const found = [...schema.columns, ...(map.derived ?? [])].find(({ name }) => name === column);
    if (found === undefined) return [];
    const reasons = ['confirmed before, for the ERP'];
    return [{ role, sql_name: found.sql_name, confidence, source: 'confirmed', reasons }];
  });
  const taken = new Set(bound.map(({ role, sql_name }) => seat(role, sql_name)));
  const unique = new Set(bound.map(({ role }) => role).filter((role) => seat(role, '').startsWith('unique')));
  const kept = map.bindings.filter((b) => !unique.has(b.role) && !taken.has(seat(b.role, b.sql_name)));
  const order = Object.keys(ROLES);
  const bindings = [...kept, ...bound].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return { ...map, bindings: keepPointing(map, bindings) };
}
