import type { Context, PartialContext } from '../../src/sdk/index.ts';

type Column = Context['schema'][number];
type Table = Pick<PartialContext, 'schema' | 'roles'>;

/** How a column is described: by its type, and for numbers by whether they measure anything. */
export type ColumnKind = 'measure' | 'code' | 'text' | 'boolean' | 'time';

/** Roles of ids and codes: adding such numbers up, or averaging them, says nothing. */
const CODE_ROLES: ReadonlySet<string> = new Set([
  'run_id',
  'activity',
  'module',
  'resource',
  'user',
  'status',
  'depends_on',
  'parent',
  'chain',
  'case',
  'lifecycle',
  'schedule',
  'identifier',
]);

/** The kind of a column. Numbers with a fraction are measures whatever their role. */
export function kindOf(column: Column, table: Table): ColumnKind {
  switch (column.type.kind) {
    case 'text':
    case 'boolean':
      return column.type.kind;
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return 'time';
    case 'double':
      return 'measure';
    case 'integer':
      return codeRole(column, table) === undefined ? 'measure' : 'code';
    case 'decimal':
      return column.type.scale > 0 || codeRole(column, table) === undefined ? 'measure' : 'code';
  }
}

/** The first role of a column that makes it an id or code. */
export function codeRole(column: Column, { roles }: Table): string | undefined {
  return roles.find((binding) => binding.sql_name === column.sql_name && CODE_ROLES.has(binding.role))?.role;
}

/** Columns whose moments are computed, in the order of the table. */
export function measureNames(table: Table): string[] {
  return table.schema
    .filter((column) => kindOf(column, table) === 'measure')
    .map((column) => column.sql_name);
}
