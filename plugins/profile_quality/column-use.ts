import type { Context } from '../../src/sdk/index.ts';

type Column = Context['schema'][number];

/** What a column is used for: names of rows or things, labels that repeat, quantities, times, free text. */
export type ColumnUse = 'id' | 'label' | 'measure' | 'time' | 'text' | 'other';

/** The use of each role; where a column has several, the first use of this list decides. */
const USES: readonly (readonly [ColumnUse, readonly string[]])[] = [
  ['id', ['run_id', 'identifier', 'case', 'depends_on', 'parent', 'chain']],
  ['label', ['activity', 'module', 'resource', 'user', 'status', 'priority', 'lifecycle', 'schedule']],
  ['label', ['category', 'boolean', 'currency', 'geo']],
  ['text', ['text', 'parameters']],
  ['measure', ['measure', 'duration', 'attempts']],
];

/** Roles of columns that point at other rows. */
export const POINTERS: readonly string[] = ['depends_on', 'parent', 'chain'];

/** Roles of columns in which a missing value says "none". */
export const NONE_IF_MISSING: readonly string[] = [...POINTERS, 'schedule', 'parameters'];

/** The use of columns by the role map; without a role it is the type that says it. */
export function usesOf({ roles }: Pick<Context, 'roles'>): (column: Column) => ColumnUse {
  return (column) => {
    if (TIMES.has(column.type.kind)) return 'time';
    const own = new Set(roles.filter((role) => role.sql_name === column.sql_name).map(({ role }) => role));
    const use = USES.find(([, names]) => names.some((name) => own.has(name)))?.[0];
    if (use === 'label' && isFractional(column)) return 'other';
    return use ?? (column.type.kind === 'text' ? 'text' : 'other');
  };
}

const TIMES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);

/** Latitudes and the like: neither labels nor quantities. */
function isFractional({ type }: Column): boolean {
  return type.kind === 'double' || (type.kind === 'decimal' && type.scale > 0);
}
