/** In which halves of the table a finding holds. */
export type Replication = 'both' | 'first' | 'second' | 'neither';

/** A half's own estimate and p-value; null where the half is too small for one. */
export interface HalfResult {
  readonly estimate: number | null;
  readonly p_value: number | null;
}

/** The p-value up to which a half on its own supports what the whole shows. */
export const HALF_LEVEL = 0.05;

/** A half holds when its estimate has the sign of the whole's and its own p-value is at most 0.05. */
export function replicates(whole: number, first: HalfResult, second: HalfResult): Replication {
  const holds = ({ estimate, p_value }: HalfResult) =>
    estimate !== null &&
    p_value !== null &&
    Math.sign(estimate) === Math.sign(whole) &&
    whole !== 0 &&
    p_value <= HALF_LEVEL;
  if (holds(first)) return holds(second) ? 'both' : 'first';
  return holds(second) ? 'second' : 'neither';
}
