import { type FieldInput, inClose, type QueryHandle, readyTime } from '../../src/sdk/index.ts';
import type { Study } from './whole-log.ts';

/** What is said of the work that became ready in the close, hour by hour, as slots; nothing where the log shows no hour of it. */
export interface OfferedLoad {
  readonly sentence: string;
  readonly fields: Readonly<Record<string, FieldInput>>;
}

/** Service time that became ready within each hour of the close, over an hour: so many slots it takes to be done within one. */
export async function readOfferedLoad(
  study: Study,
  slots: number,
  perServer: number | undefined,
): Promise<OfferedLoad> {
  const { ctx, log } = study;
  const ready = readyTime(log);
  if (ready === undefined) return { sentence: '', fields: {} };
  const hours = await ctx.query(hoursSql(study, ready));
  const loads = hours.rows.map((_, row) => (hours.number(row, 'work_us') ?? 0) / 3.6e9).sort((a, b) => a - b);
  if (loads.length === 0) return { sentence: '', fields: {} };
  const busiest = atRank(loads, 0.95);
  const wanted = ctx.derivation({
    method:
      'service time that became ready within an hour of the close, over an hour; quantiles by nearest rank',
    parameters: { slots },
    values: {
      close_hours: loads.length,
      hours_above: loads.filter((load) => load > slots).length,
      median_wanted: atRank(loads, 0.5),
      p95_wanted: busiest,
      most_wanted: loads.at(-1) ?? null,
      slots_per_server: perServer ?? null,
      servers: perServer === undefined ? null : slots / perServer,
      servers_wanted: perServer === undefined ? null : Math.ceil(busiest / perServer),
      most_servers_wanted: perServer === undefined ? null : Math.ceil((loads.at(-1) ?? 0) / perServer),
    },
    inputs: [hours],
  });
  const sentences = [
    'In {hours_above} of the {close_hours} hours of the close (day {first_day} to day {last_day}, a setting) more work became ready than {slots} slots can do in an hour: ' +
      'work for {median_wanted} slots in the median, for {p95_wanted} or more in one hour of twenty, and for {most_wanted} at most.',
    ...(perServer === undefined
      ? []
      : [
          'The slots are those of {servers} servers with {slots_per_server} at once each, at most; with as many on each it takes {servers_wanted} servers to do within the hour what becomes ready in nineteen hours of twenty, and {most_servers_wanted} in each hour.',
        ]),
  ];
  const names = ['close_hours', 'hours_above', 'median_wanted', 'p95_wanted', 'most_wanted'];
  const ofServers =
    perServer === undefined ? [] : ['slots_per_server', 'servers', 'servers_wanted', 'most_servers_wanted'];
  return {
    sentence: sentences.join(' '),
    fields: {
      first_day: { setting: 'close_start_day' },
      last_day: { setting: 'close_end_day' },
      ...Object.fromEntries([...names, ...ofServers].map((name) => [name, wanted.value(name)])),
    },
  };
}

/** How many runs each server had at once at most, where all had the same and together they are the slots. */
export function slotsPerServer(levels: QueryHandle | undefined, slots: number): number | undefined {
  if (levels === undefined) return undefined;
  const peaks = new Map<string, number>();
  for (const row of levels.rows.keys()) {
    const name = levels.text(row, 'name') ?? '';
    peaks.set(name, Math.max(peaks.get(name) ?? 0, levels.number(row, 'running') ?? 0));
  }
  const [first = 0, ...others] = [...peaks.values()];
  return first * peaks.size === slots && others.every((peak) => peak === first) ? first : undefined;
}

/** By nearest rank, of numbers in order. */
function atRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

const HOUR_US = 3_600_000_000n;

/** An hour counts by its own day. Those without work count from the first start to the last end. */
function hoursSql({ ctx, occupancy: { running }, span }: Study, ready: string): string {
  const [first, last] = [span.bigint(0, 'first_us') ?? 0n, span.bigint(0, 'last_us') ?? 0n];
  const from = (first / HOUR_US) * HOUR_US;
  return `WITH worked AS (
  SELECT date_trunc('hour', ${ready}) AS hour, sum(${running.to} - ${running.from}) AS work_us
  FROM data WHERE ${running.where} AND ${running.from} < ${running.to} AND ${ready} IS NOT NULL GROUP BY ALL
), hours AS (
  SELECT coalesce(hour, make_timestamp(moment)) AS hour, coalesce(work_us, 0) AS work_us
  FROM worked FULL JOIN range(${from}, ${last}, ${HOUR_US}) AS moments(moment) ON hour = make_timestamp(moment)
)
SELECT hour, work_us FROM hours WHERE ${inClose(ctx, 'hour')} ORDER BY hour`;
}
