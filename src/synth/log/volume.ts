// How many runs of each kind a healthy log has, so that all together they make its rows per day.
import { CLOSE_STEPS, NIGHTLY_STEPS, USER_JOBS, type UserJob } from './jobs.ts';

/** How many of the jobs that run by the clock a log of this size has room for: intervals are longer in a small one. */
export function intervalFactor(rowsPerDay: number): number {
  return [1, 2, 4].find((factor) => 96 / factor <= 0.25 * rowsPerDay) ?? 8;
}

/** How often the same schedule runs side by side, for areas of its own, in a large log. */
export const usualLines = (rowsPerDay: number): number => Math.max(1, Math.round(rowsPerDay / 1500));

/** Children of a nightly chain. */
export const EXTRACTS = 6;

/** More would not be over by the next night: the vendor lets two extracts run at once, however many there are. */
const MOST_NIGHTLY_CHAINS = 40;

export const nightlyChains = (rowsPerDay: number): number =>
  Math.min(
    MOST_NIGHTLY_CHAINS,
    Math.max(1, Math.round((0.05 * rowsPerDay) / (NIGHTLY_STEPS.length + EXTRACTS))),
  );
export const closeChains = (rowsPerDay: number): number =>
  Math.max(1, Math.round((0.06 * rowsPerDay) / CLOSE_STEPS.length));

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
export const ALL_WEIGHTS = sumOf(USER_JOBS.map(({ weight }) => weight));
/** How many more user runs there are on a day of the close. */
export const CLOSE_FACTOR = sumOf(USER_JOBS.map(({ weight, inClose }) => weight * inClose)) / ALL_WEIGHTS;
export const WEEKEND_SHARE = 0.12;

/** Rows a day from which on a job that never runs beside itself is asked for no oftener: it could never catch up. */
const CAPPED_FROM = 3000;

/** How often a job is asked for in a log of this size, compared with the others: what it does not get goes to them. */
export const weightOf = ({ weight, cap }: UserJob, rowsPerDay: number): number =>
  cap === undefined ? weight : weight * Math.min(1, CAPPED_FROM / rowsPerDay);

/** User runs on a working day outside of the close: what the others leave. About half of all days are in a close. */
export function userRunsPerDay(rowsPerDay: number): number {
  const [factor, lines] = [intervalFactor(rowsPerDay), usualLines(rowsPerDay)];
  const byClock = 7 * ((48 + 24 * lines) / factor) + 5 * ((24 * lines) / factor) + 36;
  const chains =
    5 * nightlyChains(rowsPerDay) * (NIGHTLY_STEPS.length + EXTRACTS) +
    2.5 * closeChains(rowsPerDay) * CLOSE_STEPS.length;
  const days = 5 * (1 + CLOSE_FACTOR) * 0.5 + 2 * WEEKEND_SHARE;
  return Math.max(10, (7 * rowsPerDay - byClock - chains) / days);
}
