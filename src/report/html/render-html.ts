import { hexOf, sha256 } from '../../base/index.ts';
import type { Report } from '../../contract/index.ts';
import { canonicalReport } from '../canonical-report.ts';
import { drawCharts } from '../charts/chart-book.ts';
import type { Circumstances } from '../circumstances.ts';
import { readableColumn } from '../column-names.ts';
import { indexEvidence } from '../evidence-index.ts';
import { formatNumber } from '../format-value.ts';
import { type Outline, outlineOf } from '../outline.ts';
import { clipped, coverageWords } from '../words.ts';
import { breakable } from './breakable.ts';
import { columnsSection } from './columns.ts';
import { findingsSection } from './findings.ts';
import { knownIssuesSection } from './known-issues.ts';
import { bytesOf, html, type Markup, NOTHING, trusted } from './markup.ts';
import { rolesSection } from './roles.ts';
import { methodsSection, pluginsSection, qualitySection, repeatSection } from './sections.ts';
import { STYLE } from './style.ts';

/** Bytes that each part of the page may take; together they stay below `HTML_LIMIT` whatever the table. */
const BUDGET = {
  known: 60_000,
  findings: 700_000,
  charts: 400_000,
  sparks: 180_000,
  columns: { table: 330_000, facts: 350_000 },
  quality: 120_000,
  roles: { table: 40_000, facts: 80_000 },
  plugins: 80_000,
  methods: 60_000,
  repeat: 60_000,
} as const;

/** The most that report.html may weigh, in bytes. */
export const HTML_LIMIT = 2_000_000;

/**
 * The report as one page: no script, nothing from elsewhere, readable without either. Long lists are folded and, past
 * their budget of bytes, counted with a pointer to report.json.
 */
export async function renderHtml(given: Report, circumstances: Circumstances): Promise<string> {
  const report = canonicalReport(given);
  const outline = outlineOf(report);
  const charts = await drawCharts(report, outline, BUDGET);
  const index = indexEvidence(report);
  const shared = { outline, charts, index, printed: new Set<string>(), anchors: new Set<string>() };
  const page = frame(outline, [
    opening(report, outline),
    report.known_issues.length === 0
      ? NOTHING
      : section('known', 'Known issues', knownIssuesSection(report, outline, BUDGET.known)),
    section(
      'findings',
      'Findings',
      findingsSection({ ...shared, report, columnName: readableColumn(report) }, BUDGET.findings),
    ),
    section(
      'quality',
      'Data quality',
      qualitySection({ report, outline, anchors: shared.anchors }, BUDGET.quality),
    ),
    section('roles', 'What the columns mean', rolesSection({ ...shared, report }, BUDGET.roles)),
    section('columns', 'Columns', columnsSection({ ...shared, rows: report.dataset.rows }, BUDGET.columns)),
    section('plugins', 'Analyses and their outcomes', pluginsSection(report, circumstances, BUDGET.plugins)),
    section('methods', 'Methods', methodsSection(report, BUDGET.methods)),
    section('repeat', 'Repeat it yourself', repeatSection(report, circumstances, BUDGET.repeat)),
    footer(circumstances),
  ]);
  if (bytesOf(page) > HTML_LIMIT)
    throw new Error(`report.html has ${bytesOf(page)} bytes, more than ${HTML_LIMIT}`);
  return page.markup;
}

function frame(outline: Outline, body: readonly Markup[]): Markup {
  const styleHash = Buffer.from(hexOf(sha256(STYLE)), 'hex').toString('base64');
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const [head, ...rest] = body;
  const foot = rest.pop();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${outline.heading}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
${head}
<main>
${rest.filter((part) => part !== NOTHING).map((part) => html`${part}\n`)}</main>
${foot}
</body>
</html>
`;
}

const CONTENTS = [
  ['findings', 'Findings'],
  ['quality', 'Data quality'],
  ['roles', 'What the columns mean'],
  ['columns', 'Columns'],
  ['plugins', 'Analyses'],
  ['methods', 'Methods'],
  ['repeat', 'Repeat it yourself'],
] as const;

function opening(report: Report, outline: Outline): Markup {
  const known = report.known_issues.length === 0 ? [] : [['known', 'Known issues'] as const];
  const links = [...known, ...CONTENTS].map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`);
  return html`<header>
<h1>${outline.heading}</h1>${
    outline.sampled === null
      ? NOTHING
      : html`
<p class="banner" role="note">${outline.sampled}</p>`
  }
${outline.about.map((sentence) => html`<p class="lead">${sentence}</p>`)}
${outline.toCheck.length > 0 ? html`<div class="banner" role="note">${outline.toCheck.map((notice) => html`<p>${notice}</p>`)}</div>` : NOTHING}
${report.kind === 'synthetic' ? html`<p class="banner">Synthetic data: made up for trying the program out. Nothing here is about a real business.</p>` : NOTHING}
${tiles(report, outline)}
<nav aria-label="Contents"><ul>${links}</ul></nav>
</header>`;
}

function tiles(report: Report, outline: Outline): Markup {
  const { period } = outline;
  const facts = [
    ['findings', formatNumber(outline.entries.length)],
    ['rows', formatNumber(report.dataset.rows)],
    ['columns', formatNumber(report.dataset.columns.length)],
    ['records rejected', formatNumber(report.data_quality.rejected_rows)],
    [
      report.coverage.kind === 'FULL' ? 'every row was looked at' : 'not every row was looked at',
      coverageWords(report.coverage).badge,
    ],
  ];
  return html`<dl class="tiles">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}${
    period === null
      ? NOTHING
      : html`<div class="period"><dt>period by ${breakable(clipped(period.column, 60))}${period.utc ? ', in UTC' : ''}</dt><dd><span>${period.from}</span> to <span>${period.to}</span></dd></div>`
  }</dl>`;
}

function section(id: string, heading: string, body: Markup): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${heading}</h2>
${body}</section>`;
}

function footer(circumstances: Circumstances): Markup {
  return html`<footer><p>Statistic Harness ${circumstances.engine_version}. Run fingerprint <code>${circumstances.run_fingerprint}</code>.</p><p>MEASURED: read from the data as it is. MODELED: holds as far as the assumptions of a model do. The same content, complete and for machines, is in report.json.</p></footer>`;
}
