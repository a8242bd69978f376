import { type ColumnFacts, hasTimeOfDay } from './facts.ts';
import { instant } from './families.ts';
import { certainty, type Fit } from './fit.ts';
import { edgeStrength, type Grouping, mayBeActivity } from './groups.ts';
import { headerSays } from './headers.ts';
import { nameScore } from './names.ts';
import type { ROLES_OF_KIND } from './roles-of-kinds.ts';
import { share } from './shapes.ts';
import type { Bound } from './solve.ts';
import { counts, quoted, type Source } from './sql.ts';
import { of, some } from './wording.ts';

type EventRole = (typeof ROLES_OF_KIND)['event_log'][number];

const MAX_CASES = 3;
const MAX_TIMES = 2;
/** Less says nothing: labels drawn at random reach it by chance. */
export const SOME_EDGE = 0.3;

/** Columns whose values come back in a few rows each: cases of an event log. */
export function caseCandidates(columns: readonly ColumnFacts[]): ColumnFacts[] {
  const named = (facts: ColumnFacts) => nameScore(facts.name, 'case');
  return columns
    .filter((c) => (c.whole || c.family === 'text') && c.distinct >= 2 && c.nonNull * 100 >= c.rows * 99)
    .filter((c) => c.distinct * 10 <= c.rows * 8 && (c.distinct * 200 >= c.rows || named(c) > 0))
    .sort((a, b) => named(b) - named(a) || b.distinct - a.distinct)
    .slice(0, MAX_CASES);
}

/** Instants that may be when an event happened, those named so first. */
export function eventTimeCandidates(columns: readonly ColumnFacts[]): ColumnFacts[] {
  const named = (facts: ColumnFacts) => nameScore(facts.name, 'event_timestamp');
  return columns
    .filter((c) => c.family === 'instant' && c.nonNull * 100 >= c.rows * 95 && c.distinct > 1)
    .sort((a, b) => named(b) - named(a) || b.distinct - a.distinct)
    .slice(0, MAX_TIMES);
}

/** When events began, where the table has that beside the time at which they were complete: a header says so, and the order is right. */
export async function eventStart(
  source: Source,
  columns: readonly ColumnFacts[],
  bound: readonly Bound[],
  rows: number,
): Promise<Bound | undefined> {
  const time = bound.find(({ fit }) => fit.role === 'event_timestamp')?.fit.facts;
  const named = (facts: ColumnFacts) => nameScore(facts.name, 'started_at');
  const [facts] = columns
    .filter((c) => c !== time && c.family === 'instant' && c.nonNull * 2 >= c.rows && named(c) >= 0.5)
    .sort((a, b) => named(b) - named(a) || b.nonNull - a.nonNull);
  if (time === undefined || facts === undefined) return undefined;
  const [start, end] = [facts, time].map((c) => instant(quoted(c.column.sql_name)));
  const found = await counts(source, {
    both: `count(${start} <= ${end})`,
    inOrder: `count(*) FILTER (WHERE ${start} <= ${end})`,
  });
  const [both, inOrder] = [found.get('both') ?? 0, found.get('inOrder') ?? 0];
  if (both === 0 || inOrder * 10 < both * 9) return undefined;
  const reasons = [
    `the header "${facts.column.name}" speaks for it`,
    `not after ${time.column.name} (event_timestamp) in ${of(inOrder, both)} rows with both`,
  ];
  const fit = {
    role: 'started_at' as const,
    facts,
    name: named(facts),
    value: (0.6 * inOrder) / both,
    gate: 1,
    reasons,
  };
  return { fit, certainty: certainty(fit, rows) };
}

/** How well a column fits a role of an event log; undefined where it can not have it. */
export function fitEvent(role: EventRole, facts: ColumnFacts, view: Grouping): Fit | undefined {
  if (facts.nonNull === 0) return undefined;
  const values = VALUES[role](facts, view);
  if (values === undefined) return undefined;
  const header = headerSays(facts.name, role);
  const reasons = [...(header.reason === undefined ? [] : [header.reason]), ...values.reasons];
  return { role, facts, name: header.name, value: values.value, gate: header.gate * values.gate, reasons };
}

type ValuesSay = { readonly value: number; readonly gate: number; readonly reasons: readonly string[] };

const VALUES: Readonly<Record<EventRole, (facts: ColumnFacts, view: Grouping) => ValuesSay | undefined>> = {
  case: caseOf,
  activity,
  event_timestamp: eventTime,
  lifecycle,
  resource,
};

function caseOf(facts: ColumnFacts, view: Grouping): ValuesSay | undefined {
  if (facts !== view.caseColumn) return undefined;
  const strongest = Math.max(0, ...[...view.edges.values()].map(edgeStrength));
  return {
    value: 0.2 + (strongest >= SOME_EDGE ? 0.6 : 0) * Math.min(1, strongest + 0.3),
    gate: view.several * 5 >= view.cases * 2 ? 1 : 0.5,
    reasons: [`${some(facts.distinct, 'case has', 'cases have')} ${some(facts.nonNull, 'row', 'rows')}`],
  };
}

function activity(facts: ColumnFacts, view: Grouping): ValuesSay | undefined {
  if (facts === view.caseColumn || !mayBeActivity(facts)) return undefined;
  const varies = view.varies.get(facts) ?? 0;
  if (varies * 5 < view.several) return undefined;
  const edges = view.edges.get(facts);
  const strength = edgeStrength(edges);
  const reasons = [
    some(facts.distinct, 'label', 'labels'),
    `changes within ${of(varies, view.several)} looked-at cases of several rows`,
  ];
  if (edges !== undefined && strength >= SOME_EDGE) {
    reasons.push(`${of(edges.first.cases, edges.cases)} looked-at cases begin with "${edges.first.value}"`);
  }
  const phases = share(facts.shapes, 'lifecycle') >= 0.95;
  return {
    value: strength >= SOME_EDGE ? Math.min(0.8, 0.4 + 0.5 * strength) : 0.1,
    gate: phases ? 0.3 : 1,
    reasons,
  };
}

function eventTime(facts: ColumnFacts, view: Grouping): ValuesSay | undefined {
  if (facts !== view.time) return undefined;
  const varies = view.varies.get(facts) ?? 0;
  const moving = view.several === 0 || varies * 2 >= view.several;
  return {
    value: moving ? (hasTimeOfDay(facts) ? 0.6 : 0.3) : 0,
    gate: moving ? 1 : 0.2,
    reasons: [`changes within ${of(varies, view.several)} looked-at cases of several rows`],
  };
}

function lifecycle(facts: ColumnFacts): ValuesSay | undefined {
  if (facts.family !== 'text') return undefined;
  const { values, counts } = facts.shapes;
  const part = share(facts.shapes, 'lifecycle');
  return {
    value: part >= 0.95 ? 0.8 : 0,
    gate: part >= 0.5 || values === 0 ? 1 : 0.5,
    reasons:
      part > 0 ? [`${of(counts.lifecycle, values)} looked-at values are phases (start, complete …)`] : [],
  };
}

function resource(facts: ColumnFacts, view: Grouping): ValuesSay | undefined {
  if (facts === view.caseColumn || !(facts.family === 'text' || facts.whole)) return undefined;
  const repeated = facts.nonNull < 20 || facts.distinct * 2 <= facts.nonNull;
  return {
    value: 0.1,
    gate: repeated ? 1 : 0.3,
    reasons: [`${some(facts.distinct, 'value', 'values')} in ${some(facts.nonNull, 'row', 'rows')}`],
  };
}
