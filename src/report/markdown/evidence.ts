import { canonicalJson } from '../../base/index.ts';
import type { Evidence, FieldValue, FindingItem, QueryEvidence } from '../../contract/index.ts';
import { type DerivationEvidence, type EvidenceIndex, queryKey } from '../evidence-index.ts';
import { formatNumber, formatValue } from '../format-value.ts';
import { layOutSql } from '../sql-layout.ts';
import { clipped, count, rowRanges } from '../words.ts';
import { codeBlock, inlineCode, md } from './escape.ts';

const LONGEST = 1500;
const LONGEST_VALUE = 120;

/** The queries that the text cites, printed once at its end. */
export interface Cited {
  readonly index: EvidenceIndex;
  /** By key, in order of first citation. */
  readonly queries: Map<string, QueryEvidence>;
}

/** Where each number of a claim comes from, one line for each query and derivation; then the charts that it shows. */
export function sourceLines(claim: FindingItem, pluginId: string, cited: Cited): string[] {
  const charts = cited.index.chartsOf(pluginId, claim.charts);
  return [
    ...(claim.evidence.length === 0 ? ['No evidence.'] : []),
    ...claim.evidence.map((one) =>
      one.kind === 'query' ? queryLine(one, claim, cited) : derivationLine(one, claim, cited),
    ),
    ...charts.map((chart) => `Chart “${md(clipped(chart.title, 200))}”: ${cite(chart.evidence, cited)}.`),
  ];
}

/** The queries themselves, with what it takes to run them again. */
export function queriesSection({ queries, index }: Cited): string[] {
  if (queries.size === 0) return [];
  return [
    '## Queries',
    'Every query that is cited above, once, in the order of citation. To run them all again and compare: `stat-harness verify RUN --recompute`; by hand: “Repeat it yourself”, below.',
    ...[...queries.values()].flatMap((query) => {
      const parameters =
        query.parameters.length === 0 ? '' : `, parameters ${inlineCode(canonicalJson(query.parameters))}`;
      return [
        `### ${index.label(query)}`,
        `Query ${index.label(query)}${parameters}, ${count(query.row_count, 'row', 'rows')}, result ${inlineCode(query.result_sha256)}:`,
        codeBlock(layOutSql(query.sql), 'sql'),
      ];
    }),
  ];
}

function cite(query: QueryEvidence, { index, queries }: Cited): string {
  const key = queryKey(query);
  if (!queries.has(key)) queries.set(key, query);
  return index.label(query);
}

function queryLine(query: QueryEvidence, { fields }: FindingItem, cited: Cited): string {
  const label = cite(query, cited);
  const cells = Object.entries(query.yields).map(
    ([name, { row, column }]) =>
      `${inlineCode(name)}${shown(fields[name])} (row ${row + 1}${column === name ? '' : `, column ${inlineCode(column)}`})`,
  );
  const yields = cells.length === 0 ? '' : ` yields ${cells.join('; ')}`;
  return `${label}${yields}.${citedRows(query)}`;
}

function derivationLine(one: DerivationEvidence, { fields }: FindingItem, cited: Cited): string {
  const values = Object.entries(one.yields).map(
    ([name, value]) =>
      `${inlineCode(name)}${shown(fields[name])}${value === name ? '' : ` (value ${inlineCode(value)})`}`,
  );
  const yields = values.length === 0 ? '' : ` yields ${values.join('; ')}`;
  return `${derivedBy(one, cited)}${yields}.`;
}

/** How something was derived, and from what. */
function derivedBy({ method, parameters, inputs }: DerivationEvidence, cited: Cited): string {
  const settings =
    Object.keys(parameters).length === 0
      ? ''
      : `, parameters ${inlineCode(clipped(canonicalJson(parameters), LONGEST))}`;
  return `Derivation (${md(method)}${settings}) from ${inputs.map((input) => inputWords(input, cited)).join(', ') || 'nothing'}`;
}

function inputWords(input: Evidence, cited: Cited): string {
  return input.kind === 'query' ? cite(input, cited) : `a ${derivedBy(input, cited)}`;
}

function shown(field: FieldValue | undefined): string {
  return field === undefined ? '' : ` = ${md(clipped(formatValue(field).text, LONGEST_VALUE))}`;
}

function citedRows(query: QueryEvidence): string {
  const rows = query.rows ?? [];
  if (rows.length === 0) return '';
  const parts = [...new Set(rows.map((row) => row.part))].sort((a, b) => a - b);
  const text = parts.map(
    (part) => `part ${part}: ${rowRanges(rows.filter((r) => r.part === part).map((r) => r.row_number))}`,
  );
  const total = query.rows_total ?? rows.length;
  return ` Rows cited: ${text.join('; ')}${total > rows.length ? ` (${rows.length} of ${formatNumber(total)})` : ''}.`;
}
