import { hashJson } from '../base/index.ts';
import type { Evidence, Finding, QueryEvidence, Report } from '../contract/index.ts';

export type DerivationEvidence = Extract<Evidence, { kind: 'derivation' }>;

/** Labels of the queries of a report: one query has one label however many findings cite it. */
export interface EvidenceIndex {
  /** `Q1`, `Q2` … in order of first citation, from the highest ranking finding down. */
  label(query: QueryEvidence): string;
  readonly queries: number;
  readonly derivations: number;
}

/** Numbers every distinct query (SQL, parameters, result) that the report cites. */
export function indexEvidence(report: Report): EvidenceIndex {
  const labels = new Map<string, string>();
  let derivations = 0;
  const visit = (evidence: Evidence): void => {
    if (evidence.kind === 'derivation') {
      derivations++;
      evidence.inputs.forEach(visit);
      return;
    }
    const key = queryKey(evidence);
    if (!labels.has(key)) labels.set(key, `Q${labels.size + 1}`);
  };
  for (const finding of report.findings) evidenceOf(finding).forEach(visit);
  for (const chart of Object.values(report.charts).flat()) visit({ ...chart.evidence, rows: [] });
  return { label: (query) => labels.get(queryKey(query)) ?? '', queries: labels.size, derivations };
}

/** Everything a finding cites: its own evidence, then that of its items. */
export function evidenceOf(finding: Finding): Evidence[] {
  return [...finding.evidence, ...finding.items.flatMap((item) => item.evidence)];
}

/** The same query with the same result, whatever fields it yields to whom. */
export function queryKey(query: QueryEvidence): string {
  return hashJson([query.sql, query.parameters, query.result_sha256]);
}
