// Exponential, logarithm and sine from basic operations only, so that they have the same bits everywhere: the standard
// leaves `Math.exp` and its like to the machine. Errors stay below 1e-15 relative to the larger of 1 and the result.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** e^x: x = k ln 2 + r with |r| ≤ (ln 2) / 2, the series of e^r, times 2^k. */
export function exponential(x: number): number {
  if (x > 709) return Number.POSITIVE_INFINITY;
  if (x < -745) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let series = 0;
  for (const coefficient of EXPONENTIAL) series = series * r + coefficient;
  return timesPowerOfTwo(series, k);
}

/** 1/14!, 1/13! … 1/0! */
const EXPONENTIAL = Array.from({ length: 15 }, (_, i) => 1 / factorial(14 - i));

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** ln x of x > 0: ln(m 2^k) = k ln 2 + 2 artanh((m - 1) / (m + 1)), m near 1. */
export function logarithm(x: number): number {
  let [m, k] = [x, 0];
  for (; m > Math.SQRT2; k += 1) m /= 2;
  for (; m < Math.SQRT1_2; k -= 1) m *= 2;
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series = 0;
  for (const coefficient of INVERSE_TANGENT) series = series * square + coefficient;
  return k * Math.LN2 + 2 * s * series;
}

/** 1/21, 1/19 … 1/1. */
const INVERSE_TANGENT = Array.from({ length: 11 }, (_, i) => 1 / (21 - 2 * i));

/** sin(2π turns): folded into a quarter turn, then the series. */
export function sineOfTurns(turns: number): number {
  let part = turns - Math.floor(turns);
  const sign = part >= 0.5 ? -1 : 1;
  if (part >= 0.5) part -= 0.5;
  const x = 2 * Math.PI * Math.min(part, 0.5 - part);
  let series = 1;
  for (let term = 20; term >= 2; term -= 2) series = 1 - ((x * x) / (term * (term + 1))) * series;
  return sign * x * series;
}

function timesPowerOfTwo(x: number, k: number): number {
  let [value, left] = [x, k];
  for (; left > 0; left -= 1) value *= 2;
  for (; left < 0; left += 1) value /= 2;
  return value;
}
