import { canonicalJson } from '../../base/index.ts';
import type { Evidence, FindingItem, QueryEvidence, Report } from '../../contract/index.ts';
import type { EvidenceIndex } from '../evidence-index.ts';
import { citedRowsWords, derivationName, derivedBy, evidenceSummary, sourceOf } from '../evidence-words.ts';
import { formatValue } from '../format-value.ts';
import { chartsByName } from '../outline.ts';
import { layOutSql } from '../sql-layout.ts';
import { clipped } from '../words.ts';

/** A number of a claim, as shown and in full, and which evidence yields it. */
export interface ShownField {
  readonly name: string;
  readonly text: string;
  readonly full: string | null;
  readonly source: string;
}

/** A query by the label under which the report cites it. */
export interface ShownQuery {
  readonly kind: 'query';
  readonly label: string;
  /** Laid out in lines. */
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  readonly result_sha256: string;
  readonly row_count: number;
  /** Rows in point by their number in the source, the first 100, and in words. */
  readonly cited: readonly { readonly part: number; readonly row_number: number }[];
  readonly cited_words: string;
  /** How many there are. */
  readonly cited_total: number;
}

/** A number that no SQL gives. */
export interface ShownDerivation {
  readonly kind: 'derivation';
  readonly name: string;
  readonly method: string;
  readonly by: string;
  readonly parameters: string;
  readonly values: readonly { readonly name: string; readonly text: string }[];
  readonly inputs: readonly ShownEvidence[];
}

export type ShownEvidence = ShownQuery | ShownDerivation;

/** Everything that stands behind a claim. */
export interface Backing {
  readonly summary: string;
  readonly fields: readonly ShownField[];
  readonly evidence: readonly ShownEvidence[];
}

const LONGEST = 600;

/** What stands behind a claim of a plugin. */
export function backingOf(claim: FindingItem, pluginId: string, index: EvidenceIndex): Backing {
  return {
    summary: evidenceSummary(claim, pluginId, index),
    fields: Object.entries(claim.fields).map(([name, field]) => {
      const { text, full } = formatValue(field);
      return { name, text: clipped(text, LONGEST), full, source: sourceOf(name, claim.evidence, index) };
    }),
    evidence: claim.evidence.map((one) => shownEvidence(one, index, derivationName(one, claim.evidence))),
  };
}

function shownEvidence(evidence: Evidence, index: EvidenceIndex, name = 'Derivation'): ShownEvidence {
  if (evidence.kind === 'query') return shownQuery(evidence, index);
  return {
    kind: 'derivation',
    name,
    method: evidence.method,
    by: derivedBy(evidence),
    parameters: clipped(canonicalJson(evidence.parameters), LONGEST),
    values: Object.entries(evidence.values).map(([value, field]) => {
      const { text, full } = formatValue(field);
      return { name: value, text: full ?? text };
    }),
    inputs: evidence.inputs.map((input) => shownEvidence(input, index)),
  };
}

/** A query with its label. */
export function shownQuery(evidence: QueryEvidence, index: EvidenceIndex): ShownQuery {
  return {
    kind: 'query',
    label: index.label(evidence),
    sql: layOutSql(evidence.sql),
    parameters: evidence.parameters,
    result_sha256: evidence.result_sha256,
    row_count: evidence.row_count,
    cited: evidence.rows ?? [],
    cited_words: citedRowsWords(evidence),
    cited_total: evidence.rows_total ?? evidence.rows?.length ?? 0,
  };
}

/** The query that a report cites under a label; undefined where it has none of that label. */
export function queryOf(report: Report, index: EvidenceIndex, label: string): QueryEvidence | undefined {
  const inClaims = report.findings.flatMap((finding) =>
    [finding, ...finding.items].flatMap((claim) => claim.evidence.flatMap(queriesIn)),
  );
  const inCharts = [...chartsByName(report).values()].map((chart) => chart.evidence);
  return [...inClaims, ...inCharts].find((query) => index.label(query) === label);
}

function queriesIn(evidence: Evidence): QueryEvidence[] {
  return evidence.kind === 'query' ? [evidence] : evidence.inputs.flatMap(queriesIn);
}
