import {
  type DatasetSchema,
  type Erp,
  type ErpColumn,
  isRoleName,
  ROLES,
  type RoleMap,
} from '../../contract/index.ts';

type Role = ErpColumn['roles'][number];

/** The columns of a table, and those derived from them that have a role, with the roles that a role map gives them. */
export function dictionaryOf(
  { columns }: DatasetSchema,
  { bindings, derived = [] }: RoleMap,
  confirmed: boolean,
): ErpColumn[] {
  const bound = new Set(bindings.map(({ sql_name }) => sql_name));
  const headers = new Set(columns.map(({ name }) => name));
  const named = derived.filter(({ name, sql_name }) => bound.has(sql_name) && !headers.has(name));
  return [...columns, ...named].map(({ name, sql_name, type }) => ({
    name,
    type,
    roles: bindings
      .filter((binding) => binding.sql_name === sql_name)
      .map(({ role, confidence, source }) => ({
        role,
        confidence,
        confirmed: confirmed || source !== 'inferred',
      })),
  }));
}

/**
 * A dictionary that has learnt from another: its types and roles stand in place of what was there of the same columns, but
 * nothing that is inferred in place of what was confirmed. A role that binds one column is taken from every other.
 */
export function learnt(known: Erp['columns'], from: readonly ErpColumn[]): ErpColumn[] {
  const confirmed = from
    .flatMap(({ roles }) => roles)
    .filter((role) => role.confirmed && isUnique(role.role));
  const taken = new Set(confirmed.map(({ role }) => role));
  const before = known.map((column) => ({
    ...column,
    roles: column.roles.filter(({ role }) => !taken.has(role)),
  }));
  const fresh = new Map(from.map((column) => [column.name, column]));
  const merged = before.map((column) => {
    const now = fresh.get(column.name);
    return now === undefined ? column : { ...now, roles: mergedRoles(column.roles, now.roles) };
  });
  const names = new Set(known.map(({ name }) => name));
  return [...merged, ...from.filter(({ name }) => !names.has(name))];
}

/** What was confirmed stays beside what comes; of what was inferred only what is inferred still. */
function mergedRoles(before: readonly Role[], now: readonly Role[]): Role[] {
  const kept = before.filter((old) => old.confirmed && !now.some(({ role }) => role === old.role));
  const come = now.map((role) => {
    const old = before.find((one) => one.role === role.role);
    return old?.confirmed === true && !role.confirmed ? old : role;
  });
  return [...kept, ...come];
}

function isUnique(role: string): boolean {
  return isRoleName(role) && ROLES[role].unique;
}
