import type { Column, RoleName } from '../../contract/index.ts';
import type { Context } from '../context.ts';
import { leftOutRows } from '../process-log/left-out.ts';
import { identifier } from '../sql-text.ts';

/** A column that analyses sum, average and compare. */
export interface Measure {
  readonly sqlName: string;
  readonly unit?: string;
  /** True for one that the view defined with `ctx.derive`; it is a column of the plugin's queries like any other. */
  readonly derived: boolean;
}

/** Two halves of the rows: `sql` is 1 or 2 for each row of `data`. */
export interface Halves {
  readonly by: 'time' | 'alternate_rows';
  readonly sql: string;
}

/** The columns that analyses look at. Every plugin asks for the view, so that all agree. */
export interface TableView {
  /** Numeric columns with the role measure or duration; in process logs also eligible wait and service time. */
  readonly measures: readonly Measure[];
  /** `sql_name`s of columns that divide rows into groups. */
  readonly categories: readonly string[];
  /** `sql_name` of the column of times that orders the rows. */
  readonly time?: string;
  readonly halves: Halves;
}

const CATEGORY_ROLES = [
  'category',
  'boolean',
  'activity',
  'module',
  'resource',
  'user',
  'status',
  'priority',
  'lifecycle',
] as const satisfies readonly RoleName[];
/** Labels where they are texts: regions and currencies divide rows, latitudes don't. */
const LABEL_ROLES = ['geo', 'currency'] as const satisfies readonly RoleName[];
const TIME_ROLES = ['queued_at', 'event_timestamp', 'started_at', 'timestamp'] as const;

/**
 * Decides from the role map, in the order of the source. Derives the waits of a process log in seconds: a wait that is
 * negative (a clock that runs backwards), incomplete or longer than thirty thousand years is missing, and so is that of a
 * job that the settings leave out (`watchdog_activities`: no wait; `excluded_activities`: no service time, either).
 */
export async function tableView(ctx: Context): Promise<TableView> {
  const time = TIME_ROLES.flatMap((role) => ctx.rolesOf(role)).find((name) => isInstant(ctx.column(name)));
  const measures = [...boundMeasures(ctx), ...(await waits(ctx))];
  const labels = LABEL_ROLES.flatMap((role) => ctx.rolesOf(role)).filter(
    (name) => ctx.column(name).type.kind === 'text',
  );
  const categories = inSourceOrder(ctx, [...CATEGORY_ROLES.flatMap((role) => ctx.rolesOf(role)), ...labels]);
  return { measures, categories, ...(time !== undefined && { time }), halves: await halvesOf(ctx, time) };
}

/** The expression that says for each row whether it is in half 1 or half 2, and by what. */
export function halfSql(view: TableView): Halves {
  return view.halves;
}

function boundMeasures(ctx: Context): Measure[] {
  const durations = new Set(ctx.rolesOf('duration'));
  const names = [...ctx.rolesOf('measure'), ...durations].filter((name) => isNumeric(ctx.column(name)));
  return inSourceOrder(ctx, names).map((sqlName) => ({
    sqlName,
    derived: false,
    ...(durations.has(sqlName) && { unit: 's' }),
  }));
}

/** Eligible wait, and service time where no duration is recorded. */
async function waits(ctx: Context): Promise<Measure[]> {
  const started = ctx.role('started_at');
  if (started === undefined) return [];
  const [queued, eligible, ended] = (['queued_at', 'eligible_at', 'ended_at'] as const).map((role) =>
    comparable(ctx, role, started),
  );
  const ready = [eligible, queued].filter((name) => name !== undefined).map(identifier);
  const leftOut = await leftOutRows(ctx);
  const found: Measure[] = [];
  if (ready.length > 0) {
    found.push(
      await deriveSeconds(
        ctx,
        'eligible_wait_s',
        `coalesce(${ready.join(', ')})`,
        identifier(started),
        leftOut?.ofWaits,
      ),
    );
  }
  if (ended !== undefined && ctx.role('duration') === undefined) {
    found.push(await deriveSeconds(ctx, 'service_s', identifier(started), identifier(ended), leftOut?.ofAll));
  }
  return found;
}

/** A time that can be subtracted from the start: both with a zone or both without. */
function comparable(ctx: Context, role: RoleName, started: string): string | undefined {
  const name = ctx.role(role);
  if (name === undefined || !isInstant(ctx.column(name)) || !isInstant(ctx.column(started))) return undefined;
  const zoned = (column: Column) => column.type.kind === 'timestamptz';
  return zoned(ctx.column(name)) === zoned(ctx.column(started)) ? name : undefined;
}

/** Of a wait in microseconds: seconds are decimals of 18 digits, which DuckDB computes with in 64 bits. */
const LONGEST_WAIT = '999999999999999999';

async function deriveSeconds(
  ctx: Context,
  wanted: string,
  from: string,
  to: string,
  leftOut = 'false',
): Promise<Measure> {
  const sqlName = freeName(ctx, wanted);
  const microseconds = `(epoch_us(CAST(${to} AS TIMESTAMP)) - epoch_us(CAST(${from} AS TIMESTAMP)))`;
  const seconds = `CAST(CAST(${microseconds} AS DECIMAL(18,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS DECIMAL(18,6))`;
  const counts = leftOut === 'false' ? '' : ` AND NOT ${leftOut}`;
  await ctx.derive(
    sqlName,
    `CASE WHEN ${microseconds} BETWEEN 0 AND ${LONGEST_WAIT}${counts} THEN ${seconds} END`,
  );
  return { sqlName, unit: 's', derived: true };
}

/** The name itself, or with underscores added where the table has a column of that name. */
function freeName(ctx: Context, wanted: string): string {
  const taken = ctx.schema.some((column) => column.sql_name.toLowerCase() === wanted);
  return taken ? freeName(ctx, `${wanted}_`) : wanted;
}

/**
 * By time: the earlier and the later half of the rows, cut at the median instant; of the rows at that very instant,
 * those with the lower row numbers are earlier. Without times, and for rows without one: by the parity of the binary
 * digits of the row number (the Thue–Morse sequence), which alternates and yet has no period that the order of the
 * rows could share.
 */
async function halvesOf(ctx: Context, time: string | undefined): Promise<Halves> {
  const alternate = '1 + bit_count(_sh_row_number) % 2';
  const cut = time === undefined ? undefined : await medianRow(ctx, time);
  if (cut === undefined) return { by: 'alternate_rows', sql: `(${alternate})` };
  return {
    by: 'time',
    sql: `(CASE WHEN ${cut.microseconds} IS NULL THEN ${alternate} WHEN ${cut.isEarlier} THEN 1 ELSE 2 END)`,
  };
}

/** The last row of the earlier half of those that have a time; undefined where none has. */
async function medianRow(ctx: Context, time: string) {
  const microseconds = `epoch_us(CAST(${identifier(time)} AS TIMESTAMP))`;
  const median = await ctx.query(
    `WITH cut AS (SELECT quantile_disc(${microseconds}, 0.5) AS instant FROM data)
SELECT (SELECT instant FROM cut) AS instant, count(${microseconds}) AS times,
  count_if(${microseconds} < (SELECT instant FROM cut)) AS earlier,
  count_if(${microseconds} = (SELECT instant FROM cut)) AS at_once FROM data`,
  );
  const instant = median.text(0, 'instant');
  if (instant === null) return undefined;
  const [times = 0, earlier = 0, atOnce = 0] = ['times', 'earlier', 'at_once'].map(
    (name) => median.number(0, name) ?? 0,
  );
  const wanted = Math.ceil(times / 2) - earlier;
  if (wanted >= atOnce) return { microseconds, isEarlier: `${microseconds} <= ${instant}` };
  const row = await ctx.query(
    `SELECT _sh_part, _sh_row_number FROM data WHERE ${microseconds} = ${instant}
ORDER BY _sh_part, _sh_row_number LIMIT 1 OFFSET ${wanted - 1}`,
  );
  const [part, number] = [row.text(0, '_sh_part'), row.text(0, '_sh_row_number')];
  const upToRow = `(_sh_part < ${part} OR (_sh_part = ${part} AND _sh_row_number <= ${number}))`;
  return {
    microseconds,
    isEarlier: `${microseconds} < ${instant} OR (${microseconds} = ${instant} AND ${upToRow})`,
  };
}

function inSourceOrder(ctx: Context, names: readonly string[]): string[] {
  const wanted = new Set(names);
  return ctx.schema.map((column) => column.sql_name).filter((name) => wanted.has(name));
}

function isNumeric({ type }: Column): boolean {
  return type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'double';
}

function isInstant({ type }: Column): boolean {
  return type.kind === 'timestamp' || type.kind === 'timestamptz' || type.kind === 'date';
}
