import { type Context, identifier, literal } from '../../src/sdk/index.ts';

type RoleName = Parameters<Context['role']>[0];

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

/** A column of the log as this plugin's SQL names it; undefined where the log has none that can be used. */
export interface Log {
  readonly queued: string | undefined;
  readonly eligible: string | undefined;
  readonly started: string;
  readonly ended: string | undefined;
  /** Seconds of work, where no end is recorded. */
  readonly duration: string | undefined;
  readonly activity: string;
}

/** Names of the derived columns, which no column of the table has. */
export interface ClockColumns {
  readonly preEligible: string;
  readonly wait: string;
  readonly over: string;
  readonly service: string;
  readonly window: string;
  readonly watchdog: string;
  readonly adjustable: string;
}

/**
 * Binds the roles to columns. A time column of another kind than the start (a zone against none, or text) can't be
 * compared with it; it is left out, with a note. Undefined, with the reason as a note, where no wait can be computed.
 */
export function readLog(ctx: Context): Log | undefined {
  const start = ctx.role('started_at');
  const activity = ctx.role('activity');
  if (start === undefined || activity === undefined) return undefined;
  const zoned = isZoned(ctx, start);
  if (zoned === undefined) {
    ctx.note(
      `The start times (${ctx.column(start).name}) are no dates or times, so that no wait can be computed.`,
    );
    return undefined;
  }
  const instant = (role: RoleName) => comparable(ctx, role, zoned);
  const log: Log = {
    queued: instant('queued_at'),
    eligible: instant('eligible_at'),
    started: asTimestamp(start),
    ended: instant('ended_at'),
    duration: exactNumber(ctx, 'duration'),
    activity: identifier(activity),
  };
  if (log.queued !== undefined || log.eligible !== undefined) return log;
  ctx.note(
    'Neither queue times nor eligible times can be compared with the start times: no wait is computed.',
  );
  return undefined;
}

/** Derives every interval and label once; from then on they are columns of this plugin's queries. */
export async function deriveClock(ctx: Context, log: Log): Promise<ClockColumns> {
  const derive = (name: string, sql: string) => deriveAs(ctx, name, sql);
  const wait = await derive('eligible_wait_us', difference(readyTime(log), log.started));
  return {
    wait,
    preEligible: await derive('pre_eligible_wait_us', difference(log.queued, log.eligible)),
    over: await derive('over_threshold_wait_us', overThreshold(wait, ctx)),
    service: await derive('service_us', serviceTime(log)),
    window: await derive('close_window', closeWindow(log, ctx)),
    watchdog: await derive('is_watchdog', isOneOf(log.activity, ctx.settings['watchdog_activities'])),
    adjustable: await derive(
      'is_adjustable',
      `NOT ${isOneOf(log.activity, ctx.settings['not_adjustable_activities'])}`,
    ),
  };
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

/** When a run could have started: eligible, or queued where no eligible time is recorded. */
function readyTime(log: Log): string {
  return log.eligible === undefined || log.queued === undefined
    ? (log.eligible ?? log.queued ?? 'NULL')
    : `coalesce(${log.eligible}, ${log.queued})`;
}

/** Whole microseconds from one time to another; negative where the clock runs backwards. */
function difference(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return 'CAST(NULL AS BIGINT)';
  return `epoch_us(${to}) - epoch_us(${from})`;
}

function serviceTime(log: Log): string {
  if (log.ended !== undefined) return difference(log.started, log.ended);
  if (log.duration === undefined) return 'CAST(NULL AS BIGINT)';
  return `CAST(CAST(${log.duration} AS DECIMAL(30,6)) * CAST(1000000 AS DECIMAL(7,0)) AS HUGEINT)`;
}

/** The whole wait of a run that waits longer than the threshold; 0 up to it; missing where the wait is. */
function overThreshold(wait: string, ctx: Context): string {
  const threshold = Math.round(Number(ctx.settings['threshold_s']) * 1e6);
  return `CASE WHEN ${wait} > ${threshold} THEN ${wait} WHEN ${wait} >= 0 THEN 0 END`;
}

function closeWindow(log: Log, ctx: Context): string {
  if (log.queued === undefined) return `'unknown'`;
  const first = Number(ctx.settings['close_start_day']);
  const last = Number(ctx.settings['close_end_day']);
  const day = `day(${log.queued})`;
  const inside = `${day} >= ${first} ${first <= last ? 'AND' : 'OR'} ${day} <= ${last}`;
  return `CASE WHEN ${log.queued} IS NULL THEN 'unknown' WHEN ${inside} THEN 'close' ELSE 'open' END`;
}

function isOneOf(column: string, names: unknown): string {
  const list = Array.isArray(names) ? names.map((name) => literal(String(name))) : [];
  if (list.length === 0) return 'false';
  return `coalesce(CAST(${column} AS VARCHAR) IN (${list.join(', ')}), false)`;
}
