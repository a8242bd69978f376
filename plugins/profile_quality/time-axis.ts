import type { Surveyed, Table } from './survey.ts';

/** The time that the rows of a table lie at. */
export interface TimeAxis {
  readonly name: string;
  readonly sql: string;
  /** The same without zone, in UTC. */
  readonly instant: string;
  readonly column: Surveyed;
}

const LEADING = ['queued_at', 'event_timestamp', 'started_at', 'timestamp'] as const;

/** The first of the roles queued, event, started, any other time that the table has. */
export function timeAxis({ ctx, columns }: Table): TimeAxis | undefined {
  const name = LEADING.map((role) => ctx.role(role)).find((one) => one !== undefined);
  const column = columns.find((one) => one.column.sql_name === name && one.use === 'time');
  if (name === undefined || column === undefined) return undefined;
  return { name, sql: column.sql, instant: `CAST(${column.sql} AS TIMESTAMP)`, column };
}
