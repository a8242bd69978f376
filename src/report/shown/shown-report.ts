import type { Finding, FindingItem, QueryEvidence, Report } from '../../contract/index.ts';
import { dataRows } from '../charts/check-spec.ts';
import { drawChart } from '../charts/draw-chart.ts';
import { readableColumn } from '../column-names.ts';
import { alsoWords, type Entry, madeBy } from '../entries.ts';
import { type EvidenceIndex, indexEvidence } from '../evidence-index.ts';
import { BASIS_WORDS, estimateWords, SEVERITY_WORDS, targetWords } from '../finding-words.ts';
import { formatValue } from '../format-value.ts';
import { HOW_TO_READ } from '../how-to-read.ts';
import { issueWords } from '../known-issues/condition-words.ts';
import { findingsOf, knownWords, OUTCOME_WORDS } from '../known-issues/result-words.ts';
import { outlineOf } from '../outline.ts';
import { confidenceWords, replicationWords, statisticWords, testedWords } from '../test-words.ts';
import { lookedByTitle, whyNot } from '../who-looked.ts';
import { coverageWords, scoreText, statusWords } from '../words.ts';
import { type Backing, backingOf, queryOf, type ShownQuery, shownQuery } from './shown-evidence.ts';

/** A word, and the sentence behind it. */
export interface Word {
  readonly badge: string;
  readonly long: string;
}

/** The number of a claim: as shown, in full where that differs, and what it is. */
export interface ShownEstimate {
  readonly text: string;
  readonly full: string | null;
  /** `median wait, 95 % interval 1 to 2; R² 42.8 %`. */
  readonly words: string;
}

/** A finding in a list. */
export interface ShownFinding {
  readonly id: string;
  /** As readers cite it: `3`, or `3.1` where it tells the same as 3 by other means. */
  readonly number: string;
  readonly title: string;
  readonly statement: string;
  readonly estimate: ShownEstimate | null;
  readonly severity: Finding['severity'];
  /** Without the mark that stands before it in report.html: the page has icons. */
  readonly severity_words: string;
  readonly basis: Word;
  readonly sure: Word;
  readonly coverage: Word;
  /** `2 queries; 25 rows cited`, or `none`. */
  readonly evidence: string;
  readonly targets: readonly { readonly name: string; readonly value: string }[];
  readonly plugin_id: string;
  readonly by: string;
  readonly kind: string;
  /** `new`: repeats no known issue; `known`: says nothing else; `part`: some of its items do. */
  readonly news: 'new' | 'part' | 'known';
  readonly known_words: readonly string[];
  readonly also_words: string;
  readonly also: readonly ShownFinding[];
}

export interface ShownIssue {
  readonly id: string;
  readonly title: string;
  readonly outcome: Report['known_issues'][number]['outcome'];
  readonly outcome_words: string;
  readonly strict: boolean;
  readonly condition: string;
  readonly reason: string;
  readonly findings: readonly { readonly id: string; readonly number: string }[];
}

/** A report as the page shows it: every text is that of report.html. */
export interface ShownReport {
  readonly heading: string;
  readonly about: readonly string[];
  readonly notices: readonly string[];
  readonly known_issues: readonly ShownIssue[];
  readonly findings: readonly ShownFinding[];
  /** Why there is nothing to report; empty where there are findings. */
  readonly nothing: readonly string[];
  readonly how_to_read: readonly (readonly [string, string])[];
  readonly plugins: readonly {
    readonly id: string;
    readonly title: string;
    readonly question: string;
    readonly status: string;
    readonly status_words: string;
    readonly reason: string;
    readonly findings: number;
    readonly notes: readonly string[];
  }[];
}

/** A report that is read more than once: what it cites is numbered once. */
export interface OpenedReport {
  readonly shown: ShownReport;
  /** A finding by its id, with its charts drawn; undefined where the report has none of that id. */
  finding(id: string): Promise<FindingDetails | undefined>;
  /** The query that is cited under a label; undefined where there is none. */
  query(label: string): QueryEvidence | undefined;
}

export function openReport(report: Report): OpenedReport {
  const view = { report, index: indexEvidence(report), columnName: readableColumn(report) };
  return {
    shown: shownReport(view),
    finding: (id) => findingDetails(view, id),
    query: (label) => queryOf(report, view.index, label),
  };
}

function shownReport(view: View): ShownReport {
  const { report } = view;
  const { heading, about, sampled, toCheck, entries, claims } = outlineOf(report);
  return {
    heading,
    about,
    notices: [...(sampled === null ? [] : [sampled]), ...toCheck],
    known_issues: report.known_issues.map((issue) => ({
      id: issue.id,
      title: issue.title,
      outcome: issue.outcome,
      outcome_words: OUTCOME_WORDS[issue.outcome],
      strict: issue.strict,
      condition: issueWords(issue.condition),
      reason: issue.reason,
      findings: findingsOf(issue, entries).map(({ finding, number }) => ({ id: finding.id, number })),
    })),
    findings: entries.map((entry) => shownFinding(entry, view)),
    nothing: claims.length > 0 ? [] : [...lookedByTitle(report), ...whyNot(report)],
    how_to_read: HOW_TO_READ,
    plugins: report.plugins.map(({ plugin_id, title, question, status, reason, findings, notes }) => ({
      id: plugin_id,
      ...{ title, question, status, reason, findings, notes },
      status_words: statusWords(status),
    })),
  };
}

interface View {
  readonly report: Report;
  readonly index: EvidenceIndex;
  readonly columnName: (name: string) => string;
}

function shownFinding(entry: Entry, view: View): ShownFinding {
  const { finding, number, also } = entry;
  const { id, title, statement, severity, plugin_id, kind, repeats } = finding;
  return {
    ...{ id, number, title, statement, severity, plugin_id, kind },
    estimate: shownEstimate(finding),
    severity_words: SEVERITY_WORDS[severity].replace(/^\S+ /, ''),
    basis: { badge: finding.basis, long: BASIS_WORDS[finding.basis] },
    sure: confidenceWords(finding, view.report.ledger),
    coverage: coverageWords(finding.coverage),
    evidence: backingOf(finding, plugin_id, view.index).summary,
    targets: targetWords(finding, view.columnName),
    by: madeBy(view.report, finding),
    news: repeats === undefined ? 'new' : repeats.whole ? 'known' : 'part',
    known_words: knownWords(finding, view.report),
    also_words: alsoWords(entry),
    also: also.map((one) => shownFinding(one, view)),
  };
}

function shownEstimate(claim: FindingItem): ShownEstimate | null {
  const words = estimateWords(claim);
  if (words === undefined) return null;
  const { value, name, interval, effect } = words;
  return { ...value, words: `${name}${interval}${effect}` };
}

/** A chart drawn, with its words and its data as a table. */
export interface ShownChart {
  readonly name: string;
  readonly title: string;
  readonly alternative: string;
  /** Null where it is not drawn, and why. */
  readonly svg: string | null;
  readonly reason: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of its data; `rows` holds the first of them. */
  readonly row_count: number;
  readonly query: ShownQuery;
}

/** One claim with everything that stands behind it. */
export interface ShownClaim extends Backing {
  readonly title: string;
  readonly statement: string;
  readonly estimate: ShownEstimate | null;
  /** Its test in words, and what that means; null where none was made. */
  readonly test: { readonly statistic: string; readonly meaning: string } | null;
  readonly replication: string;
  readonly charts: readonly ShownChart[];
}

/** A finding opened. */
export interface FindingDetails extends ShownClaim {
  readonly id: string;
  readonly plugin_id: string;
  readonly kind: string;
  readonly assumes: readonly string[];
  readonly mind: readonly string[];
  readonly score: string;
  readonly method: { readonly name: string; readonly reference: string } | null;
  readonly items: readonly ShownClaim[];
}

async function findingDetails({ report, index }: View, id: string): Promise<FindingDetails | undefined> {
  const finding = report.findings.find((one) => one.id === id);
  if (finding === undefined) return undefined;
  const { plugin_id, kind } = finding;
  const note = report.methods.find((one) => one.plugin_id === plugin_id);
  return {
    ...{ id, plugin_id, kind },
    ...(await shownClaim(finding, plugin_id, report, index)),
    assumes: finding.assumptions,
    mind: finding.limitations,
    score: scoreText(finding),
    method: note?.method ?? null,
    items: await Promise.all(finding.items.map((item) => shownClaim(item, plugin_id, report, index))),
  };
}

async function shownClaim(
  claim: FindingItem,
  pluginId: string,
  report: Report,
  index: EvidenceIndex,
): Promise<ShownClaim> {
  return {
    title: claim.title,
    statement: claim.statement,
    estimate: shownEstimate(claim),
    test:
      claim.test === undefined
        ? null
        : { statistic: statisticWords(claim), meaning: testedWords(claim, pluginId, report.ledger).long },
    replication: replicationWords(claim),
    charts: await Promise.all(
      index.chartsOf(pluginId, claim.charts).map((chart) => shownChart(chart, index)),
    ),
    ...backingOf(claim, pluginId, index),
  };
}

const MOST_CHART_ROWS = 500;

async function shownChart(
  chart: ReturnType<EvidenceIndex['chartsOf']>[number],
  index: EvidenceIndex,
): Promise<ShownChart> {
  const drawing = await drawChart(chart, { id: `chart-${chart.evidence.result_sha256.slice(7, 15)}` });
  const rows = dataRows(chart.spec['data']) ?? [];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    name: chart.name,
    title: chart.title,
    alternative: chart.alternative,
    svg: drawing.ok ? drawing.svg : null,
    reason: drawing.ok ? '' : drawing.reason,
    columns,
    rows: rows.slice(0, MOST_CHART_ROWS).map((row) => columns.map((column) => cellText(row[column]))),
    row_count: rows.length,
    query: shownQuery(chart.evidence, index),
  };
}

function cellText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'string') return formatValue({ value }).text;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
