import { HarnessError, nearest } from '../../base/index.ts';
import {
  type Column,
  type DatasetSchema,
  type DerivedDefinition,
  isRoleName,
  ROLES,
  type RoleBinding,
  type RoleMap,
  type RoleName,
} from '../../contract/index.ts';
import { unknownColumn } from '../unknown-column.ts';
import { withDerivedInUse } from './derived/in-use.ts';
import { keepPointing } from './points-at.ts';

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
  const flagged = Object.entries(flags).map(([role, names]) => resolve(role, names, columnsOf(map, schema)));
  refuseTwoRoles(flagged);
  const roles = new Set<string>(flagged.map(({ role }) => role));
  const taken = new Set(flagged.flatMap(({ role, columns }) => columns.map((c) => seat(role, c.sql_name))));
  const kept = map.bindings.filter((b) => !roles.has(b.role) && !taken.has(seat(b.role, b.sql_name)));
  const bound = flagged.flatMap(({ role, columns }) => columns.map((column) => flagBinding(role, column)));
  const order = Object.keys(ROLES);
  const bindings = [...kept, ...bound].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return withDerivedInUse({ ...map, bindings: keepPointing(map, bindings) });
}

/** What can be named: columns of the table, and those derived from them. */
type Nameable = Column | DerivedDefinition;

function columnsOf({ derived = [] }: RoleMap, { columns }: DatasetSchema): readonly Nameable[] {
  return [...columns, ...derived];
}

/** A column has one seat for a unique role and one for a general one. */
export function seat(role: string, column: string): string {
  return `${isRoleName(role) && ROLES[role].unique ? 'unique' : 'general'} ${column}`;
}

function resolve(
  role: string,
  names: readonly string[],
  known: readonly Nameable[],
): { role: RoleName; columns: readonly Nameable[] } {
  if (!isRoleName(role)) {
    throw new HarnessError('SH_ROLE_UNKNOWN', { role, nearest: nearest(role, Object.keys(ROLES)) ?? '' });
  }
  const named = names.map((name) => findColumn(role, name, known));
  const columns = [...new Set(role === 'accounting_month' ? named.map((one) => monthOf(one, known)) : named)];
  if (ROLES[role].unique && columns.length > 1) {
    throw new HarnessError('SH_USAGE_INVALID', {
      problem: `The role "${role}" binds one column, but --roles names ${columns.length}: ${names.join(', ')}.`,
      command: 'run',
    });
  }
  return { role, columns };
}

/** A month as it is; of a column of the table, the one that is derived from the whole of it. */
function monthOf(named: Nameable, known: readonly Nameable[]): Nameable {
  const isMonth = (one: Nameable) => 'kind' in one && one.kind === 'month';
  const found = isMonth(named)
    ? named
    : known.find((one) => isMonth(one) && 'key' in one && one.key === null && one.from === named.sql_name);
  if (found !== undefined) return found;
  const months = known.filter(isMonth).map(({ name }) => `"${name}"`);
  throw new HarnessError('SH_USAGE_INVALID', {
    problem:
      `The values of "${named.name}" do not read as months. ` +
      (months.length === 0 ? 'No values of this table do.' : `These do: ${months.join(', ')}.`),
    command: 'run',
  });
}

function refuseTwoRoles(flagged: readonly { role: RoleName; columns: readonly Nameable[] }[]): void {
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

/** By header (of a derived column, its key) first, then by name in SQL, then by either without regard to case. */
function findColumn(role: string, name: string, known: readonly Nameable[]): Nameable {
  const lower = name.toLowerCase();
  const found =
    known.find((c) => c.name === name) ??
    known.find((c) => c.sql_name === name) ??
    known.find((c) => c.name.toLowerCase() === lower) ??
    known.find((c) => c.sql_name.toLowerCase() === lower);
  if (found === undefined) {
    throw unknownColumn(
      `--roles ${role}`,
      name,
      known.map((column) => column.name),
    );
  }
  return found;
}

function flagBinding(role: RoleName, column: Nameable): RoleBinding {
  return {
    role,
    sql_name: column.sql_name,
    confidence: 1,
    source: 'flag',
    reasons: ['named by the operator'],
  };
}
