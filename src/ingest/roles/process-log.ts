import { type ColumnFacts, isKey } from './facts.ts';
import type { Fit } from './fit.ts';
import { headerSays } from './headers.ts';
import { determines, type Labels } from './labels.ts';
import { nameScore } from './names.ts';
import type { Orders } from './orders.ts';
import { type Reference, referenceStrength } from './references.ts';
import type { ROLES_OF_KIND } from './roles-of-kinds.ts';
import { share } from './shapes.ts';
import { fitTime, SLOTS, type Slot, type Times } from './times.ts';
import { count, of, percent, some } from './wording.ts';

type ProcessRole = (typeof ROLES_OF_KIND)['process_log'][number];

/** What is assumed of the table while its other roles are judged. */
export interface ProcessView {
  readonly key: ColumnFacts | undefined;
  readonly times: Times;
  readonly orders: Orders;
  readonly references: readonly Reference[];
  readonly labels: Labels;
}

/** What values say: for (in [0, 1]), against (a factor; 0 impossible), and why. */
interface ValuesSay {
  readonly value: number;
  readonly gate: number;
  readonly reasons: readonly string[];
  /** The key that holds the values, where it is not that of the runs. */
  readonly pointsAt?: ColumnFacts;
}

const IMPOSSIBLE: ValuesSay = { value: 0, gate: 0, reasons: [] };

/** How well a column fits a role of a process log; undefined where it can not have it. */
export function fitProcess(role: ProcessRole, facts: ColumnFacts, view: ProcessView): Fit | undefined {
  if (facts.rows > 0 && facts.nonNull === 0) return undefined;
  if (isSlot(role)) return view.times[role] === facts ? fitTime(role, view.times, view.orders) : undefined;
  if (facts.family === 'instant' || facts.family === 'other') return undefined;
  const header = headerSays(facts.name, role);
  const values = VALUES[role](facts, view);
  const gate = header.gate * values.gate;
  if (gate === 0) return undefined;
  const reasons = [...(header.reason === undefined ? [] : [header.reason]), ...values.reasons];
  const { value, pointsAt } = values;
  return { role, facts, name: header.name, value, gate, reasons, ...(pointsAt && { pointsAt }) };
}

function isSlot(role: ProcessRole): role is Slot {
  return SLOTS.some((slot) => slot === role);
}

const VALUES: Readonly<
  Record<Exclude<ProcessRole, Slot>, (facts: ColumnFacts, view: ProcessView) => ValuesSay>
> = {
  run_id: identity,
  activity,
  module: moduleOf,
  duration,
  resource,
  user: (facts) => label(facts, 0.1),
  status,
  depends_on: (facts, view) => pointer(facts, view, 'depends_on'),
  parent: (facts, view) => pointer(facts, view, 'parent'),
  chain: (facts, view) => pointer(facts, view, 'chain'),
  parameters,
  schedule: (facts) => label(facts, 0.05),
  priority: (facts) => label(facts, 0.05),
  attempts: (facts) =>
    facts.whole && (facts.min ?? 0) >= 0 && (facts.max ?? 0) <= 1000
      ? {
          value: 0.1,
          gate: 1,
          reasons: [`whole numbers from ${count(facts.min ?? 0)} to ${count(facts.max ?? 0)}`],
        }
      : IMPOSSIBLE,
};

function identity(facts: ColumnFacts, view: ProcessView): ValuesSay {
  if (facts !== view.key || !(facts.whole || facts.family === 'text')) return IMPOSSIBLE;
  const pointers = view.references.filter((r) => r.key === facts && referenceStrength(r) >= 0.5);
  const reasons = [`${of(facts.distinct, facts.nonNull)} values are distinct`];
  if (pointers.length > 0) {
    reasons.push(`the values of ${pointers.map((r) => r.column.column.name).join(', ')} are found in it`);
  }
  const counter =
    facts.whole && (facts.max ?? 0) - (facts.min ?? 0) + 1 === facts.rows && (facts.min ?? 0) <= 1;
  const unique = facts.nonNull === 0 ? 1 : facts.distinct / facts.nonNull;
  const complete = facts.rows === 0 ? 1 : facts.nonNull / facts.rows;
  const strongest = Math.max(0, ...pointers.map(referenceStrength));
  return {
    value: isKey(facts) ? (counter ? 0.5 : 0.6) + 0.3 * strongest : 0.2 + 0.5 * strongest,
    gate: unique * unique * complete,
    reasons,
  };
}

function activity(facts: ColumnFacts, view: ProcessView): ValuesSay {
  if (facts === view.key || facts.family === 'boolean' || fraction(facts)) return IMPOSSIBLE;
  if (isKey(facts) && facts.rows > 20) return IMPOSSIBLE;
  const explained = view.labels.explains(facts);
  const best = view.labels.candidates[0] === facts && explained >= 0.2;
  const reasons = [some(facts.distinct, 'label', 'labels') + ` in ${some(facts.nonNull, 'row', 'rows')}`];
  if (best) {
    reasons.push(
      `explains the service times best of all labels (${percent(explained)} of the variation of their ranks)`,
    );
  }
  const repeated = facts.nonNull < 50 || facts.distinct * 2 <= facts.nonNull;
  return { value: best ? Math.min(0.75, 0.45 + 0.5 * explained) : 0.1, gate: repeated ? 1 : 0.3, reasons };
}

function moduleOf(facts: ColumnFacts, view: ProcessView): ValuesSay {
  const finer = view.labels.candidates[0];
  const base = label(facts, 0.1);
  if (finer === undefined || finer === facts || base.gate < 1) return base;
  const coarser = facts.distinct >= 2 && facts.distinct * 3 <= finer.distinct * 2 && balanced(facts);
  if (!coarser || facts.rows < 100 || !determines(finer, facts)) return base;
  return {
    value: 0.55,
    gate: 1,
    reasons: [...base.reasons, `each label of ${finer.column.name} goes with one of its labels only`],
  };
}

function duration(facts: ColumnFacts, view: ProcessView): ValuesSay {
  if (facts.family !== 'number') return IMPOSSIBLE;
  const { started_at: from, ended_at: to } = view.times;
  const spans = view.orders.spans.filter((span) => span.column === facts);
  const equal = spans.find((span) => span.from === from && span.to === to);
  if (equal !== undefined) {
    if (equal.unit !== 's') return IMPOSSIBLE;
    const reason = `equals ended − started in seconds in ${of(equal.matches, equal.both)} rows`;
    return { value: 0.9 * (equal.matches / Math.max(1, equal.both)), gate: 1, reasons: [reason] };
  }
  if (spans.length > 0) return { value: 0, gate: 0.2, reasons: ['is the time between two other columns'] };
  if (from === undefined || to === undefined) return { value: 0, gate: 1, reasons: [] };
  const known = view.orders.between(from, to).both > 0;
  return { value: 0, gate: known ? 0.55 : 1, reasons: known ? ['does not equal ended − started'] : [] };
}

function resource(facts: ColumnFacts, view: ProcessView): ValuesSay {
  const base = label(facts, 0.1);
  const start = view.times.started_at;
  const hosts = facts.family === 'text' && share(facts.shapes, 'host') >= 0.95 && facts.distinct <= 200;
  if (!hosts || base.gate < 1) return base;
  const reasons = [...base.reasons, 'values look like names of machines'];
  const gaps = start !== undefined && facts.nonNull < facts.rows && sameGaps(facts, start);
  if (gaps) reasons.push(`is empty just where ${start.column.name} is`);
  return { value: gaps ? 0.65 : share(facts.shapes, 'machine') >= 0.95 ? 0.6 : 0.35, gate: 1, reasons };
}

function status(facts: ColumnFacts): ValuesSay {
  const base = label(facts, 0.1);
  const words = share(facts.shapes, 'status') >= 0.95 && facts.distinct <= 15 && facts.distinct >= 2;
  if (!words || facts.family !== 'text') return base;
  return { value: 0.55, gate: base.gate, reasons: [...base.reasons, 'values are words for outcomes'] };
}

function parameters(facts: ColumnFacts): ValuesSay {
  if (facts.family !== 'text') return IMPOSSIBLE;
  const { values, counts } = facts.shapes;
  const part = share(facts.shapes, 'key_value');
  return {
    value: part >= 0.8 ? 0.85 : 0,
    gate: values > 0 && part < 0.2 ? 0.6 : 1,
    reasons:
      part > 0
        ? [
            `${of(counts.key_value, values)} looked-at values read as keys with values (key=value;…, or a JSON object)`,
          ]
        : [],
  };
}

/** A column of labels or codes: repeated, no fraction, no key. */
function label(facts: ColumnFacts, value: number): ValuesSay {
  if (facts.family === 'boolean' || fraction(facts)) return IMPOSSIBLE;
  const repeated = facts.nonNull < 20 || facts.distinct * 2 <= facts.nonNull;
  return {
    value,
    gate: repeated ? (facts.distinct === 1 && facts.nonNull >= 20 ? 0.7 : 1) : 0.3,
    reasons: [`${some(facts.distinct, 'value', 'values')} in ${some(facts.nonNull, 'row', 'rows')}`],
  };
}

function pointer(facts: ColumnFacts, view: ProcessView, role: 'depends_on' | 'parent' | 'chain'): ValuesSay {
  if (facts === view.key || facts.family === 'boolean' || fraction(facts)) return IMPOSSIBLE;
  if (view.key === undefined) return { value: 0, gate: 0.7, reasons: ['no column to point into is known'] };
  const reference = referenceFrom(facts, view);
  if (reference === undefined || reference.pointing === 0) return noPointer(facts, view.key, role);
  const { found, pointing, own, lookedAt, key } = reference;
  const looked = lookedAt === 1 ? '' : 'looked-at ';
  const reasons = [
    found === pointing
      ? `every ${looked}value is found in ${key.column.name} (${of(found, pointing)})`
      : `${of(found, pointing)} ${looked}values are found in ${key.column.name}`,
  ];
  if (own > 0) {
    const rows = some(own, `${looked}row points`, `${looked}rows point`);
    reasons.push(`${rows} at ${own === 1 ? 'itself' : 'themselves'}`);
  }
  const strength = referenceStrength(reference);
  const contained = found / pointing;
  const isElsewhere = key !== view.key;
  return {
    value: strength * (0.5 + typical(role, reference, reasons)),
    gate:
      (contained >= 0.5 ? 1 : contained >= 0.3 ? 0.8 : found > 0 ? 0.55 : 0.4) *
      (own === pointing ? 0.6 : 1) *
      (isElsewhere ? ELSEWHERE : 1),
    reasons,
    ...(isElsewhere && { pointsAt: key }),
  };
}

/** Ids are rather those of the runs than of another key of the table. */
const ELSEWHERE = 0.9;

/** What the values of a column are to the key of the runs, or to another key where they are surely found there and not in the first. */
function referenceFrom(facts: ColumnFacts, { references, key }: ProcessView): Reference | undefined {
  const own = references.filter((reference) => reference.column === facts);
  const first = own.find((reference) => reference.key === key);
  if (first !== undefined && referenceStrength(first) >= SURE) return first;
  const others = own.filter((reference) => isKey(reference.key) && referenceStrength(reference) >= SURE);
  return others.sort((a, b) => referenceStrength(b) - referenceStrength(a))[0] ?? first;
}

const SURE = 0.6;

/** Values that are no ids. Those of a chain may be a label that all its runs share. */
function noPointer(facts: ColumnFacts, key: ColumnFacts, role: 'depends_on' | 'parent' | 'chain'): ValuesSay {
  const reason = `none of its values is found in ${key.column.name}`;
  const shared = role === 'chain' && facts.distinct >= 2 && facts.distinct * 2 <= facts.nonNull;
  if (!shared || nameScore(facts.name, 'chain') === 0) return { value: 0, gate: 0.4, reasons: [reason] };
  const label = `each of ${some(facts.distinct, 'label', 'labels')} is shared by ${count(Math.round(facts.nonNull / facts.distinct))} rows on average`;
  return { value: 0.2, gate: 0.85, reasons: [reason, label] };
}

/**
 * What tells a prerequisite, a parent and a chain's master apart in values, as an addition to their common value:
 * a prerequisite ended before the run started; a master is the head of many runs, and often of itself.
 */
function typical(role: 'depends_on' | 'parent' | 'chain', reference: Reference, reasons: string[]): number {
  const { others, heads, own, endedBefore, column, lookedAt } = reference;
  if (others === 0) return 0;
  const star = heads === others && others * lookedAt >= 2.5 * column.distinct;
  const cases = lookedAt === 1 ? 'cases' : 'looked-at cases';
  const waited = endedBefore !== null && endedBefore * 20 >= others * 19;
  switch (role) {
    case 'chain':
      if (star)
        reasons.push(
          `what it points at is the head of its chain (${of(heads, others)}${lookedAt === 1 ? '' : ' looked at'})`,
        );
      return star ? (own > 0 ? 0.3 : 0.22) : 0;
    case 'depends_on':
      if (endedBefore !== null) {
        reasons.push(`what it points at ended before the run started in ${of(endedBefore, others)} ${cases}`);
      }
      return waited && !star ? 0.25 : 0;
    case 'parent':
      return endedBefore !== null && !waited ? (star ? 0.15 : 0.25) : 0.05;
  }
}

function fraction(facts: ColumnFacts): boolean {
  return facts.family === 'number' && !facts.whole;
}

function balanced(facts: ColumnFacts): boolean {
  return facts.shapes.top * 10 < facts.shapes.values * 9;
}

function sameGaps(a: ColumnFacts, b: ColumnFacts): boolean {
  return (
    a.nonNull === b.nonNull &&
    a.sample.every((cell, i) => (cell === null) === ((b.sample[i] ?? null) === null))
  );
}
