import type { Finding, FindingItem, Report } from '../../contract/index.ts';
import { anchorOf, type Entry } from '../entries.ts';
import { formatShare, formatValue } from '../format-value.ts';
import { knownWords } from '../known-issues/result-words.ts';
import { confidenceWords, replicationWords, statisticWords, testedWords } from '../test-words.ts';
import { clipped, coverageWords, estimateName, holdsNumber, plainName, scoreText } from '../words.ts';
import type { FindingsView } from './findings-view.ts';
import { html, type Markup, NOTHING } from './markup.ts';

export const LONGEST_STATEMENT = 1500;

const SEVERITY: Readonly<Record<Finding['severity'], string>> = {
  serious: '▲ serious',
  warning: '△ warning',
  notice: '● notice',
  info: '○ for information',
};

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
  if (claim.estimate === undefined) return NOTHING;
  const { value, unit, confidence_interval: interval } = claim.estimate;
  const label = estimateName(claim.estimate);
  const { text, full } = formatValue(claimField(claim, value, unit));
  const range =
    interval === undefined
      ? ''
      : `, ${formatShare(interval.level)} interval ${bound(interval.low, unit)} to ${bound(interval.high, unit)}`;
  const effect = claim.effect_size;
  const effectText = effect === undefined || effect.value === value ? '' : `; ${effectWords(effect)}`;
  if (holdsNumber(claim.title, text)) {
    const isTold = effect === undefined || holdsNumber(claim.statement, effectValue(effect));
    if (range === '' && (effectText === '' || isTold)) return NOTHING;
    return html`<p class="figure"><span class="quiet">${label} ${text}${range}${effectText}</span></p>`;
  }
  return html`<p class="figure"><strong${full === null ? '' : html` title="${full}"`}>${clipped(text, 100)}</strong><span class="quiet">${label}${range}${effectText}</span></p>`;
}

type Effect = NonNullable<FindingItem['effect_size']>;

/** `standardized coefficient 0.44`, `R² 42.8 %`. */
function effectWords(effect: Effect): string {
  return `${plainName(effect.name.replace(/_percent$/, ''))} ${effectValue(effect)}`;
}

function effectValue({ name, value }: Effect): string {
  return formatValue({ value, ...(name.endsWith('_percent') && { unit: '%' }) }).text;
}

/** The field behind the estimate, which may hold the exact text. */
function claimField(claim: FindingItem, value: number | string | null, unit: string | undefined) {
  const own = Object.values(claim.fields).find((field) => field.value === value && field.unit === unit);
  return own ?? { value, ...(unit === undefined ? {} : { unit }) };
}

function bound(value: number | null, unit: string | undefined): string {
  return value === null ? 'open' : formatValue({ value, ...(unit === undefined ? {} : { unit }) }).text;
}

function badges(finding: Finding, { report, columnName }: FindingsView): Markup {
  const sure = confidenceWords(finding, report.ledger);
  const coverage = coverageWords(finding.coverage);
  const basis =
    finding.basis === 'MEASURED'
      ? 'Read from the data as it is.'
      : 'From a model: holds as far as its assumptions do.';
  return html`<ul class="badges" aria-label="How this is known"><li class="${finding.severity}">${SEVERITY[finding.severity]}</li><li class="${finding.basis.toLowerCase()}" title="${basis}">${finding.basis}</li><li title="${sure.long}">${sure.badge}</li><li class="${finding.coverage.kind.toLowerCase()}" title="${coverage.long}">${coverage.badge}</li>${targets(finding, columnName)}</ul>`;
}

/** What it is about: its columns, and what else target and scope name. */
function targets({ about, target, scope }: Finding, columnName: FindingsView['columnName']): Markup[] {
  const columns = new Set(about);
  const named = [...Object.entries(target), ...Object.entries(scope)].filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !entry[1].split(', ').every((name) => columns.has(name)),
  );
  const shown = about.slice(0, 6).map(columnName).join(', ') + (about.length > 6 ? ' …' : '');
  const badges = [...(shown === '' ? [] : [['columns', shown] as const]), ...named];
  return badges.map(([name, value]) => html`<li><bdi>${plainName(name)}: ${clipped(value, 120)}</bdi></li>`);
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
