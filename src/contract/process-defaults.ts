import Type, { type Static } from 'typebox';
import { closed, patterned } from './common.ts';

const Names = Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true });

/**
 * What holds for every analysis of a process log: each value stands for the setting of the same name of every plugin that
 * has one, below what is set for that plugin alone.
 */
export const ProcessDefaults = Type.Partial(
  closed({
    /** Whose wall clock the local times of the log are: a name of the IANA time zone database. */
    time_zone: patterned(
      '^([A-Za-z][A-Za-z0-9_+/-]*)?$',
      'a name of the IANA time zone database, such as Europe/Berlin',
      { maxLength: 64 },
    ),
    /** Seconds: the whole eligible wait of a run that waits longer is over-threshold wait. */
    threshold_s: Type.Number({ minimum: 0, maximum: 31_536_000 }),
    /** First and last day of the month of the close window; it wraps round the month end where the first comes later. */
    close_start_day: Type.Integer({ minimum: 1, maximum: 31 }),
    close_end_day: Type.Integer({ minimum: 1, maximum: 31 }),
    /** Jobs that run all the time and do no work: out of all totals. */
    watchdog_activities: Names,
    /** Jobs that the client can't change. */
    not_adjustable_activities: Names,
    /** Jobs that are left out altogether. */
    excluded_activities: Names,
    /** Statuses that mean that a run failed. */
    failed_statuses: Names,
  }),
  { additionalProperties: false },
);
export type ProcessDefaults = Static<typeof ProcessDefaults>;
