import { canonicalJson } from '../../base/index.ts';
import {
  type Evidence,
  type Finding,
  type FindingItem,
  isRoleName,
  type PluginOutcome,
  type Report,
  ROLES,
} from '../../contract/index.ts';
import { canonicalReport } from '../canonical-report.ts';
import type { Circumstances } from '../circumstances.ts';
import { columnNames } from '../column-names.ts';
import { type EvidenceIndex, indexEvidence, queryKey } from '../evidence-index.ts';
import { formatNumber, formatShare, formatValue } from '../format-value.ts';
import { TABLE_FACTS } from '../html/columns.ts';
import { factOf, type Outline, outlineOf } from '../outline.ts';
import { layOutSql } from '../sql-layout.ts';
import { confidenceWords, replicationWords, statisticWords, testedWords } from '../test-words.ts';
import { lookedByTitle, wantingColumns, whatNothingMeans, whyNot } from '../who-looked.ts';
import {
  clipped,
  count,
  coverageWords,
  holdsNumber,
  plainName,
  rowRanges,
  scoreText,
  statusWords,
  typeWords,
} from '../words.ts';
import { codeBlock, inlineCode, md, table } from './escape.ts';
import { ledgerSection } from './ledger.ts';

/** Findings and queries beyond these are counted and left to report.json. */
const FINDINGS = 200;
const ITEMS = 20;
const COLUMNS_WITH_QUERIES = 50;
const LONGEST = 1500;

/** The report as Markdown: the same content as the page, for editors and for diffs. */
export function renderMarkdown(given: Report, circumstances: Circumstances): string {
  const report = canonicalReport(given);
  const outline = outlineOf(report);
  const index = indexEvidence(report);
  const printed = new Set<string>();
  const blocks = [
    ...opening(report, outline),
    ...findings(report, outline, index, printed),
    ...quality(report, outline),
    ...roles(report, outline),
    ...columns(report, outline, index, printed),
    ...plugins(report),
    ...methods(report),
    ...repeat(report, circumstances),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function opening(report: Report, outline: Outline): string[] {
  return [
    `# ${md(outline.heading)}`,
    ...(report.kind === 'synthetic' ? ['**Synthetic data: nothing here is about a real business.**'] : []),
    ...outline.about.map(md),
    ...outline.toCheck.map((notice) => `> **${md(notice)}**`),
    `Coverage: **${report.coverage.kind}**. ${coverageWords(report.coverage).long}`,
  ];
}

function findings(report: Report, outline: Outline, index: EvidenceIndex, printed: Set<string>): string[] {
  const { claims } = outline;
  if (claims.length === 0) {
    return [
      '## Findings',
      `Nothing to report. ${md(lookedByTitle(report).join(' '))} ${md(whatNothingMeans(report))}`,
      ...bullets(whyNot(report)),
    ];
  }
  const shown = claims.slice(0, FINDINGS);
  const overview = shown.map((finding, i) => [
    String(i + 1),
    md(clipped(finding.title, 200)),
    finding.basis,
    md(confidenceWords(finding, report.ledger).badge),
    finding.coverage.kind,
  ]);
  const rest = claims.length - shown.length;
  return [
    '## Findings',
    table(['Rank', 'Finding', 'Basis', 'How sure', 'Coverage'], overview),
    ...(rest > 0
      ? [`${count(rest, 'finding', 'findings')} more, from rank ${FINDINGS + 1} on, in report.json.`]
      : []),
    ...shown.flatMap((finding, i) => oneFinding(finding, i + 1, report, index, printed)),
  ];
}

function oneFinding(
  finding: Finding,
  rank: number,
  report: Report,
  index: EvidenceIndex,
  printed: Set<string>,
): string[] {
  const sure = confidenceWords(finding, report.ledger);
  const items = finding.items.slice(0, ITEMS);
  const more = finding.items.length - items.length;
  return [
    `### ${rank}. ${md(clipped(finding.title, 300))}`,
    md(clipped(finding.statement, LONGEST)),
    ...estimate(finding),
    `**${finding.basis}** · ${md(sure.badge)} · **${finding.coverage.kind}** · ${finding.severity}. ${md(sure.long)}`,
    ...test(finding),
    ...proviso('Assumes', finding.assumptions),
    ...proviso('Mind', finding.limitations),
    ...evidence(finding, finding.plugin_id, index, printed),
    ...items.flatMap((item) => oneItem(item, finding.plugin_id, report, index, printed)),
    ...(more > 0 ? [`${count(more, 'more instance is', 'more instances are')} in report.json.`] : []),
    `Finding ${inlineCode(finding.id)}, kind ${inlineCode(finding.kind)}, by ${inlineCode(finding.plugin_id)}. ${scoreText(finding)}`,
  ];
}

function oneItem(
  item: FindingItem,
  pluginId: string,
  report: Report,
  index: EvidenceIndex,
  printed: Set<string>,
): string[] {
  const tested = item.test === undefined ? '' : ` (${md(testedWords(item, pluginId, report.ledger).badge)})`;
  return [
    `**${md(clipped(item.title, 300))}**: ${md(clipped(item.statement, LONGEST))}${tested}`,
    ...estimate(item),
    ...proviso('Replication', [replicationWords(item)]),
    ...evidence(item, pluginId, index, printed),
  ];
}

function estimate(claim: FindingItem): string[] {
  if (claim.estimate === undefined) return [];
  const { name, value, unit, confidence_interval: interval } = claim.estimate;
  const show = (v: typeof value) =>
    md(formatValue({ value: v, ...(unit === undefined ? {} : { unit }) }).text);
  const range =
    interval === undefined
      ? ''
      : ` (${formatShare(interval.level)} interval ${show(interval.low)} to ${show(interval.high)})`;
  const inTitle = holdsNumber(
    claim.title,
    formatValue({ value, ...(unit === undefined ? {} : { unit }) }).text,
  );
  if (inTitle && range === '') return [];
  return [`${md(plainName(name))}: **${show(value)}**${range}`];
}

/** The statistic behind a claim, and whether the claim holds in both halves of the table. */
function test(claim: FindingItem): string[] {
  return [...proviso('Test', [statisticWords(claim)]), ...proviso('Replication', [replicationWords(claim)])];
}

function proviso(heading: string, sentences: readonly string[]): string[] {
  return sentences.every((sentence) => sentence === '') ? [] : [`${heading}: ${md(sentences.join(' '))}`];
}

function evidence(
  claim: FindingItem,
  pluginId: string,
  index: EvidenceIndex,
  printed: Set<string>,
): string[] {
  const charts = index.chartsOf(pluginId, claim.charts);
  return [
    ...(claim.evidence.length === 0 ? ['No evidence.'] : []),
    ...claim.evidence.flatMap((one) => evidenceBlock(one, index, printed)),
    ...charts.flatMap((chart) => [
      `Chart “${md(clipped(chart.title, 200))}”:`,
      ...evidenceBlock(chart.evidence, index, printed),
    ]),
  ];
}

function evidenceBlock(one: Evidence, index: EvidenceIndex, printed: Set<string>): string[] {
  if (one.kind === 'derivation') {
    const yields = Object.entries(one.yields).map(
      ([field, value]) => `${inlineCode(field)} = ${inlineCode(value)}`,
    );
    return [
      `Derivation ${md(one.method)}, parameters ${inlineCode(clipped(canonicalJson(one.parameters), LONGEST))}${yields.length > 0 ? `, yields ${yields.join(', ')}` : ''}; from:`,
      ...one.inputs.flatMap((input) => evidenceBlock(input, index, printed)),
    ];
  }
  const label = index.label(one);
  const cells = Object.entries(one.yields).map(
    ([field, cell]) => `${inlineCode(field)} = row ${cell.row + 1}, column ${inlineCode(cell.column)}`,
  );
  const yields = cells.length > 0 ? [`${label} yields ${cells.join('; ')}.`] : [];
  const key = queryKey(one);
  if (printed.has(key)) return [`Query ${label}: printed above.`, ...yields, ...citedRows(one)];
  printed.add(key);
  const parameters =
    one.parameters.length === 0 ? '' : `, parameters ${inlineCode(canonicalJson(one.parameters))}`;
  return [
    `Query ${label}${parameters}, ${count(one.row_count, 'row', 'rows')}, result ${inlineCode(one.result_sha256)}:`,
    codeBlock(layOutSql(one.sql), 'sql'),
    ...yields,
    ...citedRows(one),
  ];
}

function citedRows(query: Extract<Evidence, { kind: 'query' }>): string[] {
  const rows = query.rows ?? [];
  if (rows.length === 0) return [];
  const parts = [...new Set(rows.map((row) => row.part))].sort((a, b) => a - b);
  const text = parts.map(
    (part) => `part ${part}: ${rowRanges(rows.filter((r) => r.part === part).map((r) => r.row_number))}`,
  );
  const total = query.rows_total ?? rows.length;
  return [
    `Rows cited: ${text.join('; ')}${total > rows.length ? ` (${rows.length} of ${formatNumber(total)})` : ''}.`,
  ];
}

function quality(report: Report, outline: Outline): string[] {
  const { data_quality: read } = report;
  return [
    '## Data quality',
    `Records rejected: ${formatNumber(read.rejected_rows)}. Cells missing: ${formatNumber(outline.missingCells)}.`,
    read.notes.length === 0
      ? 'Nothing had to be assumed or repaired when the table was read.'
      : [
          `${count(read.notes.length, 'note', 'notes')} on how the table was read:`,
          ...bullets(read.notes),
        ].join('\n\n'),
  ];
}

/** A list, or nothing where there is nothing. */
function bullets(sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [sentences.map((sentence) => `- ${md(sentence)}`).join('\n')];
}

function roles(report: Report, outline: Outline): string[] {
  const { bindings } = report.roles;
  if (bindings.length === 0) return ['## What the columns mean', 'No column has a role.'];
  const facts = outline.roleFacts.map((fact) => `- ${md(fact.statement)}`).join('\n');
  const names = columnNames(report.dataset.columns);
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
    ...(facts === '' ? [] : [facts]),
  ];
}

function columns(report: Report, outline: Outline, index: EvidenceIndex, printed: Set<string>): string[] {
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
    table(head, rows),
    `All facts of the ${count(report.dataset.columns.length, 'column', 'columns')} are in report.json.`,
    ...columnQueries(outline, index, printed),
  ];
}

/** The evidence behind the facts and the chart of each of the first columns. */
function columnQueries(outline: Outline, index: EvidenceIndex, printed: Set<string>): string[] {
  const profiled = outline.columns.filter((facts) => facts.finding !== undefined);
  const more = profiled.length - COLUMNS_WITH_QUERIES;
  return [
    ...(profiled.length > 0 ? ['### Queries behind the columns'] : []),
    ...profiled
      .slice(0, COLUMNS_WITH_QUERIES)
      .flatMap(({ name, finding }) =>
        finding === undefined
          ? []
          : [`**${md(clipped(name, 120))}**`, ...evidence(finding, finding.plugin_id, index, printed)],
      ),
    ...(more > 0 ? [`Those of ${count(more, 'column', 'columns')} more are in report.json.`] : []),
  ];
}

function plugins(report: Report): string[] {
  const rows = report.plugins.map((plugin) => [
    `${md(plugin.title)} (${inlineCode(plugin.plugin_id)} ${md(plugin.plugin_version)})`,
    statusWords(plugin.status),
    String(plugin.findings),
    [md(remarksOf(plugin, report)), settingsOf(plugin)].filter((text) => text !== '').join(' '),
  ]);
  return ['## Analyses and their outcomes', table(['Analysis', 'Outcome', 'Findings', 'Remarks'], rows)];
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
    `Run fingerprint ${inlineCode(circumstances.run_fingerprint)}. Dataset version ${inlineCode(dataset.dataset_version_id)}. Statistic Harness ${md(circumstances.engine_version)}.`,
  ];
}
