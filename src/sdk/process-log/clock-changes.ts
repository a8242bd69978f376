import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { literal } from '../sql-text.ts';
import type { ProcessLog } from './columns.ts';

/** A stretch of the wall clock that a change skips, or passes twice: microseconds since 1970 as if it were UTC. */
export interface ClockStretch {
  readonly skipped: boolean;
  readonly from: number;
  /** The first moment behind it. */
  readonly to: number;
}

/** How the clocks of some time zones are changed. */
export interface ClockChanges {
  /** A row for each change: zone, changed_at (in UTC), moved_s, is_skip, from_us, to_us. */
  readonly handle: QueryHandle;
  of(zone: string): readonly ClockStretch[];
}

const DAY = 86_400_000_000;
const WEEK = 7 * DAY;
/** Offsets are compared so far apart first, and then by the minute: no zone went back and forth within it. */
const STEP = 21_600_000_000;
const MINUTE = 60_000_000;
/** More years than that are no log: some of them are wrong. */
const MOST_YEARS = 30;

/**
 * The first and the last year of the starts of some rows; of too many, those of all but the first and the last of each thousand.
 * Undefined where there are none, or, with the reason as a note, too many still.
 */
export async function readLogYears(
  ctx: Context,
  { started }: Pick<ProcessLog, 'started'>,
  counted: string,
): Promise<readonly [number, number] | undefined> {
  const span = await ctx.query(
    `SELECT year(min(${started})) AS first_year, year(max(${started})) AS last_year,
  year(quantile_disc(${started}, 0.001)) AS early_year, year(quantile_disc(${started}, 0.999)) AS late_year FROM data WHERE ${counted}`,
  );
  const years = (first: string, last: string) => [span.number(0, first), span.number(0, last)] as const;
  for (const [first, last] of [years('first_year', 'last_year'), years('early_year', 'late_year')]) {
    if (first === null || last === null) return undefined;
    if (last - first < MOST_YEARS) return [first, last];
  }
  ctx.note(`The starts go over ${MOST_YEARS} years or more: changes of a clock are not looked for in them.`);
  return undefined;
}

/**
 * The changes of the clocks of zones while the log lasts, up to a week before and after, in the years from one to another. The rules are those of the time zone database that
 * DuckDB carries, whose version is in the fingerprint: the same on every machine, whatever its own database says.
 */
export async function readClockChanges(
  ctx: Context,
  { started }: Pick<ProcessLog, 'started'>,
  zones: readonly string[],
  [first, last]: readonly [number, number],
): Promise<ClockChanges> {
  const [from, to] = [Date.UTC(first, 0, 1) * 1000 - DAY, Date.UTC(last + 1, 0, 1) * 1000 + DAY];
  const offset = (at: string) => `epoch_us(timezone(zone, timezone('UTC', make_timestamp(${at})))) - (${at})`;
  const handle =
    await ctx.query(`WITH zones(zone) AS (VALUES ${zones.map((zone) => `(${literal(zone)})`).join(', ')}
), sparse AS (
  SELECT zone, ${from} + step * ${STEP} AS at_us FROM zones CROSS JOIN range(${Math.ceil((to - from) / STEP) + 1}) AS steps(step)
), minutes AS (
  SELECT zone, at_us - minute * ${MINUTE} AS at_us FROM sparse CROSS JOIN range(${STEP / MINUTE}) AS minutes(minute)
  WHERE ${offset('at_us')} <> ${offset(`at_us - ${STEP}`)}
), exact AS (
  SELECT zone, at_us, ${offset(`at_us - ${MINUTE}`)} AS before_us, ${offset('at_us')} AS after_us FROM minutes
), span AS (SELECT min(epoch_us(${started})) AS first_us, max(epoch_us(${started})) AS last_us FROM data)
SELECT zone, make_timestamp(at_us) AS changed_at, abs(after_us - before_us) // 1000000 AS moved_s, after_us > before_us AS is_skip,
  at_us + least(before_us, after_us) AS from_us, at_us + greatest(before_us, after_us) AS to_us
FROM exact JOIN span ON at_us BETWEEN first_us - ${WEEK} AND last_us + ${WEEK} WHERE before_us <> after_us
ORDER BY zone, changed_at`);
  const all = handle.rows.map((_, row) => ({
    zone: handle.text(row, 'zone'),
    skipped: handle.text(row, 'is_skip') === 'true',
    from: handle.number(row, 'from_us') ?? 0,
    to: handle.number(row, 'to_us') ?? 0,
  }));
  return { handle, of: (zone) => all.filter((change) => change.zone === zone) };
}

/** The zone of the setting `time_zone`; undefined where none is named. */
export function zoneOf({ settings }: Pick<Context, 'settings'>): string | undefined {
  const zone = settings['time_zone'];
  return typeof zone === 'string' && zone !== '' ? zone : undefined;
}

/**
 * Whether a change lies between two readings of the clock, or may, so that they don't tell how long something lasts, as SQL
 * over microseconds. Where the clock is passed twice each reading may be of either pass: the end may even read earlier.
 */
export function isAcross(stretches: readonly ClockStretch[], start: string, end: string): string {
  return anyOf(
    stretches,
    ({ skipped, from, to }) => `(${start} < ${to} AND ${end} >= ${skipped ? to : from})`,
  );
}

/** Whether a time lies in one of the stretches, as SQL over microseconds. */
export function isWithin(stretches: readonly ClockStretch[], time: string): string {
  return anyOf(stretches, ({ from, to }) => `(${time} >= ${from} AND ${time} < ${to})`);
}

/** Whether two readings lie where the clock is passed twice, so that the second may read earlier and be later, as SQL over microseconds. */
export function isOfTwoPasses(stretches: readonly ClockStretch[], start: string, end: string): string {
  const doubled = stretches.filter(({ skipped }) => !skipped);
  return anyOf(doubled, (one) => `(${isWithin([one], start)} AND ${isWithin([one], end)})`);
}

function anyOf(stretches: readonly ClockStretch[], sql: (one: ClockStretch) => string): string {
  return stretches.length === 0 ? 'false' : `(${stretches.map(sql).join(' OR ')})`;
}
