import type { Finding, FindingItem, Report } from '../../contract/index.ts';
import type { ChartBook } from '../charts/chart-book.ts';
import type { EvidenceIndex } from '../evidence-index.ts';
import { formatNumber, formatShare, formatValue } from '../format-value.ts';
import type { Outline } from '../outline.ts';
import { clipped, confidenceWords, count, coverageWords, testedWords } from '../words.ts';
import { evidenceMarkup, evidenceSummary, type Printed, printedIn } from './evidence.ts';
import { fitWithin } from './fit.ts';
import { folded } from './folded.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const UNFOLDED = 25;
const LONGEST_STATEMENT = 1500;
const ITEMS_BUDGET = 40_000;

const SEVERITY: Readonly<Record<Finding['severity'], string>> = {
  serious: '▲ serious',
  warning: '△ warning',
  notice: '● notice',
  info: '○ for information',
};

const LEGEND = folded(
  'What the labels mean',
  false,
  html`<ul><li><strong>MEASURED</strong>: read from the data as it is. <strong>MODELED</strong>: from a model; holds as far as its assumptions do, which stand beside the claim.</li><li><strong>exact count</strong>: counted, not estimated. <strong>95\u202f% interval</strong>: an estimate with its margin. <strong>tested, q</strong>: stood out from chance; of the claims with at most this q, about that share is expected to be a false alarm.</li><li><strong>FULL</strong>: every row was looked at. <strong>SAMPLED</strong>: a sample was.</li></ul>`,
);

export interface FindingsView {
  readonly report: Report;
  readonly outline: Outline;
  readonly charts: ChartBook;
  readonly index: EvidenceIndex;
  /** Grows as findings are shown: which queries the page has printed. */
  readonly printed: Set<string>;
}

/** The findings in rank order; those beyond the first are folded, those beyond the budget counted and named by kind. */
export function findingsSection(view: FindingsView, budget: number): Markup {
  const { claims } = view.outline;
  if (claims.length === 0) return nothingFound(view.report);
  const fitted = fitWithin(
    claims,
    budget,
    [(f, i) => fullCard(f, i, view), (f, i) => briefCard(f, i, view), leanCard],
    (markup) => {
      for (const label of printedIn(markup)) view.printed.add(label);
    },
  );
  const rest = fitted.shown.slice(UNFOLDED);
  return html`<p>In order of rank: how well supported, how large, how much of the table it touches, how far it can be acted on.</p>
${LEGEND}
<ol class="findings">${fitted.shown.slice(0, UNFOLDED)}</ol>
${
  rest.length > 0
    ? html`<details><summary>${count(rest.length, 'more finding', 'more findings')}, ranks ${UNFOLDED + 1} to ${formatNumber(UNFOLDED + rest.length)}</summary><ol class="findings" start="${UNFOLDED + 1}">${rest}</ol></details>`
    : NOTHING
}${fitted.omitted > 0 ? omittedFindings(claims.slice(-fitted.omitted), fitted.shown.length) : NOTHING}`;
}

function nothingFound(report: Report): Markup {
  const done = report.plugins.filter((plugin) => plugin.status === 'ok');
  const tested = report.ledger.tested;
  const tests =
    tested === 0
      ? 'No hypothesis was tested.'
      : `${count(tested, 'hypothesis was', 'hypotheses were')} tested; none stood out from chance.`;
  return html`<p class="lead">Nothing to report.</p><p>${count(done.length, 'analysis', 'analyses')} looked at this table and made no claim. ${tests} That is a result, not a failure: the facts about each column and what was looked for stand below.</p>`;
}

function omittedFindings(omitted: readonly Finding[], shown: number): Markup {
  const kinds = new Map<string, number>();
  for (const finding of omitted) {
    const name = `${finding.kind} (${finding.plugin_id})`;
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  const named = [...kinds].slice(0, 50).map(([name, n]) => `${formatNumber(n)} × ${name}`);
  return html`<p><strong>${count(omitted.length, 'finding', 'findings')} from rank ${formatNumber(shown + 1)} on are not on this page</strong>, to keep it small; all are in report.json, in the same order: ${named.join(', ')}${kinds.size > 50 ? ' …' : ''}.</p>`;
}

function fullCard(finding: Finding, rank: number, view: FindingsView): Markup {
  const printed: Printed = { index: view.index, queries: view.printed };
  const own = html`<details><summary>Evidence: ${evidenceSummary(finding)}</summary><div class="in">${evidenceMarkup(finding, printed)}${scoreLine(finding)}<p class="small">Finding <code>${finding.id}</code>, kind <code>${finding.kind}</code>, by plugin <code>${finding.plugin_id}</code>.</p></div></details>`;
  return card(
    finding,
    rank,
    view.report,
    html`${finding.charts.map((name) => chart(finding.plugin_id, name, view.charts))}${items(finding, view, new Set([...view.printed, ...printedIn(own)]))}${provisos(finding, view.report.ledger.tested)}${own}`,
  );
}

function briefCard(finding: Finding, rank: number, view: FindingsView): Markup {
  return card(
    finding,
    rank,
    view.report,
    html`${provisos(finding, view.report.ledger.tested)}<p class="small">Evidence and items: report.json, finding <code>${finding.id}</code>.</p>`,
  );
}

function leanCard(finding: Finding, rank: number): Markup {
  return html`<li class="finding lean"><h3><span class="rank">${rank + 1}</span><bdi>${clipped(finding.title, 160)}</bdi></h3></li>`;
}

function card(finding: Finding, rank: number, report: Report, body: Markup): Markup {
  return html`<li class="finding" id="finding-${rank + 1}"><article aria-labelledby="f${rank + 1}"><h3 id="f${rank + 1}"><span class="rank">${rank + 1}</span><bdi>${clipped(finding.title, 300)}</bdi></h3>${estimate(finding)}<p class="claim"><bdi>${clipped(finding.statement, LONGEST_STATEMENT)}</bdi></p>${badges(finding, report)}${body}</article></li>`;
}

function estimate(claim: FindingItem): Markup {
  if (claim.estimate === undefined) return NOTHING;
  const { name, value, unit, confidence_interval: interval } = claim.estimate;
  const { text, full } = formatValue(claimField(claim, value, unit));
  const range =
    interval === undefined
      ? ''
      : `, ${formatShare(interval.level)} interval ${bound(interval.low, unit)} to ${bound(interval.high, unit)}`;
  const effect = claim.effect_size;
  return html`<p class="figure"><strong${full === null ? '' : html` title="${full}"`}>${clipped(text, 100)}</strong><span class="quiet">${name}${range}${
    effect === undefined ? '' : `; ${effect.name} ${formatValue({ value: effect.value }).text}`
  }</span></p>`;
}

/** The field behind the estimate, which may hold the exact text. */
function claimField(claim: FindingItem, value: number | string | null, unit: string | undefined) {
  const own = Object.values(claim.fields).find((field) => field.value === value && field.unit === unit);
  return own ?? { value, ...(unit === undefined ? {} : { unit }) };
}

function bound(value: number | null, unit: string | undefined): string {
  return value === null ? 'open' : formatValue({ value, ...(unit === undefined ? {} : { unit }) }).text;
}

function badges(finding: Finding, report: Report): Markup {
  const sure = confidenceWords(finding, report.ledger.tested);
  const coverage = coverageWords(finding.coverage);
  const basis =
    finding.basis === 'MEASURED'
      ? 'Read from the data as it is.'
      : 'From a model: holds as far as its assumptions do.';
  return html`<ul class="badges" aria-label="How this is known"><li class="${finding.severity}">${SEVERITY[finding.severity]}</li><li class="${finding.basis.toLowerCase()}" title="${basis}">${finding.basis}</li><li title="${sure.long}">${sure.badge}</li><li class="${finding.coverage.kind.toLowerCase()}" title="${coverage.long}">${coverage.badge}</li>${targets(finding)}</ul>`;
}

function targets(finding: Finding): Markup[] {
  const about = [...Object.entries(finding.target), ...Object.entries(finding.scope)];
  return about.map(([name, value]) => {
    const text =
      typeof value === 'string' ? value : value.slice(0, 6).join(', ') + (value.length > 6 ? ' …' : '');
    return html`<li><bdi>${name.replaceAll('_', ' ')}: ${clipped(text, 120)}</bdi></li>`;
  });
}

function chart(pluginId: string, name: string, book: ChartBook): Markup {
  const found = book.chart(pluginId, name);
  if (found === undefined) return NOTHING;
  const { chart: spec, drawing } = found;
  if (drawing.ok) {
    return html`<figure>${{ markup: drawing.svg }}<figcaption>${clipped(spec.title, 300)}. ${clipped(spec.alternative, 600)}</figcaption></figure>`;
  }
  return html`<figure><figcaption>${clipped(spec.title, 300)}: ${clipped(spec.alternative, 600)} (Not drawn: ${clipped(drawing.reason, 200)}. Its data are in report.json.)</figcaption></figure>`;
}

function items(finding: Finding, view: FindingsView, printed: ReadonlySet<string>): Markup {
  if (finding.items.length === 0) return NOTHING;
  const seen = new Set(printed);
  const fitted = fitWithin(
    finding.items,
    ITEMS_BUDGET,
    [
      (item) => itemEntry(item, finding, view, { index: view.index, queries: seen }),
      (item) => itemLine(item, view.report),
    ],
    (markup) => {
      for (const label of printedIn(markup)) seen.add(label);
    },
  );
  const omitted =
    fitted.omitted > 0
      ? html`<p>${count(fitted.omitted, 'more item is', 'more items are')} in report.json.</p>`
      : NOTHING;
  return html`<details${finding.items.length <= 5 ? html` open=""` : ''}><summary>${count(finding.items.length, 'instance', 'instances')}</summary><div class="in"><ol>${fitted.shown}</ol>${omitted}</div></details>`;
}

function itemEntry(item: FindingItem, finding: Finding, view: FindingsView, printed: Printed): Markup {
  return html`<li><strong><bdi>${clipped(item.title, 300)}</bdi></strong>${estimate(item)}<p class="claim"><bdi>${clipped(item.statement, LONGEST_STATEMENT)}</bdi>${itemTest(item, view.report)}</p>${item.charts.map((name) => chart(finding.plugin_id, name, view.charts))}<details><summary>Evidence: ${evidenceSummary(item)}</summary><div class="in">${evidenceMarkup(item, printed)}</div></details></li>`;
}

function itemLine(item: FindingItem, report: Report): Markup {
  return html`<li><bdi>${clipped(item.title, 160)}</bdi>${itemTest(item, report)}</li>`;
}

function itemTest(item: FindingItem, report: Report): string {
  return item.test === undefined ? '' : ` (${testedWords(item, report.ledger.tested).badge})`;
}

function provisos(finding: Finding, tested: number): Markup {
  return html`${list('Assumes', finding.assumptions)}${list('Mind', finding.limitations)}${testLine(finding, tested)}`;
}

function list(heading: string, sentences: readonly string[]): Markup {
  if (sentences.length === 0) return NOTHING;
  return html`<p class="small"><strong>${heading}:</strong> ${sentences.map((sentence) => clipped(sentence, 500)).join(' ')}</p>`;
}

function testLine(finding: Finding, tested: number): Markup {
  const { test } = finding;
  if (test === undefined) return NOTHING;
  return html`<p class="small"><strong>Test:</strong> ${test.name} = ${formatNumber(test.statistic)}, p = ${formatValue({ value: test.p_value }).text}. ${testedWords(finding, tested).long} See <a href="#ledger">the ledger</a>.</p>`;
}

function scoreLine(finding: Finding): Markup {
  const { value, parts } = finding.score;
  const n = (share: number) => formatNumber(Number(share.toPrecision(3)));
  return html`<p class="small">Rank score ${n(value)} = evidence ${n(parts.evidence)} × effect ${n(parts.effect)} × reach ${n(parts.reach)} × can be acted on ${n(parts.actionability)}.</p>`;
}
