import { fisherExact } from './tables.ts';
import { type Interval, normalMargin, type TestResult, untestable } from './test-result.ts';

/** Wilson's score interval for a share k of n (Wilson, 1927). Without rows it is all of [0, 1]. */
export function wilsonInterval(k: number, n: number, level: number): Interval {
  if (n === 0) return { low: 0, high: 1, level };
  const z = normalMargin(level);
  const square = z * z;
  const centre = (k + square / 2) / (n + square);
  const margin = (z * Math.sqrt((k * (n - k)) / n + square / 4)) / (n + square);
  return { low: k === 0 ? 0 : centre - margin, high: k === n ? 1 : centre + margin, level };
}

/** A difference of two shares with its test and interval. */
export interface ProportionDifference extends TestResult {
  readonly difference: number;
  interval(level: number): Interval;
}

/**
 * k1 of n1 against k2 of n2: Fisher's exact test. Interval by Newcombe's hybrid of two Wilson intervals (Newcombe, 1998, method 10).
 */
export function differenceOfProportions(
  k1: number,
  n1: number,
  k2: number,
  n2: number,
): ProportionDifference {
  const name = 'difference of shares';
  const difference = k1 / n1 - k2 / n2;
  const interval = (level: number): Interval => newcombe(k1, n1, k2, n2, level);
  if (n1 === 0 || n2 === 0) {
    return {
      ...untestable(name, n1 + n2),
      difference: Number.NaN,
      interval: (level) => ({ low: -1, high: 1, level }),
    };
  }
  const p_value = fisherExact(k1, n1 - k1, k2, n2 - k2);
  return { name, statistic: difference, p_value, n: n1 + n2, difference, interval };
}

function newcombe(k1: number, n1: number, k2: number, n2: number, level: number): Interval {
  const [p1, p2] = [k1 / n1, k2 / n2];
  const [a, b] = [wilsonInterval(k1, n1, level), wilsonInterval(k2, n2, level)];
  return {
    low: p1 - p2 - length(p1 - a.low, b.high - p2),
    high: p1 - p2 + length(a.high - p1, p2 - b.low),
    level,
  };
}

function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
