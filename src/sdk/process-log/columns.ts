import type { Context } from '../context.ts';
import { identifier } from '../sql-text.ts';

type RoleName = Parameters<Context['role']>[0];

/** The columns of a process log as SQL; undefined where the log has none that can be used. Times are TIMESTAMP. */
export interface ProcessLog {
  readonly queued: string | undefined;
  readonly eligible: string | undefined;
  readonly started: string;
  readonly ended: string | undefined;
  /** Seconds of work, exact (an integer or a decimal); where a log has no end, it is all that is known of the service time. */
  readonly duration: string | undefined;
  readonly activity: string;
}

/** The name of a group whose runs have none. */
export const NO_NAME = '(none)';

/**
 * Binds the roles of a process log to columns. A time column of another kind than the start (a zone against none, or
 * text) can't be compared with it; it is left out, with a note. Undefined, with the reason as a note, where starts or
 * jobs are not to be had.
 */
export function readProcessLog(ctx: Context): ProcessLog | undefined {
  const start = ctx.role('started_at');
  const activity = ctx.role('activity');
  if (start === undefined || activity === undefined) return undefined;
  const zoned = isZoned(ctx, start);
  if (zoned === undefined) {
    ctx.notLookedFor(
      `The start times (${ctx.column(start).name}) are no dates or times, so that nothing can be computed from them.`,
    );
    return undefined;
  }
  const instant = (role: RoleName) => comparable(ctx, role, zoned);
  return {
    queued: instant('queued_at'),
    eligible: instant('eligible_at'),
    started: asTimestamp(start),
    ended: instant('ended_at'),
    duration: exactNumber(ctx, 'duration'),
    activity: identifier(activity),
  };
}

/** When a run could have started, as SQL: eligible, or queued where no eligible time is recorded. */
export function readyTime({ eligible, queued }: ProcessLog): string | undefined {
  if (eligible === undefined || queued === undefined) return eligible ?? queued;
  return `coalesce(${eligible}, ${queued})`;
}

/** The name of a run's group by a role, as SQL text; `(none)` where it has none. */
export function groupName(ctx: Context, role: RoleName): string {
  const column = ctx.role(role);
  return column === undefined
    ? `'${NO_NAME}'`
    : `coalesce(CAST(${identifier(column)} AS VARCHAR), '${NO_NAME}')`;
}

/** Derives a column and returns its name as SQL. */
export async function deriveAs(ctx: Context, wanted: string, sql: string): Promise<string> {
  const name = freeName(ctx, wanted);
  await ctx.derive(name, sql);
  return identifier(name);
}

/** The name itself, or with underscores added where the table has a column of that name. */
export function freeName(ctx: Context, wanted: string): string {
  const taken = ctx.schema.some((column) => column.sql_name.toLowerCase() === wanted.toLowerCase());
  return taken ? freeName(ctx, `${wanted}_`) : wanted;
}

/** Whether a column holds dates or times. */
export function isInstant(ctx: Context, sqlName: string): boolean {
  return isZoned(ctx, sqlName) !== undefined;
}

function isZoned(ctx: Context, sqlName: string): boolean | undefined {
  const { kind } = ctx.column(sqlName).type;
  if (kind === 'timestamptz') return true;
  return kind === 'timestamp' || kind === 'date' ? false : undefined;
}

function comparable(ctx: Context, role: RoleName, zoned: boolean): string | undefined {
  const name = ctx.role(role);
  if (name === undefined) return undefined;
  if (isZoned(ctx, name) === zoned) return asTimestamp(name);
  ctx.note(
    `${ctx.column(name).name} can't be compared with the start times (one has a time zone and the other none, or it is no time): it is left out.`,
  );
  return undefined;
}

/** Instants are shown in UTC; a date is its midnight. */
function asTimestamp(name: string): string {
  return `CAST(${identifier(name)} AS TIMESTAMP)`;
}

function exactNumber(ctx: Context, role: RoleName): string | undefined {
  const name = ctx.role(role);
  if (name === undefined) return undefined;
  const { type } = ctx.column(name);
  const exact = type.kind === 'integer' || (type.kind === 'decimal' && type.scale <= 6);
  return exact ? identifier(name) : undefined;
}
