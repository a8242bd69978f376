import type { Finding, FindingItem, Report } from '../../contract/index.ts';
import { evidenceSummary } from '../evidence-words.ts';
import { testedWords } from '../test-words.ts';
import { clipped, count } from '../words.ts';
import { chartFigure } from './chart-figure.ts';
import { evidenceMarkup, type Printed, printedIn } from './evidence.ts';
import { estimate, LONGEST_STATEMENT, replicationLine } from './finding-card.ts';
import type { FindingsView } from './findings-view.ts';
import { fitWithin } from './fit.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const BUDGET = 40_000;
/** More instances than this are folded, and a single one, which the claim itself tells. */
const MOST_OPEN = 3;

/** The repeated discoveries of a finding. */
export function itemsMarkup(finding: Finding, view: FindingsView, labels: ReadonlySet<string>): Markup {
  if (finding.items.length === 0) return NOTHING;
  const seen = new Set(labels);
  const fitted = fitWithin(
    finding.items,
    BUDGET,
    [
      (item) => entry(item, finding, view, { index: view.index, labels: seen }),
      (item) => line(item, finding.plugin_id, view.report),
    ],
    (markup) => {
      for (const label of printedIn(markup)) seen.add(label);
    },
  );
  const omitted =
    fitted.omitted > 0
      ? html`<p>${count(fitted.omitted, 'more item is', 'more items are')} in report.json.</p>`
      : NOTHING;
  return html`<details${finding.items.length > 1 && finding.items.length <= MOST_OPEN ? html` open=""` : ''}><summary>${summaryOf(finding)}</summary><div class="in"><ol>${fitted.shown}</ol>${omitted}</div></details>`;
}

/** How many, and the first of them by title. */
function summaryOf({ items }: Finding): string {
  const [first] = items;
  const such = first === undefined ? '' : `: ${clipped(first.title, 80)}${items.length > 1 ? ' …' : ''}`;
  return `${count(items.length, 'instance', 'instances')}${such}`;
}

function entry(item: FindingItem, finding: Finding, view: FindingsView, printed: Printed): Markup {
  return html`<li><strong><bdi>${clipped(item.title, 300)}</bdi></strong>${estimate(item)}<p class="claim"><bdi>${clipped(item.statement, LONGEST_STATEMENT)}</bdi>${tested(item, finding.plugin_id, view.report)}</p>${replicationLine(item)}${item.charts.map((name) => chartFigure(finding.plugin_id, name, view.charts, printed.labels))}<details><summary>Evidence: ${evidenceSummary(item, finding.plugin_id, view.index)}</summary><div class="in">${evidenceMarkup(item, finding.plugin_id, printed)}</div></details></li>`;
}

function line(item: FindingItem, pluginId: string, report: Report): Markup {
  return html`<li><bdi>${clipped(item.title, 160)}</bdi>${tested(item, pluginId, report)}</li>`;
}

function tested(item: FindingItem, pluginId: string, report: Report): string {
  return item.test === undefined ? '' : ` (${testedWords(item, pluginId, report.ledger).badge})`;
}
