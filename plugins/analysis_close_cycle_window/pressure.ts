import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  MOST_HOPEFUL_P,
  type QueryHandle,
  type Replication,
} from '../../src/sdk/index.ts';
import {
  daysApart,
  heaviestStretch,
  type LoadDay,
  RATIO_LEVEL,
  type RatioOfOthers,
  ratioIn,
  ratioOfOthers,
  type Stretch,
  testHeaviest,
} from './heavy-stretch.ts';
import type { Study } from './rolls.ts';

/** Fewest months that can be tested. */
const FEWEST_MONTHS = 3;

/**
 * Two months are too few to be tested. They are held against the setting where each has so many days, most work on days that
 * differ by so few, and so many times as much on the days that the other gives. Of months without structure, with work that
 * remembers the day before, at most one pair in twenty has that.
 */
const TWO_MONTHS = { days: 20, apart: 4, ratio: 2 };

/** Days of the month in the setting window or in the stretch alone from which the two are said to disagree. */
const DAYS_OF_DISAGREEMENT = 4;

/** The months' heaviest stretch, as a whole and as the earlier and the later half of the months show it. */
interface Pressure {
  readonly stretch: Stretch;
  readonly months: number;
  /** Of each month in the stretch that the others give. */
  readonly ratio: RatioOfOthers;
  /** Of one half of the months in the stretch that the other half gives. */
  readonly first: number | undefined;
  readonly second: number | undefined;
  /** Undefined of two months. */
  readonly test: string | undefined;
  /** Whether the setting window has other days, by all months and by either half. */
  readonly contradicts: boolean;
}

/** The stretch of the month in which most more work is asked for than outside of it, where months agree on it. */
export async function reportPressure(study: Study): Promise<void> {
  const { ctx } = study;
  const handle = await ctx.query(daysSql(study));
  const days = daysIn(handle);
  const months = [...new Set(days.map(({ month }) => month))].sort();
  const pressure = months.length < 2 ? undefined : readPressure(study, days, months);
  if (pressure !== undefined) return tellPressure(study, handle, pressure);
  ctx.note(
    months.length < FEWEST_MONTHS
      ? 'The log has less than three months: when in the month the load rises is not tested, and nothing speaks clearly against the setting close window.'
      : 'No stretch of the month has clearly more work than the rest, in each half of the months where the other half has it.',
  );
}

function readPressure(
  { ctx }: Study,
  days: readonly LoadDay[],
  months: readonly string[],
): Pressure | undefined {
  const early = new Set(months.slice(0, Math.floor(months.length / 2)));
  const [before, after] = [days.filter((d) => early.has(d.month)), days.filter((d) => !early.has(d.month))];
  const [stretch, ofFirst, ofSecond] = [days, before, after].map(heaviestStretch) as [
    Stretch,
    Stretch,
    Stretch,
  ];
  const ratio = ratioOfOthers(days);
  if (ratio === undefined) return undefined;
  const set = { from: Number(ctx.settings['close_start_day']), to: Number(ctx.settings['close_end_day']) };
  const shown = {
    stretch,
    months: months.length,
    ratio,
    first: ratioIn(before, () => ofSecond),
    second: ratioIn(after, () => ofFirst),
    contradicts: [stretch, ofFirst, ofSecond].every((one) => daysApart(one, set) >= DAYS_OF_DISAGREEMENT),
  };
  if (months.length < FEWEST_MONTHS) {
    const agree =
      Math.min(before.length, after.length) >= TWO_MONTHS.days &&
      daysApart(ofFirst, ofSecond) <= TWO_MONTHS.apart &&
      Math.min(shown.first ?? 0, shown.second ?? 0) >= TWO_MONTHS.ratio;
    return agree && shown.contradicts ? { ...shown, test: undefined } : undefined;
  }
  const { observed, p_value } = testHeaviest(days, ctx.random('turned months'));
  const test = ctx.test({
    family: 'load_by_day_of_month',
    hypothesis: 'the months have their load in parts of the month that have nothing to do with each other',
    statistic: { name: 'excess of the heaviest stretch', value: observed },
    p_value,
    n: days.length,
  });
  const isLarge = ratio.ratio >= Number(ctx.settings['smallest_pressure_ratio']);
  return isLarge && p_value <= MOST_HOPEFUL_P ? { ...shown, test } : undefined;
}

const CONTRADICTION = {
  title:
    'The close window is set from day {first_day} to day {last_day}, but in the log most work comes from day {from_day} to day {to_day} of the month',
  advice:
    ' The setting close window goes from day {first_day} to day {last_day}: all that is told of the close goes by it. ' +
    'With close_start_day set to {from_day} and close_end_day to {to_day} (process settings of the ERP) it would go by the days of the log.',
};
const AGREEMENT = {
  title:
    'From day {from_day} to day {to_day} of the month {ratio} times as much work is asked for as on other days',
  advice: ' The setting close window goes from day {first_day} to day {last_day}.',
};

function tellPressure({ ctx }: Study, handle: QueryHandle, pressure: Pressure): void {
  const { stretch, months, ratio, first, second, test, contradicts } = pressure;
  const { title, advice } = contradicts ? CONTRADICTION : AGREEMENT;
  const numbers = ctx.derivation({
    method:
      'Service time by the day on which it was asked for, over the mean of that weekday; the cyclic stretch of days of the month with the largest sum of excess over the mean; ratios of months in the stretch that other months give',
    values: {
      from_day: stretch.from,
      to_day: stretch.to,
      ratio: ratio.ratio,
      ratio_low: ratio.low,
      ratio_high: ratio.high,
      first: first ?? null,
      second: second ?? null,
      months,
    },
    inputs: [handle],
  });
  const value = (name: string) => numbers.value(name);
  ctx.finding({
    kind: 'close_window_by_pressure',
    title,
    statement:
      'In {months} months most work is asked for from day {from_day} to day {to_day}. In each month, on the days that the other months give, {ratio} times as much ' +
      'service time was asked for per day as on the rest ({ratio_low} to {ratio_high}), compared on the same weekdays; {first} times in the first half of the months on the days ' +
      `of the second half, and {second} times the other way round.${advice}`,
    fields: {
      ...CLOSE_FIELDS,
      ...Object.fromEntries(
        ['from_day', 'to_day', 'ratio', 'ratio_low', 'ratio_high', 'first', 'second', 'months'].map((n) => [
          n,
          value(n),
        ]),
      ),
    },
    estimate: {
      name: 'ratio_of_work_per_day',
      field: 'ratio',
      interval: { low: 'ratio_low', high: 'ratio_high', level: RATIO_LEVEL },
    },
    replication: {
      by: 'time',
      holds: holdsIn(first, second, Number(ctx.settings['smallest_pressure_ratio'])),
      first: 'first',
      second: 'second',
    },
    target: {},
    ...(test === undefined ? { how: 'exact_count' } : { how: 'tested', test }),
    severity: contradicts ? 'warning' : 'info',
    ranking: contradicts
      ? { effect: 1, reach: 1, actionability: ACTIONABILITY.job }
      : { effect: 0.1, reach: 0.5, actionability: ACTIONABILITY.other },
    limitations: [
      test === undefined
        ? 'Two months agree, which can’t be tested: more months would say whether it stays so.'
        : 'The test says that months have their load in the same part.',
      'The edges of the stretch are those with the largest excess and may be off by some days.',
      'More work is a sign of the close, not the close itself: that the books say.',
    ],
  });
}

function holdsIn(first: number | undefined, second: number | undefined, smallest: number): Replication {
  const [a, b] = [first, second].map((ratio) => ratio !== undefined && ratio >= smallest);
  if (a) return b ? 'both' : 'first';
  return b ? 'second' : 'neither';
}

/** Whole days, the first and the last of the log left out. */
function daysIn(handle: QueryHandle): LoadDay[] {
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

function daysSql({ queued, service, leftOut }: Study): string {
  return `WITH asked AS (
  SELECT CAST(${queued} AS DATE) AS date, ${service} AS service FROM data WHERE ${leftOut} IS NULL AND ${queued} IS NOT NULL
)
SELECT date, day(date) AS day, isodow(date) AS weekday, count(*) AS runs, coalesce(sum(service) FILTER (WHERE service >= 0), 0) AS work_us
FROM asked GROUP BY ALL ORDER BY date`;
}
