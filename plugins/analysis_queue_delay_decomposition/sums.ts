import { type Clock, secondsOf } from '../../src/sdk/index.ts';

const COUNTS = ['runs', 'close_runs', 'pre_eligible_runs', 'waited_runs', 'over_runs', 'service_runs'];
const TIMES = ['pre_eligible', 'wait', 'over', 'service'];

/**
 * Counts and sums of some runs in whole microseconds, as SQL. An interval that runs backwards (below 0) is counted
 * nowhere in its own totals.
 */
export function sums({ wait, preEligible, over, service, window }: Clock): string {
  return [
    'count(*) AS runs',
    `count(*) FILTER (WHERE ${window} = 'close') AS close_runs`,
    `count(*) FILTER (WHERE ${preEligible} >= 0) AS pre_eligible_runs`,
    `coalesce(sum(${preEligible}) FILTER (WHERE ${preEligible} >= 0), 0) AS pre_eligible_us`,
    `count(*) FILTER (WHERE ${wait} >= 0) AS waited_runs`,
    `coalesce(sum(${wait}) FILTER (WHERE ${wait} >= 0), 0) AS wait_us`,
    `max(${wait}) FILTER (WHERE ${wait} >= 0) AS longest_wait_us`,
    `count(*) FILTER (WHERE ${over} > 0) AS over_runs`,
    `coalesce(sum(${over}), 0) AS over_us`,
    `count(*) FILTER (WHERE ${service} >= 0) AS service_runs`,
    `coalesce(sum(${service}) FILTER (WHERE ${service} >= 0), 0) AS service_us`,
  ].join(',\n    ');
}

/** The same of several groups together. */
export const SUMS_OF_SUMS = [
  ...COUNTS.map((name) => `coalesce(sum(${name}), 0) AS ${name}`),
  ...TIMES.map((name) => `coalesce(sum(${name}_us), 0) AS ${name}_us`),
  'max(longest_wait_us) AS longest_wait_us',
].join(', ');

/** What was counted, with times as exact seconds. */
export const SHOWN = [...COUNTS, ...[...TIMES, 'longest_wait'].map(secondsOf)].join(',\n  ');
