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
