import { ACTIONABILITY, CLOSE_FIELDS, type QueryHandle } from '../../src/sdk/index.ts';
import type { Study } from './rolls.ts';

interface Day {
  readonly month: string;
  readonly day: number;
  /** Service time asked for on the day, over the mean of its weekday. */
  readonly load: number;
}

const LONGEST = 31;
/** Fewest days of the month in a stretch, on either side. */
const SHORTEST_STRETCH = 5;
const FEWEST_MONTHS = 3;

/** The stretch of the month in which most more work is asked for than outside of it, where it is clear and repeats. */
export async function reportPressure(study: Study): Promise<void> {
  const { ctx } = study;
  const handle = await ctx.query(daysSql(study));
  const days = daysIn(handle);
  const months = [...new Set(days.map(({ month }) => month))].sort();
  if (months.length < FEWEST_MONTHS) {
    return ctx.note('The log has less than three months: when in the month the load rises is not told.');
  }
  const stretch = heaviest(days);
  const early = new Set(months.slice(0, Math.floor(months.length / 2)));
  const [whole, first, second] = [
    days,
    days.filter((d) => early.has(d.month)),
    days.filter((d) => !early.has(d.month)),
  ].map((some) => ratioOf(some, stretch));
  const smallest = Number(ctx.settings['smallest_pressure_ratio']);
  const holds = [whole, first, second].every((ratio) => ratio !== undefined && ratio >= smallest);
  if (whole === undefined || !holds) {
    return ctx.note(
      'No stretch of the month has clearly more work than the rest in both halves of the months.',
    );
  }
  const numbers = ctx.derivation({
    method:
      'Service time by the day on which it was asked for, over the mean of that weekday; the cyclic stretch of days of the month with the largest sum of excess over the mean',
    values: {
      from_day: stretch.from,
      to_day: stretch.to,
      ratio: whole,
      first: first ?? null,
      second: second ?? null,
      months: months.length,
    },
    inputs: [handle],
  });
  const value = (name: string) => numbers.value(name);
  ctx.finding({
    kind: 'close_window_by_pressure',
    title:
      'From day {from_day} to day {to_day} of the month {ratio} times as much work is asked for as on other days',
    statement:
      'In {months} months, from day {from_day} to day {to_day}, {ratio} times as much service time was asked for per day as on the other days, ' +
      'compared on the same weekdays; {first} times in the first half of the months and {second} times in the second. ' +
      'The setting close window goes from day {first_day} to day {last_day}.',
    fields: {
      ...CLOSE_FIELDS,
      ...Object.fromEntries(
        ['from_day', 'to_day', 'ratio', 'first', 'second', 'months'].map((n) => [n, value(n)]),
      ),
    },
    estimate: { name: 'ratio_of_work_per_day', field: 'ratio' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.1, reach: 0.5, actionability: ACTIONABILITY.other },
    limitations: [
      'The stretch is the one with the largest excess: its ratio is somewhat too high, being chosen. Nothing is tested.',
    ],
  });
}

/** Whole days, the first and the last of the log left out. */
function daysIn(handle: QueryHandle): Day[] {
  const days = handle.rows.map((_, row) => ({
    month: (handle.text(row, 'date') ?? '').slice(0, 7),
    day: handle.number(row, 'day') ?? 0,
    weekday: handle.number(row, 'weekday') ?? 0,
    work: handle.number(row, 'work_us') ?? 0,
  }));
  const whole = days.slice(1, -1);
  const usual = new Map(
    [...Map.groupBy(whole, ({ weekday }) => weekday)].map(([weekday, of]) => [
      weekday,
      of.reduce((sum, { work }) => sum + work, 0) / of.length,
    ]),
  );
  return whole.map(({ month, day, weekday, work }) => ({
    month,
    day,
    load: work / (usual.get(weekday) || 1),
  }));
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

function heaviest(days: readonly Day[]): Stretch {
  const mean = days.reduce((sum, { load }) => sum + load, 0) / days.length;
  const excess = new Float64Array(LONGEST);
  for (const { day, load } of days) excess[day - 1] = (excess[day - 1] ?? 0) + load - mean;
  let best: Stretch = { from: 1, to: SHORTEST_STRETCH };
  let most = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < LONGEST; from += 1) {
    let sum = 0;
    for (let length = 1; length <= LONGEST - SHORTEST_STRETCH; length += 1) {
      sum += excess[(from + length - 1) % LONGEST] ?? 0;
      if (length >= SHORTEST_STRETCH && sum > most + 1e-9) {
        most = sum;
        best = { from: from + 1, to: ((from + length - 1) % LONGEST) + 1 };
      }
    }
  }
  return best;
}

function ratioOf(days: readonly Day[], { from, to }: Stretch): number | undefined {
  const isIn = (day: number) => (from <= to ? day >= from && day <= to : day >= from || day <= to);
  const mean = (some: readonly Day[]) => some.reduce((sum, { load }) => sum + load, 0) / some.length;
  const ratio = mean(days.filter(({ day }) => isIn(day))) / mean(days.filter(({ day }) => !isIn(day)));
  return Number.isFinite(ratio) ? ratio : undefined;
}

function daysSql({ queued, service, leftOut }: Study): string {
  return `WITH asked AS (
  SELECT CAST(${queued} AS DATE) AS date, ${service} AS service FROM data WHERE ${leftOut} IS NULL AND ${queued} IS NOT NULL
)
SELECT date, day(date) AS day, isodow(date) AS weekday, count(*) AS runs, coalesce(sum(service) FILTER (WHERE service >= 0), 0) AS work_us
FROM asked GROUP BY ALL ORDER BY date`;
}
