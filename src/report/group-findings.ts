import type { Finding, Report } from '../contract/index.ts';

export type Group = Report['groups'][number];
type Question = Group['question'];

/**
 * What each kind asks of its columns. Findings of one question about the same columns tell the same thing by other means:
 * that two columns go together, that a column changed, that some of its values are cut off. A kind that is not named
 * here stands alone.
 */
const QUESTIONS: ReadonlyMap<string, Question> = new Map([
  ...[
    'measure_association',
    'group_difference',
    'category_association',
    'linear_regression',
    'exact_linear_relation',
    'segment_difference',
    'segment_difference_reversed',
    'segment_interaction',
    'functional_dependency',
    'wait_by_module',
    'wait_by_user',
    'wait_by_resource',
  ].map((kind) => [kind, 'relation'] as const),
  ...['change_points', 'distribution_drift', 'distribution_drift_by_month'].map(
    (kind) => [kind, 'change'] as const,
  ),
  ...['outliers', 'sentinel'].map((kind) => [kind, 'extremes'] as const),
]);

/** Whether a finding tells how columns go together. */
export function isRelation({ kind, about }: Pick<Finding, 'kind' | 'about'>): boolean {
  return QUESTIONS.get(kind) === 'relation' && about.length > 1;
}

/**
 * Groups of findings, given in order of rank: those of one question about the same columns and the same named target (a
 * job, say). Each group is led by its first; a finding that no other repeats is in none. `derived` are the columns that
 * plugins derived: one that is called after its unit is the same whichever of seconds and microseconds that is. Two
 * findings of one kind by one plugin tell different things, such as values too high and values too low: the second
 * stands alone.
 */
export function groupFindings(findings: readonly Finding[], derived: ReadonlySet<string>): Group[] {
  const alike = Map.groupBy(findings, (finding) => keyOf(finding, derived));
  return Array.from(alike, ([key, [leads, ...also]]) => ({ key, leads, also })).flatMap(
    ({ key, leads, also }) => {
      const question = leads && questionOf(leads);
      if (key === '' || leads === undefined || question === undefined) return [];
      const others = oneOfAKind([leads, ...also]).slice(1);
      if (others.length === 0) return [];
      return [{ about: leads.about, question, leads: leads.id, also: others.map(({ id }) => id) }];
    },
  );
}

/** The first finding of each kind by each plugin. */
function oneOfAKind(findings: readonly Finding[]): Finding[] {
  const kinds = findings.map(({ plugin_id, kind }) => `${plugin_id} ${kind}`);
  return findings.filter((_, i) => kinds.indexOf(kinds[i] ?? '') === i);
}

/** Undefined where nothing else can tell the same: a relation needs two columns, and a change or an extreme one. */
function questionOf(finding: Finding): Question | undefined {
  const question = QUESTIONS.get(finding.kind);
  const isOne = finding.about.length === 1;
  if (question === 'relation') return isRelation(finding) ? question : undefined;
  return isOne ? question : undefined;
}

function keyOf(finding: Finding, derived: ReadonlySet<string>): string {
  const question = questionOf(finding);
  if (question === undefined) return '';
  const named = Object.entries(finding.target).filter(([, value]) => typeof value === 'string');
  const about = finding.about.map((name) => (derived.has(name) ? name.replace(/_u?s_*$/, '') : name));
  return JSON.stringify([question, about, named]);
}
