import type { Context } from '../context.ts';
import { isAcross, readClockChanges, zoneOf } from './clock-changes.ts';
import { type ProcessLog, readyTime } from './columns.ts';

/** More years than that are no log: its years are wrong. */
const MOST_YEARS = 100;

/**
 * Where the setting `time_zone` names whose wall clock the local times are: every finding gets a limitation if runs wait or
 * work across a change of that clock, with a note of how many. Their lengths are told as the readings of the clock differ.
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
  const span = await ctx.query(
    `SELECT year(quantile_disc(${log.started}, 0.001)) AS first_year, year(quantile_disc(${log.started}, 0.999)) AS last_year FROM data`,
  );
  const [first, last] = [span.number(0, 'first_year'), span.number(0, 'last_year')];
  if (first === null || last === null || last - first >= MOST_YEARS) return;
  const changes = await readClockChanges(ctx, log, [zone], [first, last]);
  const stretches = changes.of(zone);
  if (stretches.length === 0) return;
  const us = (time: string | undefined) => (time === undefined ? undefined : `epoch_us(${time})`);
  const across = (from: string | undefined, to: string | undefined) =>
    from === undefined || to === undefined ? 'false' : isAcross(stretches, from, to);
  const [ready, started, ended] = [us(readyTime(log)), us(log.started), us(log.ended)];
  const counts = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${across(ready, started)}) AS waits, count(*) FILTER (WHERE ${across(started, ended)}) AS services FROM data`,
  );
  const [waits, services] = [counts.number(0, 'waits') ?? 0, counts.number(0, 'services') ?? 0];
  if (waits + services === 0) return;
  ctx.note(
    `Across a change of the clock of ${zone}: ${waits} waits and ${services} runs. What the clock shows at their ends differs by an amount that is off by as much as it was moved; analysis_clock_violations has the rows.`,
  );
  ctx.limitation(
    'Some runs wait or work across a change of the clock of the time zone that is set: what they count for is the difference of two readings of that clock, off by as much as it was moved.',
  );
}
