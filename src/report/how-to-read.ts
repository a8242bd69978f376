/** A short guide to a report: a term and what it means. The same in all readable forms. */
export const HOW_TO_READ: readonly (readonly [string, string])[] = [
  [
    'Order',
    'Findings stand in order of rank: how well supported, how large, how much of the table they touch, how far they can be acted on. What only tells how the table is organised comes late. A finding 2.1 tells the same as finding 2, as another analysis sees it.',
  ],
  [
    'What is claimed',
    'MEASURED is read from the data as it is. MODELED comes from a model and holds as far as its assumptions do, which stand beside it. FULL: every row was looked at. SAMPLED: a sample was.',
  ],
  [
    'How sure',
    'An exact count is counted, not estimated. A 95\u202f% interval is the margin of an estimate. A tested claim stood out from chance: of all claims with at most its q, about that share is expected to be a false alarm. Replication says whether each half of the rows shows it too.',
  ],
  [
    'Medians and quartiles',
    'In a finding they are values that occur (nearest rank). Those of number columns under “Columns” are interpolated between neighbours, so that the two can differ a little.',
  ],
  [
    'Which query, which rows',
    'The evidence of a finding names for each number the query (Q1, Q2 …) with row and column of its result, or the derivation and what that was computed from. Rows that are cited go by their number in the source file, from 1; a number without cited rows is over all rows that the query takes.',
  ],
  [
    'Can it be run again',
    'Yes: stat-harness verify RUN --recompute repeats every query and derivation and compares the results by hash. Without this program, paste a query into DuckDB, as told at the end under “Repeat it yourself”.',
  ],
];
