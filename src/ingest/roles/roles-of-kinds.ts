import type { ROLES, RoleName } from '../../contract/index.ts';

/** A role that binds at most one column of the table itself. */
export type UniqueRole = Exclude<
  { [R in RoleName]: (typeof ROLES)[R]['unique'] extends true ? R : never }[RoleName],
  // Found among the derived columns.
  'accounting_month'
>;

/** A role that binds an ordered list of columns. */
export type GeneralRole = Exclude<RoleName, UniqueRole | 'accounting_month'>;

/** What a table is: rows are job runs, rows are events of cases, or anything else. */
export type TableKind = 'process_log' | 'event_log' | 'plain';

/** The unique roles a table of each kind can have. A plain table has none. */
export const ROLES_OF_KIND = {
  process_log: [
    'run_id',
    'activity',
    'module',
    'queued_at',
    'eligible_at',
    'started_at',
    'ended_at',
    'duration',
    'resource',
    'user',
    'status',
    'depends_on',
    'parent',
    'chain',
    'parameters',
    'schedule',
    'priority',
    'attempts',
  ],
  event_log: ['case', 'activity', 'event_timestamp', 'lifecycle', 'resource'],
  plain: [],
} as const satisfies Record<TableKind, readonly UniqueRole[]>;
