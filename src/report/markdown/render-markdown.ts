import { canonicalJson, shownBytes } from '../../base/index.ts';
import { type Finding, isRoleName, type PluginOutcome, type Report, ROLES } from '../../contract/index.ts';
import { canonicalReport } from '../canonical-report.ts';
import { type Circumstances, disabledWords, originWords } from '../circumstances.ts';
import { namesOfColumns } from '../column-names.ts';
import { indexEvidence } from '../evidence-index.ts';
import { formatNumber, formatShare, formatValue } from '../format-value.ts';
import { HOW_TO_READ } from '../how-to-read.ts';
import { TABLE_FACTS } from '../html/columns.ts';
import { factOf, type Outline, outlineOf } from '../outline.ts';
import { wantingColumns } from '../who-looked.ts';
import { clipped, count, coverageWords, DRAWN_AGAIN, statusWords, typeWords } from '../words.ts';
import { codeBlock, inlineCode, md, table } from './escape.ts';
import { type Cited, queriesSection, sourceLines } from './evidence.ts';
import { evidenceSection, findingsSection } from './findings.ts';
import { knownIssuesSection } from './known-issues.ts';
import { ledgerSection } from './ledger.ts';
import { bullets, proviso } from './sentences.ts';

/** Columns beyond these have their evidence in report.json alone. */
const COLUMNS_WITH_QUERIES = 50;

/** The report as Markdown: the same content as the page, for editors and for diffs. */
export function renderMarkdown(given: Report, circumstances: Circumstances): string {
  const report = canonicalReport(given);
  const outline = outlineOf(report);
  const cited: Cited = { index: indexEvidence(report), queries: new Map() };
  // Queries are printed in the order in which they are cited: first by the findings.
  const evidence = evidenceSection(outline, cited);
  const blocks = [
    ...opening(report, outline),
    ...knownIssuesSection(report, outline),
    ...howToRead(),
    ...findingsSection(report, outline),
    ...quality(report, outline),
    ...roles(report, outline, cited),
    ...columns(report, outline, cited),
    ...plugins(report, circumstances),
    ...methods(report),
    ...evidence,
    ...queriesSection(cited),
    ...repeat(report, circumstances),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function opening(report: Report, outline: Outline): string[] {
  return [
    `# ${md(outline.heading)}`,
    ...(report.kind === 'synthetic' ? ['**Synthetic data: nothing here is about a real business.**'] : []),
    ...(outline.sampled === null ? [] : [`> **${md(outline.sampled)}**`]),
    ...outline.about.map(md),
    ...outline.toCheck.map((notice) => `> **${md(notice)}**`),
    ...(outline.sampled === null ? [`Coverage: **FULL**. ${coverageWords(report.coverage).long}`] : []),
  ];
}

function howToRead(): string[] {
  const lines = HOW_TO_READ.map(([term, words]) => `- **${md(term)}.** ${md(words)}`);
  return ['## How to read this', lines.join('\n')];
}

function quality(report: Report, outline: Outline): string[] {
  const { data_quality: read } = report;
  const { ofQuality } = outline;
  return [
    '## Data quality',
    ...(ofQuality.length === 0
      ? ['No finding is about the quality of the data.']
      : [
          `${count(ofQuality.length, 'finding is', 'findings are')} about the quality of the data, by number among the findings above:`,
          ofQuality
            .map(({ number, finding }) => `- ${number}: ${md(clipped(finding.title, 160))}`)
            .join('\n'),
        ]),
    `Records rejected: ${formatNumber(read.rejected_rows)}. Cells missing: ${formatNumber(outline.missingCells)}.`,
    read.notes.length === 0
      ? 'Nothing had to be assumed or repaired when the table was read.'
      : [
          `${count(read.notes.length, 'note', 'notes')} on how the table was read:`,
          ...bullets(read.notes),
        ].join('\n\n'),
  ];
}

function roles(report: Report, outline: Outline, cited: Cited): string[] {
  const { bindings } = report.roles;
  const built = facts(outline.structureFacts, cited);
  const structure = built === '' ? [] : ['How the table is built:', built];
  if (bindings.length === 0) return ['## What the columns mean', 'No column has a role.', ...structure];
  const counted = facts(outline.roleFacts, cited);
  const names = namesOfColumns(report);
  const rows = bindings.map((binding) => [
    md(binding.role),
    md(names.get(binding.sql_name) ?? binding.sql_name),
    isRoleName(binding.role) ? md(ROLES[binding.role].meaning) : '',
    binding.source === 'inferred' ? formatShare(binding.confidence) : binding.source,
    md(binding.reasons.join('; ')),
  ]);
  return [
    '## What the columns mean',
    table(['Role', 'Column', 'Meaning', 'How sure', 'Why'], rows),
    ...structure,
    ...(counted === '' ? [] : ['The counts behind the roles:', counted]),
  ];
}

/** A list of statements, each with its sources. */
function facts(findings: readonly Finding[], cited: Cited): string {
  return findings
    .flatMap((fact) => [
      `- ${md(fact.statement)}`,
      ...sourceLines(fact, fact.plugin_id, cited).map((line) => `  - ${line}`),
    ])
    .join('\n');
}

function columns(report: Report, outline: Outline, cited: Cited): string[] {
  const rows = outline.columns.map((facts) => [
    md(clipped(facts.name, 120)),
    typeWords(facts.column.type),
    formatNumber(facts.column.missing),
    ...TABLE_FACTS.map(({ names }) => {
      const field = factOf(facts, ...names);
      return field === undefined ? '' : md(clipped(formatValue(field).text, 60));
    }),
  ]);
  const head = ['Column', 'Type', 'Missing', ...TABLE_FACTS.map(({ heading }) => heading)];
  return [
    '## Columns',
    ...(outline.sampled === null ? [] : ['“Missing” is of all rows, the rest of the sample.']),
    table(head, rows),
    outline.columns.some(({ finding }) => finding !== undefined)
      ? `All facts of the ${count(report.dataset.columns.length, 'column', 'columns')} are in report.json.`
      : 'This run holds no facts about single columns.',
    ...columnQueries(outline, cited),
  ];
}

/** The evidence behind the facts and the chart of each of the first columns. */
function columnQueries(outline: Outline, cited: Cited): string[] {
  const profiled = outline.columns.flatMap(({ name, finding }) =>
    finding === undefined ? [] : [{ name, finding }],
  );
  const more = profiled.length - COLUMNS_WITH_QUERIES;
  const lines = profiled
    .slice(0, COLUMNS_WITH_QUERIES)
    .flatMap(({ name, finding }) => [
      `- **${md(clipped(name, 120))}**`,
      ...sourceLines(finding, finding.plugin_id, cited).map((line) => `  - ${line}`),
    ]);
  return [
    ...(lines.length > 0 ? ['### Where the facts of the columns come from', lines.join('\n')] : []),
    ...(more > 0 ? [`Those of ${count(more, 'column', 'columns')} more are in report.json.`] : []),
  ];
}

function plugins(report: Report, circumstances: Circumstances): string[] {
  const rows = report.plugins.map((plugin) => [
    `${md(plugin.title)} (${[inlineCode(plugin.plugin_id), md(plugin.plugin_version)].join(' ')}${ownCode(plugin, circumstances)})`,
    statusWords(plugin.status),
    String(plugin.findings),
    [md(remarksOf(plugin, report)), settingsOf(plugin), filesOf(plugin, circumstances)]
      .filter((text) => text !== '')
      .join(' '),
  ]);
  const disabled = disabledWords(circumstances);
  return [
    '## Analyses and their outcomes',
    table(['Analysis', 'Outcome', 'Findings', 'Remarks'], rows),
    ...(disabled === '' ? [] : [md(disabled)]),
  ];
}

function ownCode({ plugin_id }: PluginOutcome, circumstances: Circumstances): string {
  const origin = originWords(plugin_id, circumstances);
  return origin === '' ? '' : `, ${md(origin)}`;
}

function filesOf({ plugin_id }: PluginOutcome, { plugins }: Circumstances): string {
  const files = plugins[plugin_id]?.files ?? [];
  const named = files.map(
    ({ path, bytes, title }) =>
      `${inlineCode(`artifacts/${plugin_id}/${path}`)} (${md(clipped(title, 200))}, ${shownBytes(bytes)})`,
  );
  return named.length === 0 ? '' : `Files: ${named.join(', ')}.`;
}

function remarksOf(plugin: PluginOutcome, report: Report): string {
  const wanting = plugin.status === 'not_applicable' ? wantingColumns(plugin, report) : undefined;
  return [wanting ?? plugin.reason, ...plugin.notes].filter((text) => text !== '').join(' ');
}

function settingsOf({ settings }: PluginOutcome): string {
  const list = Object.entries(settings).map(([name, value]) =>
    inlineCode(`${name} = ${clipped(canonicalJson(value), 200)}`),
  );
  return list.length === 0 ? '' : `Settings: ${list.join(', ')}.`;
}

function methods(report: Report): string[] {
  const notes = report.methods.flatMap((note) => [
    `### ${md(note.title)}`,
    `${md(note.question)} ${md(note.method.name)}. Reference: ${md(note.method.reference)}`,
    ...proviso('Assumes', note.assumptions),
    ...proviso('Misleads when', note.misleads_when),
  ]);
  return ['## Methods', ...notes, ...ledgerSection(report)];
}

function repeat(report: Report, circumstances: Circumstances): string[] {
  const { dataset } = report;
  const parts = dataset.parts.map((part) => [
    inlineCode(part.parquet_file),
    formatNumber(part.rows),
    inlineCode(`parts/${part.part_id.slice('sha256:'.length)}`),
    inlineCode(part.upload_sha256),
  ]);
  const derived = report.derived_columns.map((column) => [
    inlineCode(column.name),
    inlineCode(column.plugin_id),
    inlineCode(column.sql),
  ]);
  return [
    '## Repeat it yourself',
    "Copy the Parquet file of each part, `parts/…/part.parquet` in the program's data folder, into one folder under the name below, start DuckDB there, run this statement, then any query printed above:",
    codeBlock(dataset.create_view_sql, 'sql'),
    table(['File', 'Rows', 'Part', 'Hash of the source'], parts),
    ...(derived.length > 0 ? [table(['Derived column', 'Plugin', 'SQL'], derived)] : []),
    ...(report.coverage.kind === 'FULL' ? [] : [md(`${report.coverage.kind}: ${DRAWN_AGAIN}`)]),
    `Run fingerprint ${inlineCode(circumstances.run_fingerprint)}. Dataset version ${inlineCode(dataset.dataset_version_id)}. Statistic Harness ${md(circumstances.engine_version)}.`,
  ];
}
