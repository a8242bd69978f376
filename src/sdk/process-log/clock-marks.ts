import type { Context } from '../context.ts';
import { isAcross, readClockChanges, readLogYears, zoneOf } from './clock-changes.ts';
import { type ProcessLog, readyTime } from './columns.ts';
import { isNotExcluded } from './left-out.ts';

/**
 * Where the setting `time_zone` names whose wall clock the local times are: every finding gets a limitation if runs wait or
 * work across a change of that clock, or may, with a note of how many. Their lengths are told as the readings of the clock differ.
 */
export async function markClockChanges(ctx: Context, log: ProcessLog): Promise<void> {
  const zone = zoneOf(ctx);
  if (zone === undefined) return;
  const start = ctx.role('started_at');
  if (start !== undefined && ctx.column(start).type.kind === 'timestamptz') {
    ctx.note(
      `The times carry offsets, so that they are instants: the setting time_zone changes nothing, and days, hours and the close window are counted in UTC, not in ${zone}.`,
    );
    return;
  }
  const counted = isNotExcluded(ctx, log);
  const years = await readLogYears(ctx, log, counted);
  if (years === undefined) return;
  const changes = await readClockChanges(ctx, log, [zone], years);
  const stretches = changes.of(zone);
  if (stretches.length === 0) return;
  const us = (time: string | undefined) => (time === undefined ? undefined : `epoch_us(${time})`);
  const across = (from: string | undefined, to: string | undefined) =>
    from === undefined || to === undefined ? 'false' : isAcross(stretches, from, to);
  const [ready, started, ended] = [us(readyTime(log)), us(log.started), us(log.ended)];
  const counts = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${across(ready, started)}) AS waits, count(*) FILTER (WHERE ${across(started, ended)}) AS services FROM data WHERE ${counted}`,
  );
  const [waits, services] = [counts.number(0, 'waits') ?? 0, counts.number(0, 'services') ?? 0];
  if (waits + services === 0) return;
  ctx.note(
    `Across a change of the clock of ${zone}, or perhaps across one: ${waits} waits and ${services} runs. What the clock shows at their ends may differ by an amount that is off by as much as it was moved; analysis_clock_violations, where it runs, has the rows.`,
  );
  ctx.limitation(
    'Some runs wait or work across a change of the clock of the time zone that is set, or may do so: what they count for is the difference of two readings of that clock, which may be off by as much as it was moved.',
  );
}
