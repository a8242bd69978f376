import { HarnessError, nearest } from '../../base/index.ts';
import {
  type Column,
  type DatasetSchema,
  isRoleName,
  ROLES,
  type RoleBinding,
  type RoleMap,
  type RoleName,
} from '../../contract/index.ts';
import { unknownColumn } from '../unknown-column.ts';

/**
 * Puts what the operator says in place of what was inferred. A flagged role binds the named columns and no other; a
 * flagged column loses any other role of that kind (unique or general). An empty list unbinds a role. Columns are named by header or
 * `sql_name`.
 * @throws HarnessError SH_ROLE_UNKNOWN, SH_INPUT_UNKNOWN_COLUMN, SH_USAGE_INVALID (several columns for a unique role,
 * or one column for several of them)
 */
export function applyRoleFlags(
  map: RoleMap,
  schema: DatasetSchema,
  flags: Readonly<Record<string, readonly string[]>>,
): RoleMap {
  const flagged = Object.entries(flags).map(([role, names]) => resolve(role, names, schema));
  refuseTwoRoles(flagged);
  const roles = new Set<string>(flagged.map(({ role }) => role));
  const taken = new Set(flagged.flatMap(({ role, columns }) => columns.map((c) => seat(role, c.sql_name))));
  const kept = map.bindings.filter((b) => !roles.has(b.role) && !taken.has(seat(b.role, b.sql_name)));
  const bound = flagged.flatMap(({ role, columns }) => columns.map((column) => flagBinding(role, column)));
  const order = Object.keys(ROLES);
  const bindings = [...kept, ...bound].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return { ...map, bindings };
}

/** A column has one seat for a unique role and one for a general one. */
function seat(role: string, column: string): string {
  return `${isRoleName(role) && ROLES[role].unique ? 'unique' : 'general'} ${column}`;
}

function resolve(
  role: string,
  names: readonly string[],
  schema: DatasetSchema,
): { role: RoleName; columns: Column[] } {
  if (!isRoleName(role)) {
    throw new HarnessError('SH_ROLE_UNKNOWN', { role, nearest: nearest(role, Object.keys(ROLES)) ?? '' });
  }
  const columns = [...new Set(names.map((name) => findColumn(role, name, schema)))];
  if (ROLES[role].unique && columns.length > 1) {
    throw new HarnessError('SH_USAGE_INVALID', {
      problem: `The role "${role}" binds one column, but --roles names ${columns.length}: ${names.join(', ')}.`,
      command: 'run',
    });
  }
  return { role, columns };
}

function refuseTwoRoles(flagged: readonly { role: RoleName; columns: readonly Column[] }[]): void {
  const roleOf = new Map<string, RoleName>();
  for (const { role, columns } of flagged) {
    for (const column of ROLES[role].unique ? columns : []) {
      const other = roleOf.get(column.sql_name);
      if (other !== undefined) {
        const problem = `--roles gives the column "${column.name}" to both "${other}" and "${role}".`;
        throw new HarnessError('SH_USAGE_INVALID', { problem, command: 'run' });
      }
      roleOf.set(column.sql_name, role);
    }
  }
}

/** By header first, then by name in SQL, then by either without regard to case. */
function findColumn(role: string, name: string, schema: DatasetSchema): Column {
  const { columns } = schema;
  const lower = name.toLowerCase();
  const found =
    columns.find((c) => c.name === name) ??
    columns.find((c) => c.sql_name === name) ??
    columns.find((c) => c.name.toLowerCase() === lower) ??
    columns.find((c) => c.sql_name.toLowerCase() === lower);
  if (found === undefined) {
    throw unknownColumn(
      `--roles ${role}`,
      name,
      columns.map((column) => column.name),
    );
  }
  return found;
}

function flagBinding(role: RoleName, column: Column): RoleBinding {
  return {
    role,
    sql_name: column.sql_name,
    confidence: 1,
    source: 'flag',
    reasons: ['named by the operator'],
  };
}
