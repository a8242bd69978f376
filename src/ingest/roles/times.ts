import { type ColumnFacts, hasTimeOfDay } from './facts.ts';
import { certainty, type Fit } from './fit.ts';
import { headerSays } from './headers.ts';
import { nameScore } from './names.ts';
import type { Orders } from './orders.ts';
import type { UniqueRole } from './roles-of-kinds.ts';
import { of } from './wording.ts';

export const SLOTS = ['queued_at', 'eligible_at', 'started_at', 'ended_at'] as const satisfies UniqueRole[];
export type Slot = (typeof SLOTS)[number];

/** Which columns are the times of a run; any may be missing. */
export type Times = Partial<Readonly<Record<Slot, ColumnFacts>>>;

/** Where nothing but the order speaks: runs have a start and an end before they have anything else. */
const PRIOR: Readonly<Record<Slot, number>> = {
  queued_at: 0.62,
  eligible_at: 0.56,
  started_at: 0.66,
  ended_at: 0.66,
};
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

/** The best ways to give the four times of a run to columns, jointly in order; the best first. */
export function solveTimes(orders: Orders, threshold: number): Times[] {
  const solved = combinations(orders.instants).map((times) => ({
    times,
    value: worth(times, orders, threshold),
  }));
  solved.sort((a, b) => b.value - a.value);
  const best = solved.slice(0, KEPT).map(({ times }) => times);
  for (const span of orders.spans) {
    const fitting = solved.find(({ times }) => times.started_at === span.from && times.ended_at === span.to);
    if (fitting !== undefined && !best.includes(fitting.times)) best.push(fitting.times);
  }
  return best;
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
  let compared = 0;
  for (const other of SLOTS) {
    const second = times[other];
    if (second === undefined || other === slot) continue;
    const earlier = SLOTS.indexOf(slot) < SLOTS.indexOf(other);
    const order = earlier ? orders.between(facts, second) : orders.between(second, facts);
    if (order.both === 0) continue;
    worst = Math.min(worst, order.inOrder / order.both);
    if (order.same < order.both) compared++;
    reasons.push(
      `${earlier ? 'not after' : 'not before'} ${second.column.name} (${other}) in ${of(order.inOrder, order.both)} rows with both`,
    );
  }
  const fine = hasTimeOfDay(facts);
  if (!fine) reasons.push('holds days without a time of day');
  return {
    role: slot,
    facts,
    name: header.name,
    value: compared === 0 || worst < 0.9 ? 0 : PRIOR[slot] * (fine ? 1 : 0.3),
    gate:
      header.gate *
      (worst >= 0.9 ? 1 : worst * worst) *
      (fine ? 1 : 0.85) *
      (compared === 0 && header.name === 0 ? 0.5 : 1),
    reasons,
  };
}
