import { canonicalJson } from '../../base/index.ts';
import type { Chart, Evidence, Finding, FindingItem, QueryEvidence } from '../../contract/index.ts';
import type { DerivationEvidence, EvidenceIndex } from '../evidence-index.ts';
import { citedRowsWords, derivationName, derivedBy, sourceOf } from '../evidence-words.ts';
import { formatNumber, formatValue } from '../format-value.ts';
import { layOutSql } from '../sql-layout.ts';
import { clipped, count } from '../words.ts';
import { breakable } from './breakable.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const LONGEST_SQL = 6000;
const LONGEST_TEXT = 600;

/** Labels of the queries and charts the page has printed so far; each is printed where it is cited first. */
export interface Printed {
  readonly index: EvidenceIndex;
  readonly labels: ReadonlySet<string>;
}

/** Labels of the queries and charts that some markup prints. */
export function printedIn(markup: Markup): string[] {
  return [...markup.markup.matchAll(/<(?:h4|figure) id="([Qc]\d+)">/g)].flatMap(([, label]) =>
    label === undefined ? [] : [label],
  );
}

/**
 * What stands behind a claim of a plugin: each number with its source, then the queries and derivations themselves,
 * then the queries of the charts it shows.
 */
export function evidenceMarkup(claim: FindingItem, pluginId: string, printed: Printed): Markup {
  const { index } = printed;
  const seen = new Set(printed.labels);
  const own =
    claim.evidence.length === 0
      ? html`<p>No evidence.</p>`
      : html`${fieldsTable(claim, index)}${claim.evidence.map((evidence) => one(evidence, index, seen, derivationName(evidence, claim.evidence)))}`;
  const charts = index.chartsOf(pluginId, claim.charts);
  return html`${own}${charts.map((chart) => query(chart.evidence, index, seen, chart))}`;
}

/** How a reader gets from the numbers of a finding to their source, and back by himself. */
export function checkLine(finding: Finding): Markup {
  const { coverage } = finding;
  const rows = `${formatNumber(coverage.rows)} of ${count(coverage.of_rows, 'row', 'rows')}`;
  return html`<p class="small">Over ${rows}. Run again: <code>stat-harness verify RUN --recompute</code>, or in DuckDB: <a href="#repeat">Repeat it yourself</a>.</p>`;
}

function fieldsTable(claim: FindingItem, index: EvidenceIndex): Markup {
  const names = Object.keys(claim.fields);
  if (names.length === 0) return NOTHING;
  const rows = names.map((name) => {
    const field = claim.fields[name] ?? { value: null };
    const { text, full } = formatValue(field);
    return html`<tr><th scope="row"><code>${breakable(name)}</code></th><td>${clipped(text, LONGEST_TEXT)}</td><td>${
      full === null ? '' : html`<code>${clipped(full, LONGEST_TEXT)}</code>`
    }</td><td>${sourceOf(name, claim.evidence, index)}</td></tr>`;
  });
  return html`<div class="wide"><table class="sources"><caption>Each number of the claim and where it comes from (rows of results count from 1)</caption><thead><tr><th scope="col">Number</th><th scope="col">As shown</th><th scope="col">In full</th><th scope="col">Comes from</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function one(evidence: Evidence, index: EvidenceIndex, seen: Set<string>, name = 'Derivation'): Markup {
  return evidence.kind === 'query' ? query(evidence, index, seen) : derivation(evidence, index, seen, name);
}

function query(evidence: QueryEvidence, index: EvidenceIndex, seen: Set<string>, chart?: Chart): Markup {
  const label = index.label(evidence);
  const heading = chart === undefined ? label : `${label}, drawn as the chart “${clipped(chart.title, 120)}”`;
  if (seen.has(label)) {
    return html`<h4>Query ${heading}</h4><p>Printed <a href="#${label}">where it is cited first</a>.</p>${citedRows(evidence)}`;
  }
  seen.add(label);
  return html`<h4 id="${label}">Query ${heading}</h4>${sqlBlock(layOutSql(evidence.sql))}${parameters(evidence.parameters)}<p class="small">Result: ${count(evidence.row_count, 'row', 'rows')}, hash <code>${evidence.result_sha256}</code></p>${citedRows(evidence)}`;
}

/** SQL as a block; one of unusual length is cut, and the cut is said. */
export function sqlBlock(sql: string, limit = LONGEST_SQL): Markup {
  return html`<pre tabindex="0"><code>${clipped(sql, limit)}</code></pre>`;
}

function parameters(list: readonly (string | null)[]): Markup {
  if (list.length === 0) return NOTHING;
  return html`<p class="small">Parameters: ${list.map(
    (value, i) =>
      html`${i > 0 ? ', ' : ''}<code>$${i + 1} = ${value === null ? 'NULL' : clipped(value, LONGEST_TEXT)}</code>`,
  )}</p>`;
}

function citedRows(evidence: QueryEvidence): Markup {
  const words = citedRowsWords(evidence);
  return words === ''
    ? NOTHING
    : html`<p class="small">Rows cited, by their number in the source: ${words}.</p>`;
}

function derivation(
  evidence: DerivationEvidence,
  index: EvidenceIndex,
  seen: Set<string>,
  name: string,
): Markup {
  const values = Object.entries(evidence.values).map(
    ([name, value]) =>
      html`<li><code>${name}</code> = ${formatValue(value).full ?? formatValue(value).text}</li>`,
  );
  return html`<h4>${name}: ${evidence.method}</h4><p class="small">Computed by ${derivedBy(evidence)}. Parameters: <code>${clipped(canonicalJson(evidence.parameters), LONGEST_TEXT)}</code></p>${
    values.length > 0 ? html`<ul class="small">${values.slice(0, 60)}</ul>` : NOTHING
  }${values.length > 60 ? html`<p class="small">${values.length - 60} more values are in report.json.</p>` : NOTHING}${
    evidence.inputs.length > 0
      ? html`<details><summary>Its inputs: ${count(evidence.inputs.length, 'piece', 'pieces')} of evidence</summary><div class="in">${evidence.inputs.map((input) => one(input, index, seen))}</div></details>`
      : NOTHING
  }`;
}
