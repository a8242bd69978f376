import { byCodePoint } from '../base/index.ts';
import type { Finding, FindingItem } from '../contract/index.ts';

export type Score = Finding['score'];
export type Shares = Readonly<Pick<Score['parts'], 'effect' | 'reach' | 'actionability'>>;

/** No share counts less than this, so that a claim always ranks above a plain fact, whose score is 0. */
export const SMALLEST_SHARE = 0.001;

/** Effect of a finding whose plugin gives no ranking of its own. */
export const EFFECT_BY_SEVERITY: Readonly<Record<Finding['severity'], number>> = {
  serious: 1,
  warning: 0.7,
  notice: 0.4,
  info: 0.1,
};

/** Shares that stand in where a plugin gives none: effect by severity, the whole table, a coin's toss. */
export function defaultShares(severity: Finding['severity']): Shares {
  return { effect: EFFECT_BY_SEVERITY[severity], reach: 1, actionability: 0.5 };
}

/**
 * score = evidence × effect × reach × actionability, each in [0, 1].
 * Evidence: 1 for exact counts, the level of an interval, the share of past days that the model's interval held for a
 * checked model; for a tested claim `1 - q` (0.5 while the ledger is open), and half of that where it was checked on
 * halves of the table and does not hold in both. A finding whose items are tested takes the best of them. A fact scores 0.
 */
export function scoreOf(
  finding: Pick<Finding, 'confidence' | 'test' | 'replication' | 'items'>,
  shares: Shares,
  isFact: boolean,
): Score {
  const parts = {
    evidence: atLeastSmallest(evidenceShare(finding)),
    effect: isFact ? 0 : atLeastSmallest(shares.effect),
    reach: atLeastSmallest(shares.reach),
    actionability: isFact ? 0 : atLeastSmallest(shares.actionability),
  };
  return { value: parts.evidence * parts.effect * parts.reach * parts.actionability, parts };
}

/** Kinds that describe a column. */
const COLUMN_FACTS = new Set(['column_facts']);

/** Kinds that tell what a column is taken for. */
const ROLE_FACTS = new Set(['role_map', 'role_binding', 'derived_column', 'columns_without_role']);

/** Kinds that tell how a table is built, where they are of no more than interest: one that is broken is a claim. */
const STRUCTURE_FACTS = new Set([
  'key_candidate',
  'functional_dependency',
  'one_to_one',
  'equal_columns',
  'formula',
  'constant',
  'near_constant',
  'empty_columns',
]);

/** A description of columns, roles or the table rather than a claim: it never ranks above one. */
export function isFact(finding: Pick<Finding, 'kind' | 'severity'>): boolean {
  return isColumnFact(finding) || isRoleFact(finding) || isStructureFact(finding);
}

export function isColumnFact(finding: Pick<Finding, 'kind'>): boolean {
  return COLUMN_FACTS.has(finding.kind);
}

export function isRoleFact(finding: Pick<Finding, 'kind'>): boolean {
  return ROLE_FACTS.has(finding.kind);
}

export function isStructureFact({ kind, severity }: Pick<Finding, 'kind' | 'severity'>): boolean {
  return severity === 'info' && STRUCTURE_FACTS.has(kind);
}

/** Orders findings: what is new before what repeats a known issue, facts last; each by score, the highest first, then by id. */
export function byRank(a: Finding, b: Finding): number {
  return place(a) - place(b) || b.score.value - a.score.value || byCodePoint(a.id, b.id);
}

function place(finding: Finding): number {
  if (isFact(finding)) return 2;
  return finding.repeats?.whole === true ? 1 : 0;
}

function evidenceShare(finding: Pick<Finding, 'confidence' | 'test' | 'replication' | 'items'>): number {
  switch (finding.confidence.how) {
    case 'exact_count':
      return 1;
    case 'interval':
    case 'model_check':
      return finding.confidence.value ?? 0.5;
    case 'tested':
      return Math.max(...testedClaims(finding).map(testedShare));
  }
}

function testedClaims(finding: Pick<Finding, 'test' | 'replication' | 'items'>) {
  const items = finding.items.filter((item) => item.test !== undefined);
  return finding.test === undefined && items.length > 0 ? items : [finding];
}

function testedShare({ test, replication }: Pick<FindingItem, 'test' | 'replication'>): number {
  const share = 1 - (test?.q_value ?? 0.5);
  return replication === undefined || replication.holds === 'both' ? share : share / 2;
}

function atLeastSmallest(share: number): number {
  return Math.min(1, Math.max(SMALLEST_SHARE, share));
}
