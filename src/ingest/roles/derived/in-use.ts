import type { RoleMap } from '../../../contract/index.ts';

/** A role map with those derived columns that a run can use: the keys of the column of parameters, and what has a role. */
export function withDerivedInUse({ derived = [], ...map }: RoleMap): RoleMap {
  const parameters = map.bindings.find(({ role }) => role === 'parameters')?.sql_name;
  const bound = new Set(map.bindings.map(({ sql_name }) => sql_name));
  const used = derived.filter(
    ({ from, key, sql_name }) => (key !== null && from === parameters) || bound.has(sql_name),
  );
  return { ...map, ...(used.length > 0 && { derived: used }) };
}
