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

/** Whether something lasts across a change, so that two readings of the clock don't tell how long, as SQL over microseconds. */
export function isAcross(stretches: readonly ClockStretch[], start: string, end: string): string {
  const one = ({ skipped, from, to }: ClockStretch) => {
    const over = `(${start} < ${to} AND ${end} >= ${to})`;
    return skipped ? over : `${over} OR (${start} < ${from} AND ${end} >= ${from} AND ${end} < ${to})`;
  };
  return stretches.length === 0 ? 'false' : `(${stretches.map(one).join(' OR ')})`;
}
