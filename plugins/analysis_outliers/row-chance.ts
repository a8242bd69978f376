import { fTail } from '../../src/sdk/index.ts';

/**
 * The chance that a row of normal data that was not fitted lies as far out: Cerioli's scaled F (2010), of m fitted
 * rows in p dimensions d² is (m + 1) (m - 1) p / (m (m - p)) times F(p, m - p).
 */
export function chanceOfDistance(distance: number, m: number, p: number): number {
  return fTail((distance * distance * m * (m - p)) / ((m + 1) * (m - 1) * p), p, m - p);
}
