import { hashJson } from '../base/index.ts';
import type { Chart, Evidence, QueryEvidence, Report } from '../contract/index.ts';
import { chartsByName } from './outline.ts';

export type DerivationEvidence = Extract<Evidence, { kind: 'derivation' }>;

/** Labels of the queries of a report: one query has one label however many findings cite it. */
export interface EvidenceIndex {
  /** `Q1`, `Q2` … in order of first citation, from the highest ranking finding down. */
  label(query: QueryEvidence): string;
  /** The charts that a claim of a plugin shows, as far as the plugin made them. */
  chartsOf(pluginId: string, names: readonly string[]): readonly Chart[];
}

/** Numbers every distinct query (SQL, parameters, result) that the report cites. */
export function indexEvidence(report: Report): EvidenceIndex {
  const labels = new Map<string, string>();
  const keys = new WeakMap<QueryEvidence, string>();
  const keyOf = (query: QueryEvidence): string => {
    const key = keys.get(query) ?? queryKey(query);
    keys.set(query, key);
    return key;
  };
  const visit = (evidence: Evidence): void => {
    if (evidence.kind === 'derivation') {
      evidence.inputs.forEach(visit);
      return;
    }
    const key = keyOf(evidence);
    if (!labels.has(key)) labels.set(key, `Q${labels.size + 1}`);
  };
  const charts = chartsByName(report);
  const chartsOf = (pluginId: string, names: readonly string[]) =>
    names.flatMap((name) => charts.get(`${pluginId}/${name}`) ?? []);
  for (const finding of report.findings) {
    for (const claim of [finding, ...finding.items]) {
      claim.evidence.forEach(visit);
      for (const chart of chartsOf(finding.plugin_id, claim.charts)) visit(chart.evidence);
    }
  }
  for (const chart of charts.values()) visit(chart.evidence);
  return {
    label: (query) => labels.get(keyOf(query)) ?? '',
    chartsOf,
  };
}

/** The same query with the same result, whatever fields it yields to whom. */
export function queryKey(query: QueryEvidence): string {
  return hashJson([query.sql, query.parameters, query.result_sha256]);
}
