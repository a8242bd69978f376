import type { Context } from '../../src/sdk/index.ts';

export type Binding = Context['roles'][number];

/** Roles that bind lists of columns and describe a column alone; all others are unique in a table. */
export const GENERAL_ROLES: readonly string[] = [
  'timestamp',
  'measure',
  'category',
  'identifier',
  'text',
  'boolean',
  'geo',
  'currency',
];

/** Bindings of roles that a table has once. */
export function uniqueBindings(ctx: Pick<Context, 'roles'>): readonly Binding[] {
  return ctx.roles.filter((binding) => !GENERAL_ROLES.includes(binding.role));
}

/** A role as words: `queued_at` → `queued at`. */
export function inWords(role: string): string {
  return role.replaceAll('_', ' ');
}
