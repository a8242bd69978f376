import { canonicalJson, shownBytes } from '../../base/index.ts';
import type { PluginOutcome, Report } from '../../contract/index.ts';
import { type Circumstances, disabledWords, originWords } from '../circumstances.ts';
import { columnNames } from '../column-names.ts';
import { anchorOf } from '../entries.ts';
import { formatNumber, formatShare } from '../format-value.ts';
import type { Outline } from '../outline.ts';
import { wantingColumns } from '../who-looked.ts';
import { clipped, count, coverageWords, DRAWN_AGAIN, statusWords, typeWords } from '../words.ts';
import { breakable } from './breakable.ts';
import { missingText } from './columns.ts';
import { sqlBlock } from './evidence.ts';
import { fitWithin } from './fit.ts';
import { folded } from './folded.ts';
import { ledgerSection } from './ledger.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const SHOWN_NOTES = 6;
const MOST_SETTINGS = 40;
const MOST_FILES = 40;

/** Sentences as a list within a budget; what has no room is counted. */
function sentences(list: readonly string[], budget: number): Markup {
  const { shown, omitted } = fitWithin(list, budget, [
    (text) => html`<li><bdi>${clipped(text, 600)}</bdi></li>`,
  ]);
  return html`<ul>${shown}</ul>${omitted > 0 ? html`<p>${count(omitted, 'more note is', 'more notes are')} in report.json.</p>` : NOTHING}`;
}

export interface QualityView {
  readonly report: Report;
  readonly outline: Outline;
  /** Of the findings on the page. */
  readonly anchors: ReadonlySet<string>;
}

/** What was read, how completely, and everything that was assumed, repaired or rejected. */
export function qualitySection(view: QualityView, budget: number): Markup {
  const { report, outline } = view;
  const { data_quality: quality, dataset } = report;
  const names = columnNames(dataset.columns);
  const cells = dataset.rows * dataset.columns.length;
  const complete =
    outline.missingCells === 0
      ? 'No cell is missing.'
      : `${count(outline.missingCells, 'cell is', 'cells are')} missing, ${formatShare(outline.missingCells / cells)} of all, ${mostMissing(report)}.`;
  const rejected =
    quality.rejected_rows === 0
      ? 'Every record could be read.'
      : `${count(quality.rejected_rows, 'record', 'records')} could not be read and ${quality.rejected_rows === 1 ? 'is' : 'are'} not part of the table.`;
  const reasons = quality.ingest.flatMap((ingest) => ingest.columns);
  const why = fitWithin(reasons, budget / 2, [
    (column) =>
      html`<tr><th scope="row"><bdi>${breakable(clipped(names.get(column.sql_name) ?? column.name, 80))}</bdi></th><td>${typeWords(column.type)}</td><td>${clipped(column.why, 300)}</td><td class="num">${missingText(column.missing, dataset.rows)}</td></tr>`,
  ]);
  return html`<p>${rejected} ${complete} Nothing was dropped in silence.</p>
${ofQuality(view)}${notes(quality.notes, budget / 2)}
${folded('Why each column has its type', false, html`<div class="wide"><table><caption>Types are decided on all rows</caption><thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Why</th><th scope="col" class="num">Missing</th></tr></thead><tbody>${why.shown}</tbody></table></div>${why.omitted > 0 ? html`<p>${count(why.omitted, 'column', 'columns')} more are in report.json.</p>` : NOTHING}`)}`;
}

const MOST_POINTERS = 30;

/** Where the findings on the quality of the data stand. */
function ofQuality({ outline, anchors }: QualityView): Markup {
  const entries = outline.ofQuality;
  if (entries.length === 0) return html`<p>No finding is about the quality of the data.</p>`;
  const links = entries.slice(0, MOST_POINTERS).map((entry) => {
    const title = html`${entry.number}: <bdi>${clipped(entry.finding.title, 160)}</bdi>`;
    const anchor = anchorOf(entry);
    return anchors.has(anchor) ? html`<li><a href="#${anchor}">${title}</a></li>` : html`<li>${title}</li>`;
  });
  const more = entries.length - links.length;
  return html`<p><strong>${count(entries.length, 'finding is', 'findings are')} about the quality of the data</strong>, by number among the findings above:</p><ul>${links}</ul>${more > 0 ? html`<p>${count(more, 'more stands', 'more stand')} there.</p>` : NOTHING}`;
}

/** What was assumed, repaired or left as text: the first notes in full view, the rest folded. */
function notes(list: readonly string[], budget: number): Markup {
  if (list.length === 0) return html`<p>Nothing had to be assumed or repaired when the table was read.</p>`;
  const rest = list.slice(SHOWN_NOTES);
  return html`<p><strong>${count(list.length, 'note', 'notes')} on how the table was read</strong>${rest.length > 0 ? `, the first ${SHOWN_NOTES}` : ''}:</p>${sentences(list.slice(0, SHOWN_NOTES), budget)}${rest.length > 0 ? folded(count(rest.length, 'more note', 'more notes'), false, sentences(rest, budget)) : NOTHING}`;
}

/** The columns that lack most cells, by number. */
function mostMissing({ dataset }: Report): string {
  const names = columnNames(dataset.columns);
  const lacking = dataset.columns
    .filter((column) => column.missing > 0)
    .sort((a, b) => b.missing - a.missing);
  const named = lacking
    .slice(0, 4)
    .map(
      (column) =>
        `${clipped(names.get(column.sql_name) ?? column.name, 60)} (${formatNumber(column.missing)})`,
    );
  return `${lacking.length > 4 ? `in ${lacking.length} columns, most in` : 'in'} ${named.join(', ')}`;
}

/** How every plugin ended, with reasons. */
export function pluginsSection(report: Report, circumstances: Circumstances, budget: number): Markup {
  const disabled = disabledWords(circumstances);
  if (report.plugins.length === 0) return html`<p>No plugin was planned. ${disabled}</p>`;
  const { shown, omitted } = fitWithin(report.plugins, budget, [
    (p) => pluginLine(p, report, circumstances),
    (p) => pluginLine({ ...p, notes: [], settings: {} }, report, circumstances),
  ]);
  return html`<div class="wide"><table><caption>Every analysis of this run and how it ended</caption><thead><tr><th scope="col">Analysis</th><th scope="col">Outcome</th><th scope="col" class="num">Findings</th><th scope="col">Remarks</th></tr></thead><tbody>${shown}</tbody></table></div>${omitted > 0 ? html`<p>${count(omitted, 'analysis', 'analyses')} more are in report.json.</p>` : NOTHING}${disabled === '' ? NOTHING : html`<p>${disabled}</p>`}`;
}

function pluginLine(plugin: PluginOutcome, report: Report, circumstances: Circumstances): Markup {
  const origin = originWords(plugin.plugin_id, circumstances);
  const look = plugin.status === 'ok' ? 'ok' : plugin.status === 'not_applicable' ? 'na' : 'bad';
  const sign = { ok: '✓', na: '–', bad: '✕' }[look];
  const wanting = plugin.status === 'not_applicable' ? wantingColumns(plugin, report) : undefined;
  const why = wanting ?? plugin.reason;
  const remarks = [...(why === '' ? [] : [why]), ...plugin.notes];
  return html`<tr><th scope="row">${plugin.title}<br><span class="quiet small"><code>${plugin.plugin_id}</code> ${plugin.plugin_version}${origin === '' ? '' : html`, ${breakable(origin)}`}</span></th><td><span class="status ${look}">${sign} ${statusWords(plugin.status)}</span></td><td class="num">${formatNumber(plugin.findings)}</td><td>${plugin.question}${remarks.length > 0 ? html`<ul class="small">${remarks.map((text) => html`<li>${clipped(text, 900)}</li>`)}</ul>` : NOTHING}${settings(plugin)}${filesOf(plugin, circumstances)}</td></tr>`;
}

/** What it handed over: names, titles and sizes. */
function filesOf({ plugin_id }: PluginOutcome, { plugins }: Circumstances): Markup {
  const files = plugins[plugin_id]?.files ?? [];
  if (files.length === 0) return NOTHING;
  return html`<p class="small">Files: ${files
    .slice(0, MOST_FILES)
    .map(
      ({ path, bytes, title }, i) =>
        html`${i > 0 ? ', ' : ''}<code>${breakable(`artifacts/${plugin_id}/${path}`)}</code> (${clipped(title, 200)}, ${shownBytes(bytes)})`,
    )}${files.length > MOST_FILES ? ', more in the manifest' : ''}.</p>`;
}

/** The settings in force, each as `name = value`. */
function settings(plugin: PluginOutcome): Markup {
  const list = Object.entries(plugin.settings);
  if (list.length === 0) return NOTHING;
  return html`<p class="small">Settings: ${list
    .slice(0, MOST_SETTINGS)
    .map(
      ([name, value], i) =>
        html`${i > 0 ? ', ' : ''}<code>${name} = ${clipped(canonicalJson(value), 200)}</code>`,
    )}${list.length > MOST_SETTINGS ? ', more in report.json' : ''}.</p>`;
}

/** What each analysis does, rests on, and where it misleads. */
export function methodsSection(report: Report, budget: number): Markup {
  if (report.methods.length === 0) return html`<p>No analysis ran to its end.</p>`;
  const { shown, omitted } = fitWithin(report.methods, budget, [
    (note) =>
      html`<details><summary>${note.title}: ${note.method.name}</summary><div class="in"><p>${note.question}</p><p><strong>Reference:</strong> ${clipped(note.method.reference, 600)}</p>${bullets('Assumes', note.assumptions)}${bullets('Misleads when', note.misleads_when)}</div></details>`,
  ]);
  return html`${shown}${omitted > 0 ? html`<p>${count(omitted, 'method', 'methods')} more are in report.json.</p>` : NOTHING}${ledgerSection(report)}`;
}

function bullets(heading: string, list: readonly string[]): Markup {
  if (list.length === 0) return NOTHING;
  return html`<p><strong>${heading}</strong></p><ul>${list.map((text) => html`<li>${clipped(text, 600)}</li>`)}</ul>`;
}

/** What it takes to get every number again, with or without this program. */
export function repeatSection(report: Report, circumstances: Circumstances, budget: number): Markup {
  const { parts, create_view_sql: sql, dataset_version_id: id } = report.dataset;
  const files = fitWithin(parts, budget / 4, [
    (part) =>
      html`<tr><th scope="row"><code>${part.parquet_file}</code></th><td class="num">${formatNumber(part.rows)}</td><td><code>parts/${part.part_id.slice('sha256:'.length)}</code></td><td><code>${part.upload_sha256}</code></td></tr>`,
  ]);
  const derived = fitWithin(report.derived_columns, budget / 4, [
    (column) =>
      html`<tr><th scope="row"><code>${column.name}</code></th><td><code>${column.plugin_id}</code></td><td><code>${clipped(column.sql, 1000)}</code></td></tr>`,
  ]);
  return html`<p>Every counted or summed number on this page is a query that anyone can repeat with DuckDB and the Parquet files, without this program:</p>
<ol><li>Copy the Parquet file of each part below, <code>parts/…/part.parquet</code> in the program's data folder, into a folder of its own under the name given here, and start DuckDB there.</li><li>Run the statement below. It makes the relation <code>data</code>.</li><li>Run any query printed under a finding. Its result is the one whose hash stands beside it.</li></ol>
<p>With this program, <code>stat-harness verify RUN --recompute</code> repeats all of them, derivations too, and compares.</p>
<h3>The relation “data”</h3>${report.coverage.kind === 'FULL' ? NOTHING : html`<p>${report.coverage.kind}: ${DRAWN_AGAIN}</p>`}${folded('CREATE VIEW statement', sql.length < 3000, sqlBlock(sql, Math.floor(budget / 4)))}
<div class="wide"><table><caption>Parquet files, and the hash of the file each was read from</caption><thead><tr><th scope="col">File</th><th scope="col" class="num">Rows</th><th scope="col">Part</th><th scope="col">Source</th></tr></thead><tbody>${files.shown}</tbody></table></div>${files.omitted > 0 ? html`<p>${count(files.omitted, 'file', 'files')} more are in report.json.</p>` : NOTHING}
${report.derived_columns.length > 0 ? folded(count(report.derived_columns.length, 'derived column', 'derived columns'), false, html`<div class="wide"><table><caption>Named expressions; the printed queries have them written out</caption><thead><tr><th scope="col">Name</th><th scope="col">Plugin</th><th scope="col">SQL</th></tr></thead><tbody>${derived.shown}</tbody></table></div>${derived.omitted > 0 ? html`<p>${count(derived.omitted, 'column', 'columns')} more are in report.json.</p>` : NOTHING}`) : NOTHING}
<h3>Fingerprints</h3><p>Equal inputs, settings and programs give equal fingerprints, and the same report to the byte.</p>
<dl class="small"><dt>Run</dt><dd><code>${circumstances.run_fingerprint}</code></dd><dt>Dataset version</dt><dd><code>${id}</code></dd><dt>Coverage</dt><dd>${coverageWords(report.coverage).long}</dd></dl>`;
}
