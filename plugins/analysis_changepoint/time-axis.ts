import { type Context, identifier } from '../../src/sdk/index.ts';
import type { Width } from './cycles.ts';

/** How rows are put into the places of a series. */
export interface Axis {
  /** Start of a row's stretch: an SQL expression with one value per row; null for rows that have none. */
  readonly sql: string;
  /** The ordinal of a stretch, from any origin, as SQL of its start. */
  readonly ordinalSql: (start: string) => string;
  /** Undefined where rows are taken in their order, without a time. */
  readonly width: Width | undefined;
  /** One stretch in words, and several: “day”, “blocks of rows”. */
  readonly word: string;
  readonly words: string;
  /** Whether the first and last stretch may be cut short by where the table starts and ends. */
  readonly endsMayBeCut: boolean;
}

interface Unit {
  readonly width: Width;
  readonly word: string;
  readonly seconds: number;
  /** Start of the stretch that an instant lies in. */
  readonly start: (instant: string) => string;
  readonly ordinal: (start: string) => string;
}

const bySeconds = (seconds: number) => (start: string) =>
  `(epoch_us(CAST(${start} AS TIMESTAMP)) // ${seconds * 1_000_000})`;
const byMonths = (months: number) => (start: string) =>
  `((year(${start}) * 12 + month(${start}) - 1) // ${months})`;
const truncated = (unit: string, type: string) => (instant: string) =>
  `CAST(date_trunc('${unit}', ${instant}) AS ${type})`;
const bucketed = (interval: string) => (instant: string) => `time_bucket(INTERVAL '${interval}', ${instant})`;

/** Finest first; each at most 30 times as wide as the one before, so that some gives a series of a fitting length. */
const UNITS: readonly Unit[] = [
  unit('second', 'second', 1, truncated('second', 'TIMESTAMP'), bySeconds(1)),
  unit('ten_seconds', 'stretch of ten seconds', 10, bucketed('10 seconds'), bySeconds(10)),
  unit('minute', 'minute', 60, truncated('minute', 'TIMESTAMP'), bySeconds(60)),
  unit('ten_minutes', 'stretch of ten minutes', 600, bucketed('10 minutes'), bySeconds(600)),
  unit('hour', 'hour', 3600, truncated('hour', 'TIMESTAMP'), bySeconds(3600)),
  unit('day', 'day', 86_400, truncated('day', 'DATE'), bySeconds(86_400)),
  unit(
    'week',
    'week',
    604_800,
    truncated('week', 'DATE'),
    (start) => `((${bySeconds(86_400)(start)} + 3) // 7)`,
  ),
  unit('month', 'month', 2_629_746, truncated('month', 'DATE'), byMonths(1)),
  unit('quarter', 'quarter', 7_889_238, truncated('quarter', 'DATE'), byMonths(3)),
  unit('year', 'year', 31_556_952, truncated('year', 'DATE'), byMonths(12)),
];

function unit(
  width: Width,
  word: string,
  seconds: number,
  start: Unit['start'],
  ordinal: Unit['ordinal'],
): Unit {
  return { width, word, seconds, start, ordinal };
}

export interface AxisLimits {
  readonly fewest: number;
  readonly most: number;
}

/** Least share of the stretches from first to last that must hold rows. */
const LEAST_FILLED = 0.6;

/** Rows per filled stretch from which a summary of them is worth having; or up to which the table is a series itself. */
const ENOUGH_ROWS = 5;
const ONE_RECORD = 1.2;

/** Times further from the quartiles than so many times their distance are taken for placeholders (1900, 9999). */
const FAR = 10;

/**
 * The finest stretch of the calendar that gives a series of a fitting length, with rows in most places and enough rows in
 * each. Undefined, with a note, where there is none.
 */
export async function timeAxis(ctx: Context, time: string, limits: AxisLimits): Promise<Axis | undefined> {
  const { instant, times, seconds } = await readSpan(ctx, time);
  const fitting = UNITS.filter((one) => {
    const possible = seconds / one.seconds + 1;
    return possible >= limits.fewest && possible <= limits.most + 2;
  });
  const filled = fitting.length === 0 ? [] : await countFilled(ctx, instant, fitting);
  const chosen = choose(fitting, filled, times, seconds);
  if (chosen === undefined) {
    ctx.notLookedFor(
      `${ctx.column(time).name} spans no stretch of time that gives a series: hours, days, weeks or months, at least ${limits.fewest} of them, most with rows.`,
    );
    return undefined;
  }
  return {
    sql: chosen.unit.start(instant),
    ordinalSql: chosen.unit.ordinal,
    width: chosen.unit.width,
    word: chosen.unit.word,
    words: pluralOf(chosen.unit.word),
    endsMayBeCut: times / chosen.filled > ONE_RECORD,
  };
}

/** The instant of a row as SQL, null where it is missing or far off; how many rows have one, and how far they reach. */
async function readSpan(ctx: Context, time: string) {
  const instant = `CAST(${identifier(time)} AS TIMESTAMP)`;
  const quartiles = await ctx.query(
    `SELECT quantile_disc(epoch_us(${instant}), 0.25) AS lower_us, quantile_disc(epoch_us(${instant}), 0.75) AS upper_us FROM data`,
  );
  const [lower, upper] = [quartiles.number(0, 'lower_us') ?? 0, quartiles.number(0, 'upper_us') ?? 0];
  const reach = FAR * (upper - lower);
  const isNear = reach > 0 ? `epoch_us(${instant}) BETWEEN ${lower - reach} AND ${upper + reach}` : 'true';
  const span = await ctx.query(
    `SELECT epoch_us(min(${instant}) FILTER (WHERE ${isNear})) AS first_us, epoch_us(max(${instant}) FILTER (WHERE ${isNear})) AS last_us, count(${instant}) FILTER (WHERE ${isNear}) AS times, count(${instant}) AS all_times FROM data`,
  );
  const [times, all] = [span.number(0, 'times') ?? 0, span.number(0, 'all_times') ?? 0];
  if (times < all) {
    ctx.note(
      `Rows with a ${ctx.column(time).name} far from all others are left out: ${all - times} of ${all}.`,
    );
  }
  return {
    instant: times < all ? `CASE WHEN ${isNear} THEN ${instant} END` : instant,
    times,
    seconds: ((span.number(0, 'last_us') ?? 0) - (span.number(0, 'first_us') ?? 0)) / 1e6,
  };
}

async function countFilled(ctx: Context, instant: string, units: readonly Unit[]): Promise<number[]> {
  const counts = units.map((one) => `count(DISTINCT ${one.start(instant)}) AS ${one.width}`);
  const handle = await ctx.query(`SELECT ${counts.join(', ')} FROM data`);
  return units.map((one) => handle.number(0, one.width) ?? 0);
}

function choose(units: readonly Unit[], filled: readonly number[], times: number, seconds: number) {
  const dense = units
    .map((one, i) => ({ unit: one, filled: filled[i] ?? 0 }))
    .filter((one) => one.filled >= LEAST_FILLED * (seconds / one.unit.seconds));
  const rowsIn = (one: { filled: number }) => times / one.filled;
  return dense.find((one) => rowsIn(one) <= ONE_RECORD || rowsIn(one) >= ENOUGH_ROWS) ?? dense.at(-1);
}

function pluralOf(word: string): string {
  return word.startsWith('stretch') ? word.replace('stretch', 'stretches') : `${word}s`;
}

/** Rows in their order, in blocks of as many as give a series of a fitting length. */
export function rowAxis(ctx: Context, limits: AxisLimits): Axis {
  const size = Math.max(1, Math.ceil(ctx.rowCount / limits.most));
  return {
    sql: `((row_number() OVER (ORDER BY _sh_part, _sh_row_number) - 1) // ${size}) * ${size} + 1`,
    ordinalSql: (start) => `(${start} // ${size})`,
    width: undefined,
    word: size === 1 ? 'row' : 'block of rows',
    words: size === 1 ? 'rows' : 'blocks of rows',
    endsMayBeCut: false,
  };
}
