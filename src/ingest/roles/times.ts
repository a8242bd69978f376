import { NEARLY_ALL, precedes, TIMES_OF_A_RUN } from './chain.ts';
import { type ColumnFacts, hasTimeOfDay } from './facts.ts';
import { certainty, type Fit } from './fit.ts';
import { headerSays } from './headers.ts';
import { nameScore } from './names.ts';
import type { Orders } from './orders.ts';
import type { PairOrder } from './pair-order.ts';
import type { UniqueRole } from './roles-of-kinds.ts';
import { of } from './wording.ts';

export const SLOTS = TIMES_OF_A_RUN satisfies readonly UniqueRole[];
export type Slot = (typeof SLOTS)[number];

/** Which columns are the times of a run; any may be missing. */
export type Times = Partial<Readonly<Record<Slot, ColumnFacts>>>;

/** Where nothing but the order speaks: runs have a start and an end before they have anything else. */
const PRIOR: Readonly<Record<Slot, number>> = {
  queued_at: 0.72,
  eligible_at: 0.66,
  started_at: 0.76,
  ended_at: 0.76,
};
/** Two times alone may be any two. */
const ONLY_TWO = 0.88;
/** What is left of the value of the order where the column stands in the wrong place. */
const MISPLACED = 0.4;
/** The same where there are more times than a run has, so that nobody can say which place is wrong. */
const UNSETTLED = 0.995;
/** Rows in order, below which no header makes two columns times of one run that follow each other. */
const MOST = 0.6;
/** How sure a header has to be of its time, for that. */
const NAMED = 0.6;
/** How much rows out of order take off where headers are sure: of a third of them, a tenth. */
const BACKWARDS = 0.3;
const MAX_INSTANTS = 8;
const KEPT = 5;

/** The instants worth comparing: those named like a time of a run, then the fullest. */
export function timeCandidates(columns: readonly ColumnFacts[]): ColumnFacts[] {
  const named = (facts: ColumnFacts) => Math.max(...SLOTS.map((slot) => nameScore(facts.name, slot)));
  return columns
    .filter((c) => c.family === 'instant' && c.nonNull > 0)
    .map((facts) => ({ facts, named: named(facts) }))
    .sort(
      (a, b) => b.named - a.named || b.facts.nonNull - a.facts.nonNull || b.facts.distinct - a.facts.distinct,
    )
    .slice(0, MAX_INSTANTS)
    .map(({ facts }) => facts);
}

/**
 * The best ways to give the four times of a run to columns, jointly in order, the best first; with them, for each
 * time, the best way that gives it to another column than the very best does.
 */
export function solveTimes(orders: Orders, threshold: number): Times[] {
  const solved = combinations(orders.instants).map((times) => ({
    times,
    value: worth(times, orders, threshold),
  }));
  solved.sort((a, b) => b.value - a.value);
  const best = new Set(solved.slice(0, KEPT).map(({ times }) => times));
  const first = solved[0]?.times ?? {};
  const keep = (wanted: (times: Times) => boolean) => {
    const found = solved.find(({ times }) => wanted(times));
    if (found !== undefined) best.add(found.times);
  };
  for (const slot of SLOTS) keep((t) => t[slot] !== undefined && t[slot] !== first[slot]);
  for (const { from, to } of orders.spans) keep((t) => t.started_at === from && t.ended_at === to);
  return [...best];
}

function combinations(instants: readonly ColumnFacts[]): Times[] {
  let all: Times[] = [{}];
  for (const slot of SLOTS) {
    all = all.flatMap((times) => [
      times,
      ...instants
        .filter((facts) => !Object.values(times).includes(facts))
        .map((facts) => ({ ...times, [slot]: facts })),
    ]);
  }
  return all;
}

/** With few rows all are less sure, which must not make two times look better than three: rows don't count here. */
function worth(times: Times, orders: Orders, threshold: number): number {
  let sum = 0;
  for (const slot of SLOTS) {
    const fit = fitTime(slot, times, orders);
    if (fit !== undefined) sum += Math.round((certainty(fit, Number.MAX_SAFE_INTEGER) - threshold) * 1e6);
  }
  return sum;
}

/** How well the column that `times` gives to a slot fits it, beside the others. */
export function fitTime(slot: Slot, times: Times, orders: Orders): Fit | undefined {
  const facts = times[slot];
  if (facts === undefined) return undefined;
  const header = headerSays(facts.name, slot);
  const reasons = header.reason === undefined ? [] : [header.reason];
  let worst = 1;
  let worstNamed = 1;
  let compared = 0;
  for (const other of SLOTS) {
    const second = times[other];
    if (second === undefined || other === slot) continue;
    const earlier = SLOTS.indexOf(slot) < SLOTS.indexOf(other);
    const order = earlier ? orders.between(facts, second) : orders.between(second, facts);
    if (order.both === 0) continue;
    reasons.push(
      `${earlier ? 'not after' : 'not before'} ${second.column.name} (${other}) in ${of(order.inOrder, order.both)} rows with both`,
    );
    if (
      isBackwardClock(order, areNeighbours(slot, other, times)) &&
      isNamed(facts, slot) &&
      isNamed(second, other)
    ) {
      worstNamed = Math.min(worstNamed, order.inOrder / order.both);
      continue;
    }
    worst = Math.min(worst, order.inOrder / order.both);
    // Where the two differ, they are more often the wrong way round.
    if (order.inOrder - order.same < order.both - order.inOrder) worst = Math.min(worst, 0.5);
    if (order.same < order.both) compared++;
  }
  if (worstNamed < 1) reasons.push('by the headers the other rows have a clock that runs backwards');
  const fine = hasTimeOfDay(facts);
  const place = placeIn(slot, facts, times, orders);
  reasons.push(...place.reasons);
  if (!fine) reasons.push('holds days without a time of day');
  return {
    role: slot,
    facts,
    name: header.name,
    value: compared === 0 || worst < NEARLY_ALL ? 0 : PRIOR[slot] * place.factor * (fine ? 1 : 0.3),
    gate:
      header.gate *
      (worst >= NEARLY_ALL ? 1 : worst * worst) *
      (1 - BACKWARDS * (1 - worstNamed)) *
      (fine ? 1 : 0.85) *
      (compared === 0 && header.name === 0 ? 0.5 : 1),
    reasons,
  };
}

/** Too many rows out of order for the values to speak, few enough for a clock that is wrong: that is told, and hides no column. */
function isBackwardClock({ both, inOrder, same }: PairOrder, neighbours: boolean): boolean {
  const mostly = inOrder - same > both - inOrder && (!neighbours || inOrder >= MOST * both);
  return mostly && inOrder < NEARLY_ALL * both;
}

/** Whether no time is bound between the two: where one is, rows that are wrong before and behind it add up. */
function areNeighbours(slot: Slot, other: Slot, times: Times): boolean {
  const [a, b] = [SLOTS.indexOf(slot), SLOTS.indexOf(other)];
  return SLOTS.slice(Math.min(a, b) + 1, Math.max(a, b)).every((between) => times[between] === undefined);
}

function isNamed(facts: ColumnFacts, slot: Slot): boolean {
  return hasTimeOfDay(facts) && nameScore(facts.name, slot) >= NAMED;
}

/**
 * Whether a column stands where the chain of times wants it: the last time is the end, the one before it the start,
 * nothing comes before the request, and what is eligible was requested and starts.
 */
function placeIn(
  slot: Slot,
  facts: ColumnFacts,
  times: Times,
  orders: Orders,
): { readonly factor: number; readonly reasons: readonly string[] } {
  const { members, crowded } = orders.chain;
  const { queued_at: queued, started_at: started, ended_at: ended } = times;
  const bound = Object.values(times);
  const left = members.filter((member) => !bound.includes(member));
  const before = (a: ColumnFacts, b: ColumnFacts) => precedes(a, b, orders.between);
  const pair = started !== undefined && ended !== undefined;
  const wrong = left.find((member) =>
    slot === 'queued_at' ? before(member, facts) : pair && slot !== 'eligible_at' && before(started, member),
  );
  const complete =
    slot === 'queued_at'
      ? started !== undefined
      : slot === 'eligible_at'
        ? queued !== undefined && pair
        : pair;
  // Of few rows only some may be eligible at another time than they are asked for.
  const member = members.includes(facts) || slot === 'eligible_at';
  const only = bound.length === 2 ? ONLY_TWO : 1;
  if (complete && member && wrong === undefined) {
    const settled = bound.length > 2 && left.length === 0 && members.length === bound.length;
    return { factor: only, reasons: settled ? [PLACES[slot](members.length)] : [] };
  }
  if (crowded && member && complete) return { factor: only * UNSETTLED, reasons: [CROWDED(members.length)] };
  const reasons = wrong === undefined ? [] : [`${wrong.column.name} is left out, and is ${SIDE[slot]}`];
  return { factor: only * MISPLACED, reasons };
}

const SIDE: Readonly<Record<Slot, string>> = {
  queued_at: 'earlier',
  eligible_at: 'between',
  started_at: 'later',
  ended_at: 'later',
};

const PLACES: Readonly<Record<Slot, (n: number) => string>> = {
  queued_at: (n) => `the first of ${n} times that are in order`,
  eligible_at: (n) => `the second of ${n} times that are in order`,
  started_at: (n) => `the last but one of ${n} times that are in order`,
  ended_at: (n) => `the last of ${n} times that are in order`,
};

const CROWDED = (n: number) => `${n} times are in order, more than a run has`;
