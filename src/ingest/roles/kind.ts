import { SOME_EDGE } from './event-log.ts';
import { type ColumnFacts, hasTimeOfDay } from './facts.ts';
import { edgeStrength, type Grouping } from './groups.ts';
import type { Hint } from './hint.ts';
import type { ProcessView } from './process-log.ts';
import { referenceStrength } from './references.ts';
import type { TableKind, UniqueRole } from './roles-of-kinds.ts';
import { share } from './shapes.ts';
import type { Solution } from './solve.ts';

/** What the table is, and how sure, in [0, 1]. */
export interface Verdict {
  readonly kind: TableKind;
  readonly certainty: number;
}

/** Below this a table is plain: no role of a log is bound on a hunch. */
const LOG_THRESHOLD = 0.6;

/** Independent signs, each of which alone would be right with its weight: what is left of doubt is the product. */
function together(signs: readonly number[]): number {
  return 1 - signs.reduce((doubt, sign) => doubt * (1 - sign), 1);
}

/** Signs that rows are runs of jobs. */
export function processCertainty(
  solution: Solution,
  view: ProcessView,
  columns: readonly ColumnFacts[],
): number {
  const bound = new Map(solution.bound.map((b) => [b.fit.role, b.fit]));
  const identified = bound.has('activity') || bound.has('run_id');
  const times = ['queued_at', 'eligible_at', 'started_at', 'ended_at'] as const;
  const timed = times.filter((role) => bound.has(role));
  if (!identified || timed.length === 0) return 0;
  const named = (role: UniqueRole, hints: readonly Hint[], weight: number) => {
    const fit = bound.get(role);
    return fit !== undefined && fit.name >= 0.75 && hints.some((hint) => fit.facts.name.hints.has(hint))
      ? weight
      : 0;
  };
  const fine = timed.filter((role) => hasTimeOfDay(bound.get(role)?.facts ?? NOTHING));
  const startAndEnd = named('started_at', ['start'], 1) * named('ended_at', ['end'], 1);
  const ordered = fine.filter((role) => (bound.get(role)?.value ?? 0) > 0).length;
  const pointers = view.references.filter((r) => r.key === view.key).map(referenceStrength);
  const key = bound.get('run_id')?.name ?? 0;
  const signs = [
    named('queued_at', ['queue'], 0.6),
    named('eligible_at', ['eligible'], 0.5),
    startAndEnd * (fine.length >= 2 || columns.every((c) => c.rows === 0) ? 0.4 : 0.1),
    named('activity', ['work'], 0.35),
    named('activity', ['activity'], 0.2),
    key >= 0.9 ? 0.4 : key >= 0.5 ? 0.1 : 0,
    ...pointers
      .sort((a, b) => b - a)
      .slice(0, 2)
      .map((strength) => (strength >= 0.5 ? 0.5 * strength : 0)),
    named('depends_on', ['depends'], 0.25),
    named('chain', ['chain'], 0.2),
    named('resource', ['host'], 0.35),
    named('parameters', ['parameters'], 0.3),
    (bound.get('parameters')?.value ?? 0) > 0 ? 0.4 : 0,
    named('attempts', ['attempts'], 0.25),
    named('schedule', ['schedule'], 0.25),
    named('module', ['module'], 0.2),
    named('priority', ['priority'], 0.1),
    named('status', ['status'], 0.1),
    ordered >= 4 ? 0.55 : ordered === 3 ? 0.4 : 0,
    (bound.get('duration')?.value ?? 0) > 0.8 ? 0.3 : 0,
    (bound.get('activity')?.value ?? 0) >= 0.65 ? 0.4 : 0,
  ];
  // A log of runs knows the time of day.
  const days = fine.length === 0 && columns.some((c) => c.rows > 0) ? 0.6 : 1;
  return together(signs) * trade(columns) * days;
}

/** Signs that rows are events of cases. */
export function eventCertainty(solution: Solution, view: Grouping, columns: readonly ColumnFacts[]): number {
  const bound = new Map(solution.bound.map((b) => [b.fit.role, b.fit]));
  const caseFit = bound.get('case');
  const activity = bound.get('activity');
  const time = bound.get('event_timestamp');
  if (caseFit === undefined || activity === undefined || time === undefined) return 0;
  const edge = edgeStrength(view.edges.get(activity.facts));
  // Headers of the XES standard leave no doubt, whatever other columns the table has.
  if (caseFit.name >= 0.98 && activity.name >= 0.98) return 0.98;
  const signs = [
    caseFit.name >= 0.9 ? 0.5 : caseFit.name >= 0.6 ? 0.3 : 0,
    activity.facts.name.hints.has('activity') ? 0.45 : activity.name >= 0.8 ? 0.3 : 0,
    time.name >= 0.9 ? 0.3 : 0,
    edge >= SOME_EDGE && view.cases >= 20 ? 0.4 + 0.4 * edge : 0,
    (bound.get('lifecycle')?.value ?? 0) > 0 ? 0.5 : 0,
  ];
  return together(signs) * trade(columns);
}

/** What speaks for a table of trade, readings or places: each such column takes a little off. */
function trade(columns: readonly ColumnFacts[]): number {
  let factor = 1;
  for (const { name, family, whole, shapes, nonNull } of columns) {
    if (nonNull === 0) continue;
    if (family === 'number' && (name.hints.has('amount') || name.hints.has('reading'))) factor *= 0.85;
    else if (name.hints.has('trade')) factor *= 0.85;
    else if (family === 'number' && !whole && name.hints.size === 0) factor *= 0.9;
    if (name.hints.has('currency') || (share(shapes, 'currency') >= 0.95 && family === 'text')) factor *= 0.7;
    else if (name.hints.has('geo')) factor *= 0.9;
  }
  return Math.max(0.35, factor);
}

/** The likelier kind of log if it is likely enough, else a plain table. */
export function decideKind(process: number, event: number): Verdict {
  if (Math.max(process, event) < LOG_THRESHOLD)
    return { kind: 'plain', certainty: 1 - Math.max(process, event) };
  return process >= event
    ? { kind: 'process_log', certainty: process }
    : { kind: 'event_log', certainty: event };
}

const NOTHING = { family: 'other', nonNull: 0, midnight: 0 } as ColumnFacts;
