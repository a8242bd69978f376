import type { Finding, Report } from '../../contract/index.ts';
import { alsoWords, anchorOf, type Entry, madeBy } from '../entries.ts';
import { evidenceSummary } from '../evidence-words.ts';
import { formatNumber } from '../format-value.ts';
import { HOW_TO_READ } from '../how-to-read.ts';
import { confidenceWords } from '../test-words.ts';
import { lookedByTitle, whatNothingMeans, whyNot } from '../who-looked.ts';
import { clipped, count } from '../words.ts';
import { chartFigure } from './chart-figure.ts';
import { checkLine, evidenceMarkup, printedIn } from './evidence.ts';
import { card, claimMarkup, provisos, scoreLine } from './finding-card.ts';
import { itemsMarkup } from './finding-items.ts';
import type { FindingsView } from './findings-view.ts';
import { fitWithin } from './fit.ts';
import { folded } from './folded.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const UNFOLDED = 25;
const IN_BRIEF = 12;

const GUIDE = folded(
  'How to read this: order, how sure, which query, which rows, can it be run again',
  false,
  html`<dl class="guide">${HOW_TO_READ.map(([term, words]) => html`<dt>${term}</dt><dd>${words}</dd>`)}</dl>`,
);

/**
 * The findings in rank order, each with those that tell the same; those beyond the first are folded, those beyond the
 * budget counted and named by kind.
 */
export function findingsSection(view: FindingsView, budget: number): Markup {
  const { entries, claims } = view.outline;
  if (claims.length === 0) return nothingFound(view.report);
  const fitted = fitWithin(
    entries,
    budget,
    [
      (entry) => fullCard(entry, view, 'full'),
      (entry) => fullCard(entry, view, 'brief'),
      (entry) => briefCard(entry, view),
      leanCard,
    ],
    (markup) => {
      for (const label of printedIn(markup)) view.printed.add(label);
      for (const anchor of anchorsIn(markup)) view.anchors.add(anchor);
    },
  );
  const rest = fitted.shown.slice(UNFOLDED);
  return html`<p>In order of rank: how well supported, how large, how much of the table it touches, how far it can be acted on.${
    claims.length > entries.length ? ' What tells the same as another finding stands with it.' : ''
  }</p>
${GUIDE}
${inBrief(entries.slice(0, fitted.shown.length))}
<ol class="findings">${fitted.shown.slice(0, UNFOLDED)}</ol>
${
  rest.length > 0
    ? html`<details><summary>${count(rest.length, 'more finding', 'more findings')}, numbers ${UNFOLDED + 1} to ${formatNumber(UNFOLDED + rest.length)}</summary><ol class="findings" start="${UNFOLDED + 1}">${rest}</ol></details>`
    : NOTHING
}${fitted.omitted > 0 ? omittedFindings(entries.slice(-fitted.omitted), fitted.shown.length) : NOTHING}`;
}

/** The first findings as a list of links. */
function inBrief(entries: readonly Entry[]): Markup {
  if (entries.length < 2) return NOTHING;
  const links = entries
    .slice(0, IN_BRIEF)
    .map(
      (entry) =>
        html`<li><a href="#${anchorOf(entry)}"><bdi>${clipped(entry.finding.title, 160)}</bdi></a></li>`,
    );
  return html`<p class="small also"><strong>${entries.length > IN_BRIEF ? `The first ${IN_BRIEF} in brief` : 'In brief'}</strong></p><ol class="brief">${links}</ol>`;
}

/** Anchors of findings in some markup. */
function anchorsIn({ markup }: Markup): string[] {
  return [...markup.matchAll(/<li[^>]* id="(finding-[\d-]+)">/g)].flatMap(([, anchor]) => anchor ?? []);
}

function nothingFound(report: Report): Markup {
  const missing = whyNot(report);
  return html`<p class="lead">Nothing to report.</p><p>${lookedByTitle(report).join(' ')} ${whatNothingMeans(report)}</p>${
    missing.length === 0
      ? NOTHING
      : html`<ul>${missing.slice(0, 20).map((sentence) => html`<li>${clipped(sentence, 900)}</li>`)}</ul>`
  }`;
}

function omittedFindings(entries: readonly Entry[], shown: number): Markup {
  const omitted = entries.flatMap(({ finding, also }) => [finding, ...also.map((one) => one.finding)]);
  const kinds = new Map<string, number>();
  for (const finding of omitted) {
    const name = `${finding.kind} (${finding.plugin_id})`;
    kinds.set(name, (kinds.get(name) ?? 0) + 1);
  }
  const named = [...kinds].slice(0, 50).map(([name, n]) => `${formatNumber(n)} × ${name}`);
  return html`<p><strong>${count(omitted.length, 'finding', 'findings')} from number ${formatNumber(shown + 1)} on are not on this page</strong>, to keep it small; all are in report.json, in the same order: ${named.join(', ')}${kinds.size > 50 ? ' …' : ''}.</p>`;
}

function fullCard(entry: Entry, view: FindingsView, members: 'full' | 'brief'): Markup {
  const labels = new Set(view.printed);
  const body = bodyOf(entry.finding, view, labels);
  const also = entry.also.map((one) =>
    members === 'full' ? alsoEntry(one, view, labels) : alsoLine(one, view),
  );
  return card(entry, view, html`${body}${alsoList(entry, also)}`);
}

/** Charts, instances, provisos and evidence of a finding; `labels` grows by what they print. */
function bodyOf(finding: Finding, view: FindingsView, labels: Set<string>): Markup {
  const seen = new Set(labels);
  const note = (markup: Markup) => {
    for (const label of printedIn(markup)) labels.add(label);
    return markup;
  };
  const figures = finding.charts.map((name) => note(chartFigure(finding.plugin_id, name, view.charts, seen)));
  const printed = { index: view.index, labels: seen };
  const own = note(
    html`<details><summary>Evidence: ${evidenceSummary(finding, finding.plugin_id, view.index)}</summary><div class="in">${checkLine(finding)}${evidenceMarkup(finding, finding.plugin_id, printed)}${scoreLine(finding)}<p class="small">Finding <code>${finding.id}</code>, kind <code>${finding.kind}</code>, by plugin <code>${finding.plugin_id}</code>.</p></div></details>`,
  );
  const items = note(itemsMarkup(finding, view, labels));
  return html`${figures}${items}${provisos(finding, view.report.ledger)}${own}`;
}

function alsoList(entry: Entry, entries: readonly Markup[]): Markup {
  if (entries.length === 0) return NOTHING;
  return html`<p class="small also"><strong>${alsoWords(entry)}</strong></p><ul class="also">${entries}</ul>`;
}

/** One that tells the same, folded, with everything that stands behind it. */
function alsoEntry(entry: Entry, view: FindingsView, labels: Set<string>): Markup {
  const body = html`${claimMarkup(entry.finding, view)}${bodyOf(entry.finding, view, labels)}`;
  return html`<li id="${anchorOf(entry)}"><details><summary>${alsoTitle(entry, view)}</summary><div class="in">${body}</div></details></li>`;
}

function alsoLine(entry: Entry, view: FindingsView): Markup {
  return html`<li id="${anchorOf(entry)}">${alsoTitle(entry, view)} <span class="small">In full: report.json, finding <code>${entry.finding.id}</code>.</span></li>`;
}

function alsoTitle({ number, finding }: Entry, { report }: FindingsView): Markup {
  return html`<span class="rank">${number}</span><bdi>${clipped(finding.title, 300)}</bdi> <span class="quiet small">(${clipped(madeBy(report, finding), 200)}; ${confidenceWords(finding, report.ledger).badge})</span>`;
}

function briefCard(entry: Entry, view: FindingsView): Markup {
  const { finding } = entry;
  return card(
    entry,
    view,
    html`${provisos(finding, view.report.ledger)}<p class="small">Evidence and items: report.json, finding <code>${finding.id}</code>.</p>${alsoList(
      entry,
      entry.also.map((one) => alsoLine(one, view)),
    )}`,
  );
}

function leanCard(entry: Entry): Markup {
  const more =
    entry.also.length > 0 ? html` <span class="quiet small">and ${entry.also.length} alike</span>` : NOTHING;
  return html`<li class="finding lean" id="${anchorOf(entry)}"><h3><span class="rank">${entry.number}</span><bdi>${clipped(entry.finding.title, 160)}</bdi>${more}</h3></li>`;
}
