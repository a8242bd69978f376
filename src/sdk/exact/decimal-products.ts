/** How large the numbers of a column get: integers and decimals as integers × 10^-scale. */
export interface DecimalRange {
  readonly scale: number;
  /** Largest magnitude, in units of the scale. */
  readonly largest: bigint;
}

/** DuckDB multiplies decimals in 64 bits where both factors have at most 18 digits, else in 128 bits, which hold 38. */
const NARROW = 18;
const WIDE = 38;

const EXACT_TYPE = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\((\d+),(\d+)\))$/;

/**
 * The range of a column of a result's type, such as `DECIMAL(12,2)`, from its smallest and largest cell; undefined for
 * doubles and what is no number.
 */
export function decimalRange(
  type: string,
  smallest: string | null,
  largest: string | null,
): DecimalRange | undefined {
  const match = EXACT_TYPE.exec(type);
  if (match === null) return undefined;
  const [low, high] = [smallest, largest].map((cell) => BigInt((cell ?? '0').replace(/[-.]/g, '')));
  return {
    scale: Number(match[2] ?? 0),
    largest: (low ?? 0n) > (high ?? 0n) ? (low ?? 0n) : (high ?? 0n),
  };
}

/** The range of a power. */
export function powerRange({ scale, largest }: DecimalRange, power: number): DecimalRange {
  return { scale: scale * power, largest: largest ** BigInt(power) };
}

/**
 * Digits in which DuckDB multiplies two columns and adds the products up over so many rows without rounding or
 * overflow; undefined where none suffice. Both factors are to be cast to `DECIMAL(digits, scale)`.
 */
export function productDigits(a: DecimalRange, b: DecimalRange, rows: number): 18 | 38 | undefined {
  const size = (a.largest || 1n) * (b.largest || 1n);
  const scale = a.scale + b.scale;
  if (scale < NARROW && size < 10n ** BigInt(NARROW)) return NARROW;
  const fits = scale <= WIDE && size * BigInt(Math.max(1, rows)) < 10n ** BigInt(WIDE);
  return fits ? WIDE : undefined;
}
