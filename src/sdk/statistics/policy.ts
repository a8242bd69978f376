/**
 * The highest level of false discoveries that a run may be configured with, and so the highest p-value with which a
 * hypothesis could still be kept: a plugin emits findings for hypotheses up to it, and leaves what passes to the
 * ledger of the run.
 */
export const MOST_HOPEFUL_P = 0.2;
