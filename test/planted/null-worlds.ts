import { DAY, HOUR, MINUTE, parseDate } from '../../src/synth/civil-time.ts';
import { type Draws, draws } from '../../src/synth/draws.ts';
import { exponential } from '../../src/synth/elementary.ts';
import type { SyntheticTable } from '../../src/synth/index.ts';
import { closeCalendar } from '../../src/synth/log/close.ts';
import { logColumns, rowWriter } from '../../src/synth/log/columns.ts';
import { MEAN_SECONDS, nullRun } from '../../src/synth/log/null-log.ts';
import { usualServers } from '../../src/synth/log/plan.ts';
import { simulateQueue } from '../../src/synth/log/queue.ts';
import type { Run } from '../../src/synth/log/run.ts';
import { steadyMoments } from '../../src/synth/log/sources/day.ts';

// Process logs in which runs wait, though no job, user, server, hour, parameter or part of the month does anything: what
// befalls them befalls all alike. Only days differ from days, or runs come in heaps, so that rows are not independent.

const DAYS = 62;
const SERVERS = 4;

interface Day {
  /** What the usual number of runs is multiplied by. */
  readonly runs: number;
  /** Up to so many milliseconds pass before the dispatcher sees a run. */
  readonly stuck: number;
}

/** A world in which nothing has a cause that a column names. */
interface NullWorld {
  /** Share of the time that the servers are busy on a usual day. */
  readonly busy: number;
  days(random: Draws): readonly Day[];
  /** The runs that one call for work brings. */
  asked(random: Draws, at: number, month: string): readonly Run[];
  /** Mean of their number. */
  readonly runsPerCall: number;
}

const single = { runsPerCall: 1, asked: (random: Draws, at: number) => [nullRun(random, at)] };

export const NULL_WORLDS = {
  /** The load goes up and down over days, and with it the queue. */
  queue: { ...single, busy: 0.6, days: restless },
  /** Three times, for some days, the dispatcher hangs now and then. */
  incidents: { ...single, busy: 0.35, days: withIncidents },
  /** Users come for some runs of one job at a time, each with parameters of its own. */
  sessions: { busy: 0.45, days: steady, runsPerCall: 6.5, asked: sessionOf },
  /** Runs carry the accounting month, and the load has nothing to do with it. */
  close: {
    ...single,
    busy: 0.6,
    days: restless,
    asked: (random: Draws, at: number, month: string) => [
      nullRun(random, at, { parameters: `Accounting Month (date)=${month};Ledger=${random.between(1, 12)}` }),
    ],
  },
} as const satisfies Record<string, NullWorld>;

export type NullWorldName = keyof typeof NULL_WORLDS;

/** A log of such a world, in memory: 62 days, four servers with a slot each. */
export function nullWorldTable(name: NullWorldName, seed: string, rows: number): SyntheticTable {
  const servers = usualServers(SERVERS);
  const write = rowWriter(servers, false);
  const cells: ReturnType<typeof write>[] = [];
  for (const run of simulateQueue(demandOf(NULL_WORLDS[name], seed, rows / DAYS), { servers, slots: 1 })) {
    if (cells.length === rows) break;
    cells.push(write(run, run));
  }
  return { columns: logColumns(false), rows: cells, plants: [] };
}

function* demandOf(world: NullWorld, seed: string, perDay: number) {
  const close = closeCalendar(seed);
  const start = parseDate('2025-01-06') ?? 0;
  const factor = (world.busy * SERVERS * DAY) / (1000 * perDay * MEAN_SECONDS);
  const days = world.days(draws(seed, 'days'));
  for (let ordinal = 0; ; ordinal += 1) {
    const begins = start + ordinal * DAY;
    const random = draws(seed, `runs of day ${ordinal}`);
    const day = days[ordinal % days.length] ?? USUAL;
    const calls = steadyMoments(random, begins, (day.runs * perDay) / world.runsPerCall);
    const runs = calls.flatMap((at) => world.asked(random, at, close.accountingMonth(at)));
    yield { begins, runs: runs.map((run) => inWorld(random, run, factor, day)) };
  }
}

/** A priority would make some wait for others. */
function inWorld(random: Draws, run: Run, factor: number, { stuck }: Day): Run {
  const pollLag = run.pollLag + Math.floor(stuck * random.uniform());
  return { ...run, job: { ...run.job, priority: 5 }, work: Math.round(run.work * factor), pollLag };
}

const USUAL: Day = { runs: 1, stuck: 0 };

function steady(): Day[] {
  return Array.from({ length: DAYS }, () => USUAL);
}

const [AGAIN, SD] = [0.8, 0.3];

/** The logarithm of the load is an autoregression over days, with a mean load of 1. */
function restless(random: Draws): Day[] {
  let level = SD * random.normal();
  return Array.from({ length: 2 * DAYS }, () => {
    level = AGAIN * level + Math.sqrt(1 - AGAIN * AGAIN) * SD * random.normal();
    return { runs: exponential(level - (SD * SD) / 2), stuck: 0 };
  });
}

function withIncidents(random: Draws): Day[] {
  const days = steady();
  for (let i = 0; i < 3; i += 1) {
    const first = random.between(3, DAYS - 6);
    const last = first + random.between(1, 4);
    for (let day = first; day <= last; day += 1) days[day] = { runs: 1, stuck: 2 * HOUR };
  }
  return days;
}

function sessionOf(random: Draws, at: number): Run[] {
  const { job, user } = nullRun(random, at);
  let moment = at;
  return Array.from({ length: random.between(2, 11) }, () => {
    moment += Math.round(random.exponential(4 * MINUTE));
    return nullRun(random, moment, { job, user });
  });
}
