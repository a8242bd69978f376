import {
  flipScores,
  halfOfScores,
  type Jackknifed,
  jackknife,
  type QueryHandle,
  type Replication,
  replicates,
} from '../../src/sdk/index.ts';
import { isLimit, type Study } from './whole-log.ts';

/** A job that waited beside a free slot, and whether it waited for its own runs. */
export interface JudgedCap {
  readonly name: string;
  /** Its row of the part `job`. */
  readonly row: number;
  /** Share of the starts that did not find as many as the cap under way though by chance they would. */
  readonly spared: Jackknifed;
  readonly byChance: number;
  readonly halves: readonly [number | null, number | null];
  readonly replication: Replication;
  readonly p_value: number;
  readonly test: string;
  /** Hardly ever more runs of it were under way. */
  readonly isLimit: boolean;
}

export const DRAWS = 9999;
export const LEVEL = 0.95;
/** Fewest days with such starts: what happened on fewer can't be told from chance. */
export const FEWEST_DAYS = 6;

interface Day {
  readonly starts: number;
  readonly byChance: number;
  readonly beside: number;
}

/**
 * Whether jobs start regardless of their own runs. If so, each start finds as many runs of the job under way with the chance
 * that the wait before it gives: the share of it for which so many were. Signs of whole days are turned, and of every draw
 * the job with the largest excess counts.
 */
export function judgeCaps({ ctx }: Study, caps: QueryHandle): JudgedCap[] {
  const rows = [...caps.rows.keys()];
  const daysOf = Map.groupBy(
    rows.filter((row) => caps.text(row, 'part') === 'day'),
    (row) => caps.text(row, 'name') ?? '',
  );
  const jobs = rows
    .filter((row) => caps.text(row, 'part') === 'job')
    .map((row) => ({ row, name: caps.text(row, 'name') ?? '' }))
    .filter(({ name }) => (daysOf.get(name) ?? []).length >= FEWEST_DAYS)
    .map(({ row, name }) => ({ row, name, days: (daysOf.get(name) ?? []).map((day) => dayOf(caps, day)) }));
  const { p_values, statistics } = flipScores(
    alignedScores(caps, daysOf, jobs),
    DRAWS,
    ctx.random('signs of days'),
  );
  return jobs.map(({ row, name, days }, i): JudgedCap => {
    const spared = jackknife(days, sparedOf);
    const middle = Math.ceil(days.length / 2);
    const [first, second] = [days.slice(0, middle), days.slice(middle)].map((half) => ({
      ...halfOfScores(Float64Array.from(half, scoreOf)),
      estimate: half.length === 0 ? null : sparedOf(half),
    }));
    const p_value = p_values[i] ?? 1;
    const none = { estimate: null, p_value: null };
    return {
      ...{ name, row, spared, p_value },
      byChance: sum(days, ({ byChance }) => byChance),
      halves: [first?.estimate ?? null, second?.estimate ?? null],
      replication: replicates(spared.estimate, first ?? none, second ?? none),
      isLimit: isLimit({
        running: caps.number(row, 'cap') ?? 0,
        atUs: caps.bigint(row, 'at_us') ?? 0n,
        aboveUs: caps.bigint(row, 'above_us') ?? 0n,
      }),
      test: ctx.test({
        family: 'limits of single jobs',
        hypothesis: `runs of ${name} that waited beside a free slot start regardless of how many of its own are under way`,
        statistic: { name: 'standardised excess of starts', value: statistics[i] ?? 0 },
        p_value,
        n: caps.number(row, 'starts') ?? 0,
      }),
    };
  });
}

/** The scores of all jobs over the same days, so that each draw turns them together. */
function alignedScores(
  caps: QueryHandle,
  daysOf: ReadonlyMap<string, readonly number[]>,
  jobs: readonly { readonly name: string }[],
): Float64Array[] {
  const own = jobs.map(({ name }) => daysOf.get(name) ?? []);
  const days = [...new Set(own.flat().map((row) => caps.number(row, 'day') ?? 0))].sort((a, b) => a - b);
  const place = new Map(days.map((day, at) => [day, at]));
  return own.map((rows) => {
    const scores = new Float64Array(days.length);
    for (const row of rows) scores[place.get(caps.number(row, 'day') ?? 0) ?? 0] = scoreOf(dayOf(caps, row));
    return scores;
  });
}

function dayOf(caps: QueryHandle, row: number): Day {
  const of = (column: string) => caps.number(row, column) ?? 0;
  return { starts: of('starts'), byChance: of('by_chance_millionths') / 1e6, beside: of('beside') };
}

function scoreOf({ byChance, beside }: Day): number {
  return byChance - beside;
}

function sparedOf(days: readonly Day[]): number {
  return sum(days, scoreOf) / sum(days, ({ starts }) => starts);
}

function sum(days: readonly Day[], of: (day: Day) => number): number {
  return days.reduce((total, day) => total + of(day), 0);
}
