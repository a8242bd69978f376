import { byCodePoint } from '../../base/index.ts';
import { type DatasetSchema, ROLES, type RoleBinding, type RoleMap } from '../../contract/index.ts';
import { bindAccountingMonth } from './derived/accounting-month.ts';
import { deriveColumns } from './derived/derive.ts';
import { caseCandidates, eventStart, eventTimeCandidates, fitEvent } from './event-log.ts';
import { type ColumnFacts, gatherFacts } from './facts.ts';
import { type Fit, rounded } from './fit.ts';
import { type General, generalRole } from './general.ts';
import { gatherGrouping } from './groups.ts';
import { decideKind, eventCertainty, processCertainty } from './kind.ts';
import { compareLabels } from './labels.ts';
import { nameScore } from './names.ts';
import { gatherOrders } from './orders.ts';
import { fitProcess, type ProcessView } from './process-log.ts';
import { gatherReferences, keyCandidates, referenceStrength } from './references.ts';
import { type Rival, rivalOf } from './rivals.ts';
import { ROLES_OF_KIND, type TableKind, type UniqueRole } from './roles-of-kinds.ts';
import { type Bound, type Solution, solve, THRESHOLD } from './solve.ts';
import type { Source } from './sql.ts';
import { solveTimes, timeCandidates } from './times.ts';

/** A table whose session has UTC as its time zone, with the columns of `schema` under their `sql_name`s. */
export interface RoleQuestion extends Source {
  readonly schema: DatasetSchema;
  readonly rowCount: number;
}

/** A solved kind of log and how likely it is. */
interface Reading {
  readonly certainty: number;
  readonly solution: Solution;
  /** Of the same kind, with another key, case or order of times. */
  readonly others: readonly Solution[];
  /** Columns whose values point at rows of the table. */
  readonly pointers: readonly ColumnFacts[];
}

const NOTHING: Reading = {
  certainty: 0,
  solution: { bound: [], worth: 0, without: () => undefined },
  others: [],
  pointers: [],
};

/** A table that is so surely a process log need not be looked at as an event log. */
const BEYOND_DOUBT = 0.9;

/**
 * Works out what the columns of a table mean, from their headers and their values, for the whole table at once.
 * The same rows, headers and types give the same map, whatever the order of the columns.
 */
export async function inferRoles(question: RoleQuestion): Promise<RoleMap> {
  const { schema, rowCount } = question;
  const columns = await gatherFacts(question, schema, rowCount);
  const inNameOrder = [...columns].sort((a, b) => byCodePoint(a.column.sql_name, b.column.sql_name));
  const process = await readAsProcessLog(question, inNameOrder, rowCount);
  const event =
    process.certainty >= BEYOND_DOUBT ? NOTHING : await readAsEventLog(question, inNameOrder, rowCount);
  const verdict = decideKind(process.certainty, event.certainty);
  const reading = verdict.kind === 'process_log' ? process : verdict.kind === 'event_log' ? event : NOTHING;
  const { bound } = reading.solution;
  const began =
    verdict.kind === 'event_log' ? await eventStart(question, inNameOrder, bound, rowCount) : undefined;
  const others = reading.others.filter(
    (other) => began === undefined || !givesTheTimeTo(other, began.fit.facts),
  );
  const unique = [...bound, ...(began === undefined ? [] : [began])].map((b) =>
    uniqueBinding(b, rivalOf(b.fit, reading.solution, others), verdict.kind, verdict.certainty),
  );
  const bindings = [...unique, ...generalBindings(columns, bound, process.pointers)];
  const derived = await deriveColumns(question, schema, inNameOrder);
  if (verdict.kind === 'process_log') {
    const of = (role: UniqueRole) => unique.find((binding) => binding.role === role)?.sql_name;
    const moment = of('queued_at') ?? of('eligible_at') ?? of('started_at') ?? of('ended_at');
    bindings.push(
      ...(await bindAccountingMonth(question, derived, { parameters: of('parameters'), moment }, rowCount)),
    );
  }
  return {
    schema_version: 'role_map.v1',
    bindings: inOrder(bindings, columns),
    ...(derived.length > 0 && { derived }),
  };
}

async function readAsProcessLog(
  source: Source,
  columns: readonly ColumnFacts[],
  rows: number,
): Promise<Reading> {
  const orders = await gatherOrders(source, timeCandidates(columns), columns);
  const tuples = solveTimes(orders, THRESHOLD);
  const first = tuples[0] ?? {};
  const namedKey = (facts: ColumnFacts) => nameScore(facts.name, 'run_id');
  const keys = keyCandidates(columns, namedKey);
  const namedPointer = (facts: ColumnFacts) =>
    Math.max(...(['depends_on', 'parent', 'chain'] as const).map((role) => nameScore(facts.name, role)));
  const times = { start: first.started_at, end: first.ended_at };
  const references = await gatherReferences(source, keys, columns, times, namedPointer);
  const pointers = references.filter((r) => referenceStrength(r) >= 0.6).map((r) => r.column);
  let best: Reading = { ...NOTHING, pointers };
  const others: Solution[] = [];
  for (const tuple of tuples) {
    const labels = compareLabels(columns, tuple);
    for (const key of [...keys, undefined]) {
      const view: ProcessView = { key, times: tuple, orders, references, labels };
      const solution = solve(ROLES_OF_KIND.process_log, columns, rows, (role, facts) =>
        fitProcess(role, facts, view),
      );
      others.push(solution);
      if (solution.worth <= best.solution.worth) continue;
      best = { solution, certainty: processCertainty(solution, view, columns), others, pointers };
    }
  }
  return best;
}

async function readAsEventLog(
  source: Source,
  columns: readonly ColumnFacts[],
  rows: number,
): Promise<Reading> {
  let best = NOTHING;
  const others: Solution[] = [];
  for (const caseColumn of caseCandidates(columns)) {
    for (const time of eventTimeCandidates(columns)) {
      const view = await gatherGrouping(source, caseColumn, time, columns);
      const solution = solve(ROLES_OF_KIND.event_log, columns, rows, (role, facts) =>
        fitEvent(role, facts, view),
      );
      others.push(solution);
      if (solution.worth <= best.solution.worth) continue;
      best = { solution, certainty: eventCertainty(solution, view, columns), others, pointers: [] };
    }
  }
  return best;
}

/** A reading that takes the start of the events for their time is no other one. */
function givesTheTimeTo({ bound }: Solution, facts: ColumnFacts): boolean {
  return bound.some(({ fit }) => fit.role === 'event_timestamp' && fit.facts === facts);
}

/** What is left of the confidence where another reading is nearly as good; no more than `UNSURE` where it is a tie. */
const DOUBTFUL = 0.8;
const UNSURE = 0.45;

function uniqueBinding(
  { fit, certainty }: Bound,
  rival: Rival | undefined,
  kind: TableKind,
  certaintyOfKind: number,
): RoleBinding {
  const reasons = [
    ...fit.reasons,
    `the table reads as ${kind === 'event_log' ? 'an event log' : 'a process log'}`,
  ];
  if (rival !== undefined) reasons.push(doubt(fit, rival));
  const confidence = certainty * (rival === undefined ? 1 : DOUBTFUL) * certaintyOfKind;
  return {
    role: fit.role,
    sql_name: fit.facts.column.sql_name,
    ...(fit.pointsAt && { points_at: fit.pointsAt.column.sql_name }),
    confidence: rounded(rival?.tie ? Math.min(confidence, UNSURE) : confidence),
    source: 'inferred',
    reasons,
  };
}

function doubt(fit: Fit, { instead, tie }: Rival): string {
  const well = tie ? 'as well' : 'nearly as well';
  return instead.role === fit.role
    ? `${instead.facts.column.name} would fit ${well}`
    : `it would fit ${instead.role} ${well}`;
}

function generalBindings(
  columns: readonly ColumnFacts[],
  bound: readonly Bound[],
  pointers: readonly ColumnFacts[],
): RoleBinding[] {
  const roleOf = new Map<ColumnFacts, UniqueRole>(bound.map((b) => [b.fit.facts, b.fit.role]));
  return columns.flatMap((facts) => {
    const general: General | undefined = generalRole(facts, roleOf.get(facts), pointers.includes(facts));
    if (general === undefined) return [];
    return [
      {
        role: general.role,
        sql_name: facts.column.sql_name,
        confidence: rounded(general.certainty),
        source: 'inferred' as const,
        reasons: [general.reason],
      },
    ];
  });
}

/** Time stamps that lead the list of a log: when things began to happen. */
const LEADING: readonly string[] = ['event_timestamp', 'queued_at', 'eligible_at', 'started_at', 'ended_at'];

/** Roles in the order of the contract; inside a role, the surest first, then in the order of the source. */
function inOrder(bindings: readonly RoleBinding[], columns: readonly ColumnFacts[]): RoleBinding[] {
  const roles = Object.keys(ROLES);
  const position = new Map(columns.map((facts, i) => [facts.column.sql_name, i]));
  const lead = new Map(
    bindings.filter((b) => LEADING.includes(b.role)).map((b) => [b.sql_name, LEADING.indexOf(b.role)]),
  );
  const full = new Map(columns.map((facts) => [facts.column.sql_name, facts.nonNull]));
  const rank = (b: RoleBinding) => [
    roles.indexOf(b.role),
    b.role === 'timestamp' ? (lead.get(b.sql_name) ?? LEADING.length) : 0,
    b.role === 'timestamp' ? -(full.get(b.sql_name) ?? 0) : -b.confidence,
    position.get(b.sql_name) ?? 0,
  ];
  return [...bindings].sort((a, b) => {
    const x = rank(a);
    const y = rank(b);
    const i = x.findIndex((value, at) => value !== y[at]);
    return i < 0 ? 0 : (x[i] ?? 0) - (y[i] ?? 0);
  });
}
