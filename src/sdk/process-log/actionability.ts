/** How far the operator can act on what a finding says, 0 … 1. */
export const ACTIONABILITY = {
  /** The whole log: what all the rest is a share of. */
  log: 0.8,
  job: 0.9,
  /** A job marked as not adjustable. */
  fixedJob: 0,
  /** When runs are queued can be moved for some of them. */
  window: 0.6,
  /** Module, user, server, chains: where to look rather than what to change. */
  other: 0.3,
} as const;

/** That of a finding on one job. */
export function jobActionability(adjustable: boolean): number {
  return adjustable ? ACTIONABILITY.job : ACTIONABILITY.fixedJob;
}

/** What a statement says of a job that the setting `not_adjustable_activities` names. */
export const NOT_ADJUSTABLE = 'The job is marked as not adjustable.';
