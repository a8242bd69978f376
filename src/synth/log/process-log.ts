import type { Counterfactual, PlantTruth } from '../../contract/index.ts';
import { DAY, parseDate, timeWriter } from '../civil-time.ts';
import { plantTruth } from '../plant-facts.ts';
import { chosenPlants, type PlantSizes } from '../plant-size.ts';
import type { SyntheticCell, SyntheticColumn } from '../table/columns.ts';
import type { SyntheticTable } from '../table/plain-table.ts';
import { rounded } from '../tallies.ts';
import { clockWriter } from './clock-faults.ts';
import { closeCalendar } from './close.ts';
import { logColumns, rowWriter } from './columns.ts';
import { demand, demandPerDay, peakLoad } from './demand.ts';
import { ALL_JOBS } from './jobs.ts';
import { ampleServers, nullDemand } from './null-log.ts';
import { enoughServers } from './peak.ts';
import { healthyPlan, type LogPlan, rulesOf, usualServers } from './plan.ts';
import type { LogPlant } from './plant.ts';
import { LOG_PLANTS } from './plants/index.ts';
import { simulateQueue } from './queue.ts';
import type { Job, Run } from './run.ts';
import { THRESHOLD, WaitTally } from './wait-tally.ts';

export interface LogRequest {
  /** 64 bits, decimal text. */
  readonly seed: string;
  readonly rows: number;
  readonly plants?: PlantSizes;
  /** First day, `2025-01-06`. */
  readonly start?: string;
  /** Days that the rows take, about. */
  readonly days?: number;
  /** Servers; by default enough, or too few where that is planted. */
  readonly servers?: number;
  /** Runs at once on each. */
  readonly slots?: number;
}

const FIRST_DAY = '2025-01-06';
const SLOTS = 2;
const ROWS_A_DAY = 400;
/** A larger log takes more days, so that what is held of it at once does not grow with it. */
const MOST_ROWS_A_DAY = 30_000;
/** However much is planted, this share of the rows a day stays usual work. */
const LEAST_USUAL_WORK = 0.15;

/** Days that a log of so many rows covers, if nobody says: at least two month-ends, and a year up to ten million rows. */
export function usualDays(rows: number): number {
  const uptoYear = Math.min(365, Math.max(62, Math.round(rows / ROWS_A_DAY)));
  return Math.max(uptoYear, Math.ceil(rows / MOST_ROWS_A_DAY));
}

/**
 * The plan of a log with what is planted in it. What plants add is taken from the usual work, so that the log still
 * takes its days. Throws RangeError on an unknown plant or size.
 */
export function logPlan(request: LogRequest): LogPlan {
  const target = request.rows / (request.days ?? usualDays(request.rows));
  let usual = target;
  let plan = planWith(request, usual);
  for (let round = 0; round < 3 && Object.keys(request.plants ?? {}).length > 0; round += 1) {
    const excess = demandPerDay(plan) - target;
    if (Math.abs(excess) < 0.01 * target) break;
    usual = Math.max(LEAST_USUAL_WORK * target, usual - excess / 1.1);
    plan = planWith(request, usual);
  }
  return plan;
}

function planWith(request: LogRequest, rowsPerDay: number): LogPlan {
  const bare = barePlan(request, rowsPerDay);
  const peak = peakLoad(bare);
  const servers = usualServers(request.servers ?? enoughServers(peak, bare.slots));
  const healthy = { ...bare, peak, servers, serversFixed: request.servers !== undefined };
  return chosenPlants(LOG_PLANTS, request.plants ?? {}).reduce<LogPlan>(
    (plan, { plant, size }) => plant.apply(plan, size),
    healthy,
  );
}

function barePlan(request: LogRequest, rowsPerDay: number): LogPlan {
  return healthyPlan({
    seed: request.seed,
    start: parseDate(request.start ?? FIRST_DAY) ?? 0,
    days: request.days ?? usualDays(request.rows),
    rowsPerDay,
    close: closeCalendar(request.seed),
    slots: request.slots ?? SLOTS,
  });
}

/** The runs of a plan, in the order of their ids, without an end. */
export function simulatePlan(plan: LogPlan): Generator<Run> {
  return simulateQueue(demand(plan), rulesOf(plan));
}

/** A process log that is made row by row. */
export interface ProcessLog {
  readonly columns: readonly SyntheticColumn[];
  rows(): Generator<readonly SyntheticCell[]>;
  /** What was planted, measured, and what would have been; only after the last row. Simulates again. */
  plants(): PlantTruth[];
  /** Totals of the log; only after the last row. */
  measured(): Record<string, number | string>;
  byActivity(): Record<string, Record<string, number | string>>;
  parameters(): Record<string, unknown>;
}

/**
 * A process log out of a simulated queue (`simulateQueue`), with the effects that are asked for. Throws RangeError on
 * an unknown plant or a size out of its range.
 */
export function processLog(request: LogRequest): ProcessLog {
  return logOf(request, logPlan(request), chosenPlants(LOG_PLANTS, request.plants ?? {}), demand);
}

/** A log in which nothing depends on anything, on servers that are never all busy. */
export function nullLog(request: Omit<LogRequest, 'plants'>): ProcessLog {
  const plan = barePlan(request, request.rows / (request.days ?? usualDays(request.rows)));
  const servers = usualServers(request.servers ?? ampleServers(plan.rowsPerDay, plan.slots));
  return logOf(request, { ...plan, servers }, [], nullDemand);
}

function logOf(
  request: LogRequest,
  plan: LogPlan,
  planted: readonly { readonly plant: LogPlant; readonly size: number }[],
  source: typeof demand,
): ProcessLog {
  const withLinks = source === demand;
  const tally = new WaitTally(plan.close);
  const watches = planted.map(({ plant, size }) => ({ plant, size, watch: plant.watch(plan) }));
  let last = plan.start;
  function* rows(): Generator<SyntheticCell[]> {
    const [write, clock] = [rowWriter(plan.servers, withLinks), clockWriter(plan)];
    let row = 0;
    for (const run of simulateQueue(source(plan), rulesOf(plan))) {
      if (row === request.rows) return;
      row += 1;
      last = run.queued;
      const times = clock(run);
      tally.add(run);
      for (const { watch } of watches) watch.see(run, row, times);
      yield write(run, times);
    }
  }
  return {
    columns: logColumns(withLinks),
    rows,
    plants: () =>
      watches.map(({ plant, size, watch }) => ({
        ...plantTruth(plant, size, watch.facts()),
        ...(plant.alternatives !== undefined && {
          counterfactuals: plant.alternatives(plan).map(({ change, plan: other }) => ({
            change,
            ...compared(tally, tallyOf(other, last)),
          })),
        }),
      })),
    measured: () => rounded(tally.facts),
    byActivity: () =>
      Object.fromEntries(Object.entries(tally.byActivity).map(([code, facts]) => [code, rounded(facts)])),
    parameters: () => (withLinks ? parametersOf(plan, last) : settingOf(plan, last)),
  };
}

/** The totals of another world over the same period. */
export function tallyOf(plan: LogPlan, last: number): WaitTally {
  const tally = new WaitTally(plan.close);
  for (const run of simulatePlan(plan)) {
    if (run.queued > last) break;
    tally.add(run);
  }
  return tally;
}

function compared(asIs: WaitTally, changed: WaitTally): Omit<Counterfactual, 'change'> {
  const [before, after] = [asIs.facts, changed.facts];
  const saved = Object.fromEntries(
    Object.entries(before).map(([name, value]) => [name, value - (after[name] ?? 0)]),
  );
  const [was, is] = [asIs.byActivity, changed.byActivity];
  const codes = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  const gains = codes.map((code): [string, number] => [
    code,
    (was[code]?.['over_threshold_wait_hours'] ?? 0) - (is[code]?.['over_threshold_wait_hours'] ?? 0),
  ]);
  return {
    as_is: rounded(before),
    changed: rounded(after),
    saved: rounded(saved),
    saved_by_activity: rounded(Object.fromEntries(gains.filter(([, hours]) => Math.abs(hours) >= 0.05))),
  };
}

/** What holds for both kinds of log. */
function settingOf(plan: LogPlan, last: number): Record<string, unknown> {
  const write = timeWriter(false);
  return {
    first_day: write(plan.start).slice(0, 10),
    last_queued: write(last),
    usual_rows_per_day: Number(plan.rowsPerDay.toPrecision(4)),
    servers: plan.servers.map(({ name, factor }) => ({ name, service_factor: factor })),
    slots_per_server: plan.slots,
    over_threshold_seconds: THRESHOLD / 1000,
  };
}

function parametersOf(plan: LogPlan, last: number): Record<string, unknown> {
  const write = timeWriter(false);
  const closes = plan.close.between(plan.start - 31 * DAY, last);
  return {
    ...settingOf(plan, last),
    order: 'lower priority number first, then earlier eligible, then lower id',
    jobs: ALL_JOBS.map(jobParameters),
    close_by_the_calendar: 'from day 20 to day 5 of the next month, both included',
    closes: closes.map(({ accounting_month, from, rolled_at }) => ({
      accounting_month,
      from: write(from),
      next_month_in_use_from: write(rolled_at),
    })),
  };
}

function jobParameters({
  code,
  module,
  median,
  sigma,
  priority,
  cap,
  watchdog,
}: Job): Record<string, unknown> {
  return {
    job: code,
    module,
    median_seconds: median,
    sigma_of_logarithm: sigma,
    priority,
    ...(cap !== undefined && { at_once_at_most: cap }),
    ...(watchdog && { watchdog }),
  };
}

/** A whole log in memory: for tests. */
export function processLogTable(request: LogRequest): SyntheticTable {
  return wholeTable(processLog(request));
}

/** The same without any effect. */
export function nullLogTable(request: Omit<LogRequest, 'plants'>): SyntheticTable {
  return wholeTable(nullLog(request));
}

function wholeTable(log: ProcessLog): SyntheticTable {
  const rows = [...log.rows()];
  return { columns: log.columns, rows, plants: log.plants() };
}
