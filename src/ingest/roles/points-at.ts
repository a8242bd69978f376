import type { RoleBinding, RoleMap } from '../../contract/index.ts';

const POINTERS: ReadonlySet<string> = new Set(['depends_on', 'parent', 'chain']);
/** Below this confidence few values of a pointer were found in the run id, so that it may as well hold those of another. */
const FOUND = 0.6;

/**
 * What a column points at follows from its values: where another column becomes the run id, or a pointer gets another
 * role, it still holds the ids of the column in which `before` found them.
 */
export function keepPointing(before: RoleMap, bindings: readonly RoleBinding[]): RoleBinding[] {
  const runId = runIdIn(bindings);
  return bindings.map((binding) => {
    const target = binding.points_at ?? targetIn(before, binding);
    return target === undefined || target === runId ? binding : { ...binding, points_at: target };
  });
}

function targetIn({ bindings }: RoleMap, { role, sql_name }: RoleBinding): string | undefined {
  if (!POINTERS.has(role)) return undefined;
  const found = bindings.find((one) => POINTERS.has(one.role) && one.sql_name === sql_name);
  if (found === undefined || found.confidence < FOUND) return found?.points_at;
  return found.points_at ?? runIdIn(bindings);
}

function runIdIn(bindings: readonly RoleBinding[]): string | undefined {
  return bindings.find(({ role }) => role === 'run_id')?.sql_name;
}
