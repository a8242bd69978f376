import type { ColumnFacts } from './facts.ts';
import { mayBeActivity } from './groups.ts';
import type { Times } from './times.ts';

/** What labels say about each other and about how long runs take, in the sampled rows. */
export interface Labels {
  /** Columns with few enough labels, best explanation of the service times first. */
  readonly candidates: readonly ColumnFacts[];
  /** Share of the variation of the service times' ranks that the labels explain, adjusted for their number. */
  explains(facts: ColumnFacts): number;
}

export function compareLabels(columns: readonly ColumnFacts[], times: Times): Labels {
  const ranks = serviceRanks(times);
  const explained = new Map(
    columns
      .filter(mayBeActivity)
      .map((facts) => [facts, ranks === undefined ? 0 : adjustedShare(facts, ranks)]),
  );
  const explains = (facts: ColumnFacts) => explained.get(facts) ?? 0;
  return {
    candidates: [...explained.keys()].sort((a, b) => explains(b) - explains(a)),
    explains,
  };
}

/** Mid-ranks of ended − started by sampled row; undefined where there are fewer than 50. */
function serviceRanks(times: Times): Map<number, number> | undefined {
  const { started_at: start, ended_at: end } = times;
  if (start === undefined || end === undefined) return undefined;
  const spans: { row: number; span: number }[] = [];
  start.sample.forEach((cell, row) => {
    const other = end.sample[row];
    if (cell !== null && other != null) spans.push({ row, span: Number(other) - Number(cell) });
  });
  if (spans.length < 50) return undefined;
  spans.sort((a, b) => a.span - b.span);
  const ranks = new Map<number, number>();
  for (let i = 0; i < spans.length; ) {
    let j = i;
    while (spans[j]?.span === spans[i]?.span && j < spans.length) j++;
    for (const { row } of spans.slice(i, j)) ranks.set(row, (i + j - 1) / 2);
    i = j;
  }
  return ranks;
}

/** Adjusted eta squared of a one-way analysis of the ranks: 1 − (1 − SSB/SST)(n − 1)/(n − k). */
function adjustedShare(facts: ColumnFacts, ranks: ReadonlyMap<number, number>): number {
  const n = ranks.size;
  const mean = (n - 1) / 2;
  const groups = new Map<string, { n: number; sum: number }>();
  let total = 0;
  for (const [row, rank] of ranks) {
    total += (rank - mean) * (rank - mean);
    const label = facts.sample[row] ?? '';
    const group = groups.get(label) ?? { n: 0, sum: 0 };
    groups.set(label, { n: group.n + 1, sum: group.sum + rank - mean });
  }
  if (total === 0 || groups.size >= n) return 0;
  let between = 0;
  for (const group of groups.values()) between += (group.sum * group.sum) / group.n;
  return Math.max(0, 1 - ((1 - between / total) * (n - 1)) / (n - groups.size));
}

/** Every label of `finer` goes with one label of `coarser` only, in the sampled rows. */
export function determines(finer: ColumnFacts, coarser: ColumnFacts): boolean {
  const seen = new Map<string, string>();
  for (const [row, label] of finer.sample.entries()) {
    const other = coarser.sample[row];
    if (label === null || other == null) continue;
    const known = seen.get(label);
    if (known !== undefined && known !== other) return false;
    seen.set(label, other);
  }
  return seen.size > 0;
}
