import type { FieldValue } from '../../contract/index.ts';
import type { ChartBook } from '../charts/chart-book.ts';
import type { EvidenceIndex } from '../evidence-index.ts';
import { formatNumber, formatShare, formatValue } from '../format-value.ts';
import { type ColumnFacts, factOf, type Outline } from '../outline.ts';
import { clipped, count, typeWords } from '../words.ts';
import { breakable } from './breakable.ts';
import { evidenceMarkup, printedIn } from './evidence.ts';
import { fitWithin } from './fit.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const UNFOLDED = 40;

/** Facts shown in the table, each under the first of its names that a profile has. */
export const TABLE_FACTS: readonly { readonly heading: string; readonly names: readonly string[] }[] = [
  { heading: 'Distinct', names: ['distinct_values'] },
  { heading: 'Lowest', names: ['minimum'] },
  { heading: 'Median', names: ['median'] },
  { heading: 'Highest', names: ['maximum'] },
  { heading: 'Most common', names: ['top_value_1', 'frequent_value'] },
];

export interface ColumnsView {
  readonly outline: Outline;
  readonly rows: number;
  readonly charts: ChartBook;
  readonly index: EvidenceIndex;
  readonly printed: Set<string>;
}

/** Every column on one line, then every fact of every column with its evidence. */
export function columnsSection(
  view: ColumnsView,
  budget: { readonly table: number; readonly facts: number },
): Markup {
  const { columns } = view.outline;
  const facts = fitWithin(
    columns,
    budget.facts,
    [(c, i) => factsEntry(c, i, view, true), (c, i) => factsEntry(c, i, view, false), () => NOTHING],
    (markup) => {
      for (const label of printedIn(markup)) view.printed.add(label);
    },
  );
  const unshown = facts.forms.filter((form) => form === 2).length + facts.omitted;
  const linked = (i: number) => (facts.forms[i] ?? 2) < 2 && columns[i]?.finding !== undefined;
  const lines = fitWithin(columns, budget.table, [
    (c, i) => line(c, i, view, linked(i), true),
    (c, i) => line(c, i, view, linked(i), false),
    bareLine,
  ]);
  const folded = lines.shown.slice(UNFOLDED);
  const sampled = view.outline.sampled === null ? '' : '; “Missing” is of all rows, the rest of the sample';
  return html`${table(`Every column in brief${sampled}`, lines.shown.slice(0, UNFOLDED))}
${
  folded.length > 0
    ? html`<details><summary>${count(folded.length, 'more column', 'more columns')}</summary>${table(`More columns in brief${sampled}`, folded)}</details>`
    : NOTHING
}${lines.omitted > 0 ? html`<p>${count(lines.omitted, 'column', 'columns')} more are in report.json.</p>` : NOTHING}
${columns.some(({ finding }) => finding !== undefined) ? html`<h3>Every fact of each column, with its evidence</h3>${facts.shown}` : html`<p>This run holds no facts about single columns.</p>`}${
  unshown > 0
    ? html`<p>The facts of ${count(unshown, 'column', 'columns')} more are in report.json.</p>`
    : NOTHING
}`;
}

function table(caption: string, lines: readonly Markup[]): Markup {
  const heads = TABLE_FACTS.map(({ heading }) => html`<th scope="col">${heading}</th>`);
  return html`<div class="wide"><table class="cols"><caption>${caption}</caption><thead><tr><th scope="col">Column</th><th scope="col">Type and role</th><th scope="col" class="num">Missing</th>${heads}<th scope="col">Shape</th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

function line(facts: ColumnFacts, index: number, view: ColumnsView, linked: boolean, drawn: boolean): Markup {
  const { column } = facts;
  const name = html`<bdi>${breakable(clipped(facts.name, 80))}</bdi>`;
  const cells = TABLE_FACTS.map(({ names }) => factCell(factOf(facts, ...names)));
  const spark = drawn ? view.charts.spark(column.sql_name) : undefined;
  return html`<tr><th scope="row">${linked ? html`<a href="#column-${index + 1}">${name}</a>` : name}</th><td>${typeWords(column.type)}${
    facts.roles.length > 0
      ? html`<br><span class="quiet">${facts.roles.map((role, i) => html`${i > 0 ? ', ' : ''}${breakable(role)}`)}</span>`
      : NOTHING
  }</td><td class="num">${missingText(column.missing, view.rows)}</td>${cells}<td>${spark?.ok ? { markup: spark.svg } : ''}</td></tr>`;
}

function bareLine(facts: ColumnFacts): Markup {
  return html`<tr><th scope="row"><bdi>${breakable(clipped(facts.name, 60))}</bdi></th><td>${typeWords(facts.column.type)}</td><td class="num">${formatNumber(facts.column.missing)}</td><td colspan="6"></td></tr>`;
}

/** The heading says what is counted. */
function withoutUnit({ unit: _unit, ...field }: FieldValue): FieldValue {
  return field;
}

/** `12 (3.4 %)`, or 0. */
export function missingText(missing: number, rows: number): string {
  return missing === 0 || rows === 0
    ? formatNumber(missing)
    : `${formatNumber(missing)} (${formatShare(missing / rows)})`;
}

function factCell(field: FieldValue | undefined): Markup {
  if (field === undefined) return html`<td></td>`;
  const { text, full } = formatValue(
    typeof field.value === 'number' && field.unit !== 's' ? withoutUnit(field) : field,
  );
  return html`<td${full === null ? '' : html` title="${clipped(full, 200)}"`}>${clipped(text, 40)}</td>`;
}

function factsEntry(facts: ColumnFacts, index: number, view: ColumnsView, withEvidence: boolean): Markup {
  const { finding } = facts;
  if (finding === undefined)
    return html`<p><bdi>${clipped(facts.name, 60)}</bdi>: not profiled in this run.</p>`;
  const body = withEvidence
    ? html`${evidenceMarkup(finding, finding.plugin_id, { index: view.index, labels: view.printed })}${finding.limitations.map((text) => html`<p class="small">${text}</p>`)}`
    : html`<ul class="small">${Object.entries(finding.fields).map(([name, field]) => html`<li><code>${name}</code> = ${clipped(formatValue(field).text, 200)}</li>`)}</ul><p class="small">Evidence: report.json, finding <code>${finding.id}</code>.</p>`;
  return html`<details id="column-${index + 1}"><summary>${factsSummary(facts.name, finding.statement)}</summary><div class="in">${body}</div></details>`;
}

/** The statement, behind the column's name where it doesn't hold it. */
function factsSummary(name: string, statement: string): Markup {
  const text = html`<bdi>${clipped(statement, 400)}</bdi>`;
  return statement.includes(name) ? text : html`<bdi>${clipped(name, 120)}</bdi>: ${text}`;
}
