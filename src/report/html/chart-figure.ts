import type { ChartBook } from '../charts/chart-book.ts';
import { clipped } from '../words.ts';
import { html, type Markup, NOTHING, trusted } from './markup.ts';

/** A chart with its words; shown where it is cited first, linked from there on. */
export function chartFigure(
  pluginId: string,
  name: string,
  book: ChartBook,
  printed: ReadonlySet<string>,
): Markup {
  const found = book.chart(pluginId, name);
  if (found === undefined) return NOTHING;
  const { chart, drawing, label } = found;
  const title = clipped(chart.title, 300);
  const words = clipped(chart.alternative, 600);
  if (!drawing.ok) {
    return html`<p class="small">Chart “${title}”: ${words} (Not drawn: ${clipped(drawing.reason, 200)}. Its data are in report.json.)</p>`;
  }
  if (printed.has(label))
    return html`<p class="small">Chart: <a href="#${label}">${title}</a>, shown where it is cited first.</p>`;
  return html`<figure id="${label}">${trusted(drawing.svg)}<figcaption>${title}. ${words}</figcaption></figure>`;
}
