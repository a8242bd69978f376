import type { Finding, FindingItem, Report } from '../../contract/index.ts';
import { alsoWords, type Entry, madeBy } from '../entries.ts';
import { formatShare, formatValue } from '../format-value.ts';
import { knownWords } from '../known-issues/result-words.ts';
import type { Outline } from '../outline.ts';
import { confidenceWords, replicationWords, statisticWords, testedWords } from '../test-words.ts';
import { lookedByTitle, whatNothingMeans, whyNot } from '../who-looked.ts';
import { clipped, count, estimateName, holdsNumber, scoreText } from '../words.ts';
import { inlineCode, md, table } from './escape.ts';
import { type Cited, sourceLines } from './evidence.ts';
import { bullets, proviso } from './sentences.ts';

/** Findings beyond these are counted and left to report.json. */
const FINDINGS = 200;
const ITEMS = 20;
const LONGEST = 1500;

/** The findings in order of rank, first in a table, then each in words; their evidence stands in a section of its own. */
export function findingsSection(report: Report, outline: Outline): string[] {
  const { entries, claims } = outline;
  if (claims.length === 0) {
    return [
      '## Findings',
      `Nothing to report. ${md(lookedByTitle(report).join(' '))} ${md(whatNothingMeans(report))}`,
      ...bullets(whyNot(report)),
    ];
  }
  const shown = entries.slice(0, FINDINGS);
  const rest = entries.length - shown.length;
  return [
    '## Findings',
    table(
      ['No.', 'Finding', 'Basis', 'How sure', 'Coverage'],
      shown.map((entry) => overview(entry, report)),
    ),
    ...(rest > 0
      ? [`${count(rest, 'finding', 'findings')} more, from number ${FINDINGS + 1} on, in report.json.`]
      : []),
    ...shown.flatMap((entry) => [
      `### ${entry.number}. ${md(clipped(entry.finding.title, 300))}`,
      ...body(entry, report),
      ...also(entry, report),
    ]),
  ];
}

/** Where each number of the findings comes from, finding by finding. */
export function evidenceSection({ entries }: Outline, cited: Cited): string[] {
  const shown = entries.slice(0, FINDINGS).flatMap((entry) => [entry, ...entry.also]);
  if (shown.length === 0) return [];
  return [
    '## Evidence',
    'Where each number of a finding comes from: the query (Q1, Q2 …, printed below) with row and column of its result, or the derivation and what that was computed from.',
    ...shown.flatMap(({ number, finding }) => [`### ${evidenceOf(number)}`, sources(finding, cited)]),
  ];
}

function evidenceOf(number: string): string {
  return `Evidence of finding ${number}`;
}

function sources(finding: Finding, cited: Cited): string {
  const lines = (claim: FindingItem): string[] => sourceLines(claim, finding.plugin_id, cited);
  return [
    ...lines(finding).map((line) => `- ${line}`),
    ...finding.items
      .slice(0, ITEMS)
      .flatMap((item) => [`- ${md(clipped(item.title, 300))}`, ...lines(item).map((line) => `  - ${line}`)]),
  ].join('\n');
}

function overview({ number, finding, also: others }: Entry, report: Report): string[] {
  const more = others.length === 0 ? '' : ` (and ${others.map((one) => one.number).join(', ')})`;
  return [
    number,
    md(clipped(finding.title, 200)) + more,
    finding.basis,
    md(confidenceWords(finding, report.ledger).badge),
    finding.coverage.kind,
  ];
}

/** Those that tell the same by other means, each under its own number. */
function also(entry: Entry, report: Report): string[] {
  if (entry.also.length === 0) return [];
  return [
    `**${md(alsoWords(entry))}**`,
    ...entry.also.flatMap((one) => [
      `#### ${one.number}. ${md(clipped(one.finding.title, 300))}`,
      `By “${md(clipped(madeBy(report, one.finding), 200))}”.`,
      ...body(one, report),
    ]),
  ];
}

function body({ number, finding }: Pick<Entry, 'number' | 'finding'>, report: Report): string[] {
  const sure = confidenceWords(finding, report.ledger);
  const items = finding.items.slice(0, ITEMS);
  const more = finding.items.length - items.length;
  return [
    ...knownWords(finding, report).map((words) => `**${md(clipped(words, 500))}**`),
    md(clipped(finding.statement, LONGEST)),
    ...estimate(finding),
    `**${finding.basis}** · ${md(sure.badge)} · **${finding.coverage.kind}** · ${finding.severity}. ${md(sure.long)}`,
    ...test(finding),
    ...proviso('Assumes', finding.assumptions),
    ...proviso('Mind', finding.limitations),
    ...(items.length > 0 ? [items.map((item) => itemLine(item, finding.plugin_id, report)).join('\n')] : []),
    ...(more > 0 ? [`${count(more, 'more instance is', 'more instances are')} in report.json.`] : []),
    `Where the numbers come from: “${evidenceOf(number)}”, below. Finding ${inlineCode(finding.id)}, kind ${inlineCode(finding.kind)}, by ${inlineCode(finding.plugin_id)}. ${scoreText(finding)}`,
  ];
}

/** A repeated discovery as a list entry. */
function itemLine(item: FindingItem, pluginId: string, report: Report): string {
  const tested = item.test === undefined ? '' : ` (${md(testedWords(item, pluginId, report.ledger).badge)})`;
  const repeats = item.statement.startsWith(item.title);
  const title = repeats ? '' : `**${md(clipped(item.title, 300))}**: `;
  const sentences = [
    `${title}${md(clipped(item.statement, LONGEST))}${tested}`,
    ...estimate(item),
    md(replicationWords(item)),
  ].filter((sentence) => sentence !== '');
  return `- ${sentences.join(' ')}`;
}

/** The number of a claim with its interval, unless its title and statement hold them. */
function estimate(claim: FindingItem): string[] {
  if (claim.estimate === undefined) return [];
  const { value, unit, confidence_interval: interval } = claim.estimate;
  const show = (v: typeof value) => formatValue({ value: v, ...(unit === undefined ? {} : { unit }) }).text;
  const parts = [value, ...(interval === undefined ? [] : [interval.low, interval.high])].map(show);
  const said = `${claim.title} ${claim.statement}`;
  if (parts.every((part) => holdsNumber(said, part))) return [];
  const range =
    interval === undefined
      ? ''
      : ` (${formatShare(interval.level)} interval ${md(show(interval.low))} to ${md(show(interval.high))})`;
  return [`${md(estimateName(claim.estimate))}: **${md(show(value))}**${range}`];
}

/** The statistic behind a claim, and whether the claim holds in both halves of the table. */
function test(claim: FindingItem): string[] {
  return [...proviso('Test', [statisticWords(claim)]), ...proviso('Replication', [replicationWords(claim)])];
}
