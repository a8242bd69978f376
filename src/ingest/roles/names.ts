import type { Hint } from './hint.ts';
import type { UniqueRole } from './roles-of-kinds.ts';
import type { Name } from './words.ts';

/** A header hints at a role if it has all of `all`, one of `any` (if given) and none of `none`. */
interface NameRule {
  readonly all?: readonly Hint[];
  readonly any?: readonly Hint[];
  readonly none?: readonly Hint[];
  /** How sure the name alone makes it, in [0, 1]. */
  readonly score: number;
}

const REFERENCE: readonly Hint[] = ['depends', 'parent', 'chain'];
const NOT_A_RUN: readonly Hint[] = [
  ...REFERENCE,
  'time',
  'user',
  'host',
  'resource',
  'schedule',
  'status',
  'module',
  'priority',
  'parameters',
  'count',
  'amount',
];
const NOT_WORK: readonly Hint[] = [
  ...NOT_A_RUN,
  'queue',
  'run',
  'start',
  'end',
  'eligible',
  'attempts',
  'duration',
  'flag',
  'case',
];
const NOT_AN_INSTANT: readonly Hint[] = [
  ...REFERENCE,
  'changed',
  'calendar',
  'user',
  'duration',
  'count',
  'trade',
];
const NOT_A_LABEL: readonly Hint[] = ['time', 'count', 'amount', 'duration', 'flag', 'reading', 'trade'];

/** The rules per role; the best that fits counts. */
const RULES: Readonly<Record<UniqueRole, readonly NameRule[]>> = {
  run_id: [
    { all: ['queue', 'id'], none: NOT_A_RUN, score: 0.95 },
    { all: ['run', 'id'], none: NOT_A_RUN, score: 0.95 },
    { all: ['work', 'id'], none: [...NOT_A_RUN, 'label'], score: 0.5 },
    { all: ['request', 'id'], none: NOT_A_RUN, score: 0.65 },
    { all: ['case', 'id'], none: NOT_A_RUN, score: 0.6 },
    { all: ['work'], none: [...NOT_WORK, 'label', 'kind', 'trade'], score: 0.3 },
    { all: ['row', 'id'], none: NOT_A_RUN, score: 0.6 },
    { all: ['row'], none: [...NOT_A_RUN, 'prose'], score: 0.3 },
    { all: ['run'], none: [...NOT_A_RUN, 'attempts', 'label', 'duration'], score: 0.4 },
    { all: ['id'], none: [...NOT_WORK, 'activity', 'work', 'label', 'trade', 'geo', 'reading'], score: 0.6 },
  ],
  activity: [
    { any: ['work', 'activity'], all: ['label'], none: [...NOT_WORK, 'kind'], score: 0.95 },
    { any: ['work', 'activity'], none: [...NOT_WORK, 'id', 'kind', 'trade'], score: 0.95 },
    { any: ['work', 'activity'], all: ['id'], none: NOT_WORK, score: 0.8 },
    { any: ['work', 'activity'], all: ['kind'], none: NOT_WORK, score: 0.6 },
    { all: ['event'], none: [...NOT_WORK, 'id', 'kind'], score: 0.8 },
    { all: ['event', 'kind'], none: NOT_WORK, score: 0.6 },
  ],
  module: [
    { all: ['module'], none: [...NOT_A_LABEL, ...REFERENCE, 'user', 'status'], score: 0.95 },
    { any: ['work', 'activity'], all: ['kind'], none: NOT_WORK, score: 0.4 },
  ],
  queued_at: [
    { all: ['queue'], none: [...NOT_AN_INSTANT, 'start', 'end', 'id'], score: 0.95 },
    { all: ['request'], none: [...NOT_AN_INSTANT, 'start', 'end', 'id', 'by'], score: 0.65 },
    { all: ['schedule', 'time'], none: [...NOT_AN_INSTANT, 'start', 'end'], score: 0.4 },
  ],
  eligible_at: [{ all: ['eligible'], none: [...NOT_AN_INSTANT, 'start', 'end', 'id', 'by'], score: 0.95 }],
  started_at: [
    { all: ['start'], none: [...NOT_AN_INSTANT, 'end', 'planned', 'schedule', 'queue', 'by'], score: 0.95 },
    { all: ['run', 'time'], none: [...NOT_AN_INSTANT, 'end', 'queue', 'planned'], score: 0.5 },
    { all: ['start'], none: NOT_AN_INSTANT, score: 0.25 },
  ],
  ended_at: [
    { all: ['end'], none: [...NOT_AN_INSTANT, 'start', 'planned', 'schedule', 'queue', 'by'], score: 0.95 },
    { all: ['end'], none: NOT_AN_INSTANT, score: 0.25 },
  ],
  duration: [
    { all: ['duration'], none: ['other_unit', 'wait', 'planned', 'queue'], score: 0.95 },
    { all: ['run', 'time'], none: ['other_unit', 'wait', 'planned', 'start', 'end'], score: 0.7 },
    { all: ['run', 'second'], none: ['wait'], score: 0.8 },
  ],
  resource: [
    { all: ['host'], none: [...NOT_A_LABEL, ...REFERENCE, 'planned'], score: 0.95 },
    { all: ['host'], none: NOT_A_LABEL, score: 0.85 },
    { all: ['resource'], none: [...NOT_A_LABEL, ...REFERENCE], score: 0.95 },
  ],
  user: [
    { all: ['user'], none: [...NOT_A_LABEL, ...REFERENCE, 'changed', 'geo', 'prose'], score: 0.95 },
    { all: ['by'], any: ['queue', 'request', 'start', 'run', 'user'], none: ['changed'], score: 0.85 },
  ],
  status: [
    { all: ['status'], none: [...NOT_A_LABEL, ...REFERENCE, 'user', 'prose', 'geo'], score: 0.95 },
    { all: ['status'], none: [...NOT_A_LABEL, ...REFERENCE], score: 0.6 },
    // “Completion”, of words for how a run ended
    { all: ['end'], none: [...NOT_A_LABEL, ...REFERENCE, 'time', 'start', 'user', 'prose'], score: 0.5 },
  ],
  depends_on: [
    {
      all: ['depends'],
      none: [...NOT_A_LABEL, 'parent', 'chain', 'status', 'label', 'kind', 'user'],
      score: 0.95,
    },
    // “Depends On”: on is also a word for a time
    {
      all: ['depends', 'time'],
      none: ['count', 'amount', 'duration', 'flag', 'parent', 'chain', 'status', 'label', 'kind', 'user'],
      score: 0.6,
    },
  ],
  parent: [
    {
      all: ['parent'],
      none: [...NOT_A_LABEL, 'depends', 'chain', 'status', 'label', 'kind', 'user'],
      score: 0.95,
    },
  ],
  chain: [
    {
      all: ['chain'],
      none: [...NOT_A_LABEL, 'depends', 'parent', 'status', 'label', 'kind', 'user'],
      score: 0.95,
    },
  ],
  case: [
    { all: ['case'], none: [...NOT_A_LABEL, 'status', 'user', 'resource', 'kind', 'planned'], score: 0.9 },
    { all: ['dossier'], none: [...NOT_A_LABEL, 'status', 'user', 'resource', 'kind', 'prose'], score: 0.6 },
  ],
  event_timestamp: [
    { all: ['event'], none: [...NOT_AN_INSTANT, 'start', 'end', 'planned', 'id'], score: 0.9 },
    {
      all: ['time'],
      none: [...NOT_AN_INSTANT, 'start', 'end', 'planned', 'case', 'request', 'queue'],
      score: 0.7,
    },
    { all: ['end'], none: [...NOT_AN_INSTANT, 'planned', 'case'], score: 0.6 },
    { all: ['start'], none: [...NOT_AN_INSTANT, 'planned', 'case'], score: 0.4 },
  ],
  lifecycle: [
    { all: ['lifecycle'], none: NOT_A_LABEL, score: 0.9 },
    { all: ['event', 'kind'], none: NOT_A_LABEL, score: 0.5 },
  ],
  parameters: [{ all: ['parameters'], none: ['id', 'count', 'time'], score: 0.95 }],
  schedule: [{ all: ['schedule'], none: [...NOT_A_LABEL, ...REFERENCE, 'status', 'user'], score: 0.95 }],
  priority: [{ all: ['priority'], none: ['time', 'user', 'count', 'amount'], score: 0.95 }],
  attempts: [{ all: ['attempts'], none: ['time', 'user', 'duration', 'status', 'prose'], score: 0.95 }],
};

/** Headers of the XES standard (IEEE 1849), which mean one thing. */
const STANDARD: Readonly<Record<string, UniqueRole>> = {
  'case:concept:name': 'case',
  'concept:name': 'activity',
  'time:timestamp': 'event_timestamp',
  'lifecycle:transition': 'lifecycle',
  'org:resource': 'resource',
};

/** How much the name alone speaks for the role, in [0, 1]. */
export function nameScore(name: Name, role: UniqueRole): number {
  const header = name.header.trim().toLowerCase();
  const standard = STANDARD[header];
  if (standard !== undefined) return standard === role ? 0.98 : 0;
  if (header.startsWith('case:')) return 0;
  let best = 0;
  for (const rule of RULES[role]) {
    if (rule.score > best && fits(rule, name.hints)) best = rule.score;
  }
  return best;
}

function fits(rule: NameRule, hints: ReadonlySet<Hint>): boolean {
  const has = (hint: Hint) => hints.has(hint);
  return (
    (rule.all ?? []).every(has) &&
    (rule.any === undefined || rule.any.some(has)) &&
    !(rule.none ?? []).some(has)
  );
}
