import { type ColumnFacts, hasTimeOfDay } from './facts.ts';
import { saysNothing } from './headers.ts';
import { nameScore } from './names.ts';
import type { PairOrder } from './pair-order.ts';

/** Times that each row goes through one after the other, earliest first. */
export interface Chain {
  readonly members: readonly ColumnFacts[];
  /** More members than a run has times: which of them are its times can't be told from the order alone. */
  readonly crowded: boolean;
}

export const TIMES_OF_A_RUN = ['queued_at', 'eligible_at', 'started_at', 'ended_at'] as const;

type Between = (first: ColumnFacts, second: ColumnFacts) => PairOrder;

/** Rows in which two times of a run are in order; clocks run backward in a few. */
export const NEARLY_ALL = 0.9;
const FAR = 20;
const HALF_A_DAY = 43_200_000_000;

/** The instants that are in order in nearly all rows, without those that lie far off from the others. */
export function findChain(instants: readonly ColumnFacts[], between: Between): Chain {
  const fullest = Math.max(0, ...instants.map((facts) => facts.nonNull));
  let members = instants.filter((facts) => mayBelong(facts, fullest));
  for (;;) {
    const misfit = worstMisfit(members, between);
    if (misfit === undefined) break;
    members = members.filter((facts) => facts !== misfit);
  }
  const earlier = (facts: ColumnFacts) => members.filter((other) => precedes(other, facts, between)).length;
  const rank = new Map(members.map((facts) => [facts, earlier(facts)]));
  members.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  members = withoutFarOnes(members);
  return { members, crowded: members.length > TIMES_OF_A_RUN.length };
}

/** Not after the second in nearly all rows, and before it in more rows than after it. */
export function precedes(first: ColumnFacts, second: ColumnFacts, between: Between): boolean {
  const { both, inOrder, same } = between(first, second);
  return both > 0 && inOrder >= NEARLY_ALL * both && inOrder - same > both - inOrder;
}

/** Known in most rows to the second, different from row to row, and not named for something else. */
function mayBelong(facts: ColumnFacts, fullest: number): boolean {
  const named = TIMES_OF_A_RUN.some((role) => nameScore(facts.name, role) > 0);
  const moving = facts.distinct * 50 >= facts.nonNull;
  const full = facts.nonNull * 2 >= fullest;
  return hasTimeOfDay(facts) && moving && full && (named || saysNothing(facts.name));
}

function worstMisfit(members: readonly ColumnFacts[], between: Between): ColumnFacts | undefined {
  const related = (a: ColumnFacts, b: ColumnFacts) => precedes(a, b, between) || precedes(b, a, between);
  const misfits = (a: ColumnFacts) => members.filter((b) => a !== b && !related(a, b)).length;
  let worst: ColumnFacts | undefined;
  let most = 0;
  for (const facts of members.toReversed()) {
    const count = misfits(facts);
    if (count > most) {
      worst = facts;
      most = count;
    }
  }
  return worst;
}

/** Drops the first or last member while it is half a day off and twenty times as far as the others lie apart. */
function withoutFarOnes(members: readonly ColumnFacts[]): ColumnFacts[] {
  const left = [...members];
  while (left.length > 2) {
    if (isFar(left.at(-2), left.at(-1), left[0], left.at(-2))) left.pop();
    else if (isFar(left[0], left[1], left[1], left.at(-1))) left.shift();
    else break;
  }
  return left;
}

type Maybe = ColumnFacts | undefined;

function isFar(from: Maybe, to: Maybe, first: Maybe, last: Maybe): boolean {
  const gap = medianGap(from, to);
  return gap >= HALF_A_DAY && gap > FAR * medianGap(first, last);
}

/** Median of second − first over the sampled rows with both, in microseconds. */
function medianGap(first: Maybe, second: Maybe): number {
  const gaps: number[] = [];
  first?.sample.forEach((cell, i) => {
    const other = second?.sample[i];
    if (cell !== null && other != null) gaps.push(Number(other) - Number(cell));
  });
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? 0;
}
