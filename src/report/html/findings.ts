import type { Finding, FindingItem, Report } from '../../contract/index.ts';
import type { ChartBook } from '../charts/chart-book.ts';
import type { EvidenceIndex } from '../evidence-index.ts';
import { formatNumber } from '../format-value.ts';
import type { Outline } from '../outline.ts';
import { testedWords } from '../test-words.ts';
import { lookedByTitle, whatNothingMeans, whyNot } from '../who-looked.ts';
import { clipped, count } from '../words.ts';
import { chartFigure } from './chart-figure.ts';
import { evidenceMarkup, evidenceSummary, type Printed, printedIn } from './evidence.ts';
import { card, estimate, provisos, replicationLine, scoreLine } from './finding-card.ts';
import { fitWithin } from './fit.ts';
import { folded } from './folded.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const UNFOLDED = 25;
const LONGEST_STATEMENT = 1500;
const ITEMS_BUDGET = 40_000;

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
  /** Grows as findings are shown: labels of the queries and charts on the page. */
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
  const missing = whyNot(report);
  return html`<p class="lead">Nothing to report.</p><p>${lookedByTitle(report).join(' ')} ${whatNothingMeans(report)}</p>${
    missing.length === 0
      ? NOTHING
      : html`<ul>${missing.slice(0, 20).map((sentence) => html`<li>${clipped(sentence, 900)}</li>`)}</ul>`
  }`;
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
  const figures = finding.charts.map((name) =>
    chartFigure(finding.plugin_id, name, view.charts, view.printed),
  );
  const own = html`<details><summary>Evidence: ${evidenceSummary(finding, finding.plugin_id, view.index)}</summary><div class="in">${evidenceMarkup(finding, finding.plugin_id, { index: view.index, labels: view.printed })}${scoreLine(finding)}<p class="small">Finding <code>${finding.id}</code>, kind <code>${finding.kind}</code>, by plugin <code>${finding.plugin_id}</code>.</p></div></details>`;
  const printed = new Set([...view.printed, ...[...figures, own].flatMap(printedIn)]);
  const body = html`${figures}${items(finding, view, printed)}${provisos(finding, view.report.ledger)}${own}`;
  return card(finding, rank, view.report, body);
}

function briefCard(finding: Finding, rank: number, view: FindingsView): Markup {
  return card(
    finding,
    rank,
    view.report,
    html`${provisos(finding, view.report.ledger)}<p class="small">Evidence and items: report.json, finding <code>${finding.id}</code>.</p>`,
  );
}

function leanCard(finding: Finding, rank: number): Markup {
  return html`<li class="finding lean"><h3><span class="rank">${rank + 1}</span><bdi>${clipped(finding.title, 160)}</bdi></h3></li>`;
}

function items(finding: Finding, view: FindingsView, printed: ReadonlySet<string>): Markup {
  if (finding.items.length === 0) return NOTHING;
  const seen = new Set(printed);
  const fitted = fitWithin(
    finding.items,
    ITEMS_BUDGET,
    [
      (item) => itemEntry(item, finding, view, { index: view.index, labels: seen }),
      (item) => itemLine(item, finding.plugin_id, view.report),
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
  return html`<li><strong><bdi>${clipped(item.title, 300)}</bdi></strong>${estimate(item)}<p class="claim"><bdi>${clipped(item.statement, LONGEST_STATEMENT)}</bdi>${itemTest(item, finding.plugin_id, view.report)}</p>${replicationLine(item)}${item.charts.map((name) => chartFigure(finding.plugin_id, name, view.charts, printed.labels))}<details><summary>Evidence: ${evidenceSummary(item, finding.plugin_id, view.index)}</summary><div class="in">${evidenceMarkup(item, finding.plugin_id, printed)}</div></details></li>`;
}

function itemLine(item: FindingItem, pluginId: string, report: Report): Markup {
  return html`<li><bdi>${clipped(item.title, 160)}</bdi>${itemTest(item, pluginId, report)}</li>`;
}

function itemTest(item: FindingItem, pluginId: string, report: Report): string {
  return item.test === undefined ? '' : ` (${testedWords(item, pluginId, report.ledger).badge})`;
}
