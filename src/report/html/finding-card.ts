import type { Finding, FindingItem, Report } from '../../contract/index.ts';
import { anchorOf, type Entry } from '../entries.ts';
import { BASIS_WORDS, estimateWords, SEVERITY_WORDS, targetWords } from '../finding-words.ts';
import { knownWords } from '../known-issues/result-words.ts';
import { confidenceWords, replicationWords, statisticWords, testedWords } from '../test-words.ts';
import { clipped, coverageWords, scoreText } from '../words.ts';
import type { FindingsView } from './findings-view.ts';
import { html, type Markup, NOTHING } from './markup.ts';

export const LONGEST_STATEMENT = 1500;

/** A finding as a card: number, title, claim, and what the caller puts below. */
export function card(entry: Entry, view: FindingsView, body: Markup): Markup {
  const { number, finding } = entry;
  return html`<li class="finding" id="${anchorOf(entry)}"><article aria-labelledby="f${number}"><h3 id="f${number}"><span class="rank">${number}</span><bdi>${clipped(finding.title, 300)}</bdi></h3>${claimMarkup(finding, view)}${body}</article></li>`;
}

/** The number of a finding, its statement, and how it is known. */
export function claimMarkup(finding: Finding, view: FindingsView): Markup {
  const known = knownWords(finding, view.report).map(
    (words) => html`<p><strong>${clipped(words, 500)}</strong></p>`,
  );
  return html`${known}${estimate(finding)}<p class="claim"><bdi>${clipped(finding.statement, LONGEST_STATEMENT)}</bdi></p>${badges(finding, view)}`;
}

/** The number of a claim, large, with its name, interval and effect size; no number that the title holds already. */
export function estimate(claim: FindingItem): Markup {
  const words = estimateWords(claim);
  if (words === undefined) return NOTHING;
  const { value, name, interval, effect } = words;
  if (words.inTitle) {
    if (interval === '' && (effect === '' || words.effectTold)) return NOTHING;
    return html`<p class="figure"><span class="quiet">${name} ${value.text}${interval}${effect}</span></p>`;
  }
  return html`<p class="figure"><strong${value.full === null ? '' : html` title="${value.full}"`}>${clipped(value.text, 100)}</strong><span class="quiet">${name}${interval}${effect}</span></p>`;
}

function badges(finding: Finding, { report, columnName }: FindingsView): Markup {
  const sure = confidenceWords(finding, report.ledger);
  const coverage = coverageWords(finding.coverage);
  return html`<ul class="badges" aria-label="How this is known"><li class="${finding.severity}">${SEVERITY_WORDS[finding.severity]}</li><li class="${finding.basis.toLowerCase()}" title="${BASIS_WORDS[finding.basis]}">${finding.basis}</li><li title="${sure.long}">${sure.badge}</li><li class="${finding.coverage.kind.toLowerCase()}" title="${coverage.long}">${coverage.badge}</li>${targetWords(finding, columnName).map(({ name, value }) => html`<li><bdi>${name}: ${value}</bdi></li>`)}</ul>`;
}

/** What a claim assumes, what to mind, and its test. */
export function provisos(finding: Finding, ledger: Report['ledger']): Markup {
  return html`${list('Assumes', finding.assumptions)}${list('Mind', finding.limitations)}${testLine(finding, ledger)}${replicationLine(finding)}`;
}

function list(heading: string, sentences: readonly string[]): Markup {
  if (sentences.length === 0) return NOTHING;
  return html`<p class="small"><strong>${heading}:</strong> ${sentences.map((sentence) => clipped(sentence, 500)).join(' ')}</p>`;
}

function testLine(finding: Finding, ledger: Report['ledger']): Markup {
  if (finding.test === undefined) return NOTHING;
  return html`<p class="small"><strong>Test:</strong> ${statisticWords(finding)} ${testedWords(finding, finding.plugin_id, ledger).long} See <a href="#ledger">the ledger</a>.</p>`;
}

/** Whether a claim holds in both halves of the table. */
export function replicationLine(claim: FindingItem): Markup {
  if (claim.replication === undefined) return NOTHING;
  return html`<p class="small"><strong>Replication:</strong> ${replicationWords(claim)}</p>`;
}

/** The rank score and its parts. */
export function scoreLine(finding: Finding): Markup {
  return html`<p class="small">${scoreText(finding)}</p>`;
}
