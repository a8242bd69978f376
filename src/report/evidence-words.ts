import type { Evidence, FindingItem, QueryEvidence } from '../contract/index.ts';
import type { DerivationEvidence, EvidenceIndex } from './evidence-index.ts';
import { formatNumber } from './format-value.ts';
import { count, rowRanges } from './words.ts';

/** `2 queries, 1 derivation, 1 query of a chart; 25 rows cited`. */
export function evidenceSummary(claim: FindingItem, pluginId: string, index: EvidenceIndex): string {
  const charts = index.chartsOf(pluginId, claim.charts).length;
  const queries = claim.evidence.filter((evidence) => evidence.kind === 'query').length;
  const derivations = claim.evidence.length - queries;
  const parts = [
    ...(queries > 0 ? [count(queries, 'query', 'queries')] : []),
    ...(derivations > 0 ? [count(derivations, 'derivation', 'derivations')] : []),
    ...(charts > 0 ? [count(charts, 'query of a chart', 'queries of charts')] : []),
  ];
  const rows = claim.evidence.reduce(
    (sum, one) => sum + (one.kind === 'query' ? (one.rows_total ?? one.rows?.length ?? 0) : 0),
    0,
  );
  const cited = rows > 0 ? `; ${count(rows, 'row', 'rows')} cited` : '';
  return parts.length === 0 ? 'none' : parts.join(', ') + cited;
}

/** `Derivation`, with a number where a claim has several. */
export function derivationName(evidence: Evidence, among: readonly Evidence[]): string {
  const derivations: readonly Evidence[] = among.filter((one) => one.kind === 'derivation');
  return derivations.length > 1 ? `Derivation ${derivations.indexOf(evidence) + 1}` : 'Derivation';
}

/** Which evidence yields a field. */
export function sourceOf(name: string, evidence: readonly Evidence[], index: EvidenceIndex): string {
  for (const source of evidence) {
    const cell = source.kind === 'query' ? source.yields[name] : undefined;
    if (cell !== undefined && source.kind === 'query') {
      return `${index.label(source)}, row ${cell.row + 1}, column ${cell.column}`;
    }
    const value = source.kind === 'derivation' ? source.yields[name] : undefined;
    if (value !== undefined && source.kind === 'derivation')
      return `${derivationName(source, evidence)}, value ${value}`;
  }
  return 'a setting or a name of the schema';
}

/** `part 1: 3, 5–9 (100 of 4000; the query gives them all)`; empty where no row is cited. */
export function citedRowsWords({ rows = [], rows_total }: QueryEvidence): string {
  if (rows.length === 0) return '';
  const parts = [...new Set(rows.map((row) => row.part))].sort((a, b) => a - b);
  const text = parts.map((part) => {
    const numbers = rows.filter((row) => row.part === part).map((row) => row.row_number);
    return `part ${part}: ${rowRanges(numbers)}`;
  });
  const total = rows_total ?? rows.length;
  const more =
    total > rows.length ? ` (${rows.length} of ${formatNumber(total)}; the query gives them all)` : '';
  return `${text.join('; ')}${more}`;
}

/** Who computed a derivation. */
export function derivedBy({ by }: DerivationEvidence): string {
  return by === 'host' ? "the engine's exact arithmetic" : 'the plugin, repeatable from its inputs';
}
