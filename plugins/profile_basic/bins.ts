import {
  type Context,
  identifier,
  microsecondsSql,
  parseDecimal,
  type QueryHandle,
} from '../../src/sdk/index.ts';

type Column = Context['schema'][number];

/** Bins of a histogram: a query that yields bin_start, bin_end and bin_rows, and what the axis shows. */
export interface Bins {
  readonly sql: string;
  readonly axis: 'number' | 'date' | 'hours' | 'characters';
}

/** Integers that a column's values are binned by, and how a bin's bounds are shown. */
interface Scale {
  /** SQL that turns a value into an integer, of 128 bits where it is wide. */
  readonly integer: string;
  readonly wide: boolean;
  readonly lowest: bigint;
  readonly highest: bigint;
  /** SQL of a bound as it is shown. */
  readonly shown: (integer: string) => string;
}

/** Round bins for a measure between its finite extremes; undefined where doubles are too close or too far apart. */
export function binsOfMeasure(column: Column, values: QueryHandle, most: number): Bins | undefined {
  const [low, high] = [values.text(0, 'minimum'), values.text(0, 'maximum')];
  if (low === null || high === null || low === high) return undefined;
  const decimals = column.type.kind === 'decimal' ? column.type.scale : 0;
  const fits = column.type.kind !== 'double' && (decimals === 0 || precisionOf(column) + decimals < 38);
  if (!fits) return binsOfDoubles(column, Number(low), Number(high), most);
  const name = identifier(column.sql_name);
  const power = 10n ** BigInt(decimals);
  const unscaled = (text: string) => parseDecimal(text).unscaled;
  const scale: Scale = {
    ...integerOf(column, name, decimals),
    lowest: unscaled(low),
    highest: unscaled(high),
    shown: (integer) => (decimals === 0 ? integer : `CAST(${integer} AS DOUBLE) / ${power}`),
  };
  return { sql: histogramSql(column, scale, roundWidth(scale, most)), axis: 'number' };
}

/** Decimals in 64 bits where 18 digits are enough, which takes DuckDB a tenth of the time. */
function integerOf(column: Column, name: string, decimals: number): Pick<Scale, 'integer' | 'wide'> {
  if (column.type.kind !== 'decimal') return { integer: name, wide: false };
  const wide = precisionOf(column) + decimals >= 18;
  // At full width first: DuckDB multiplies narrow decimals in 64 bits.
  const full = wide ? `CAST(${name} AS DECIMAL(38,${decimals}))` : name;
  const whole =
    decimals === 0 ? name : `${full} * CAST(${10n ** BigInt(decimals)} AS DECIMAL(${decimals + 1},0))`;
  return { integer: `CAST(${whole} AS ${wide ? 'HUGEINT' : 'BIGINT'})`, wide };
}

function precisionOf({ type }: Column): number {
  return type.kind === 'decimal' ? type.precision : 0;
}

/** Bins of calendar-friendly widths for times, in UTC; of times of day in hours. */
export function binsOfTimes(column: Column, values: QueryHandle, most: number): Bins | undefined {
  const [lowest, highest] = [values.bigint(0, 'first_us'), values.bigint(0, 'last_us')];
  if (lowest === null || highest === null || lowest === highest) return undefined;
  const ofDay = column.type.kind === 'time';
  const scale: Scale = {
    integer: microsecondsSql(identifier(column.sql_name), column.type),
    wide: false,
    lowest,
    highest,
    shown: (integer) => (ofDay ? `CAST(${integer} AS DOUBLE) / 3600000000` : `${integer} // 1000`),
  };
  return {
    sql: histogramSql(column, scale, timeWidth(highest - lowest, most)),
    axis: ofDay ? 'hours' : 'date',
  };
}

/** Bins of the lengths of texts. */
export function binsOfLengths(column: Column, values: QueryHandle, most: number): Bins | undefined {
  const [lowest, highest] = [values.bigint(0, 'shortest_characters'), values.bigint(0, 'longest_characters')];
  if (lowest === null || highest === null) return undefined;
  const scale: Scale = {
    integer: `length(${identifier(column.sql_name)})`,
    wide: false,
    lowest,
    highest,
    shown: (integer) => integer,
  };
  return { sql: histogramSql(column, scale, roundWidth(scale, most)), axis: 'characters' };
}

function histogramSql(column: Column, scale: Scale, width: bigint): string {
  const start = floorTo(scale.lowest, width);
  const wide = scale.wide || scale.highest - start > 2n ** 62n || start < -(2n ** 62n);
  const integer = wide ? `CAST(${scale.integer} AS HUGEINT)` : scale.integer;
  const bound = (bin: string) => scale.shown(`(${start} + CAST(${bin} AS HUGEINT) * ${width})`);
  return `SELECT ${bound('bin')} AS bin_start, ${bound('(bin + 1)')} AS bin_end, bin_rows
FROM (
  SELECT (${integer} - (${start})) // ${width} AS bin, count(*) AS bin_rows
  FROM data WHERE ${identifier(column.sql_name)} IS NOT NULL GROUP BY ALL
) AS binned
ORDER BY bin`;
}

function binsOfDoubles(column: Column, low: number, high: number, most: number): Bins | undefined {
  const width = roundNumber(high / most - low / most);
  if (
    !(width > 0) ||
    !Number.isFinite(width) ||
    !Number.isFinite(low / width) ||
    !Number.isFinite(high / width)
  ) {
    return undefined;
  }
  const name = `CAST(${identifier(column.sql_name)} AS DOUBLE)`;
  const step = `CAST('${width}' AS DOUBLE)`;
  return {
    axis: 'number',
    sql: `SELECT bin * ${step} AS bin_start, (bin + 1) * ${step} AS bin_end, bin_rows
FROM (
  SELECT floor(${name} / ${step}) AS bin, count(*) AS bin_rows
  FROM data WHERE isfinite(${name}) GROUP BY ALL
) AS binned
ORDER BY bin`,
  };
}

/** The smallest of 1, 2, 5, 10, 20 … that needs no more than `most` bins. */
function roundWidth({ lowest, highest }: Pick<Scale, 'lowest' | 'highest'>, most: number): bigint {
  for (let power = 1n; ; power *= 10n) {
    for (const digit of [1n, 2n, 5n]) {
      if ((highest - lowest) / (digit * power) < BigInt(most)) return digit * power;
    }
  }
}

/** The smallest of 1, 2, 5 × 10^k that is at least `least`; as text it is short. NaN where there is none. */
function roundNumber(least: number): number {
  if (!(least > 0) || !Number.isFinite(least)) return Number.NaN;
  const exponent = Math.floor(Math.log10(least)) - 1;
  for (let power = exponent; power <= exponent + 3; power += 1) {
    for (const digit of [1, 2, 5]) {
      const candidate = Number(`${digit}e${power}`);
      if (candidate >= least) return candidate;
    }
  }
  return Number.NaN;
}

const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;
const TIME_WIDTHS: readonly bigint[] = [
  ...[
    1n,
    2n,
    5n,
    10n,
    15n,
    30n,
    60n,
    120n,
    300n,
    600n,
    900n,
    1800n,
    3600n,
    7200n,
    10800n,
    21600n,
    43200n,
  ].map((s) => s * SECOND),
  ...[1n, 2n, 7n, 14n, 28n, 91n, 182n, 365n, 730n, 1826n, 3652n, 7305n, 36524n, 365242n, 3652425n].map(
    (d) => d * DAY,
  ),
];

function timeWidth(span: bigint, most: number): bigint {
  const bins = BigInt(most);
  if (span / SECOND < bins) return roundWidth({ lowest: 0n, highest: span }, most);
  return TIME_WIDTHS.find((width) => span / width < bins) ?? span;
}

function floorTo(value: bigint, width: bigint): bigint {
  const rest = value % width;
  return value - (rest < 0n ? rest + width : rest);
}
