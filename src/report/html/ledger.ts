import type { ClosedLedgerEntry, Report } from '../../contract/index.ts';
import { formatNumber, formatProbability } from '../format-value.ts';
import { ledgerWords, nearestMisses, tooSmallWords } from '../test-words.ts';
import { clipped, count } from '../words.ts';
import { folded } from './folded.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const LINES = 50;

/** The ledger of the run: how it was judged, every test by p-value, and what was nearest to being kept. */
export function ledgerSection({ ledger }: Report): Markup {
  const intro = html`<h3 id="ledger">Ledger of tests</h3><p>${ledgerWords(ledger)}</p>`;
  if (ledger.tested === 0) return intro;
  const more = ledger.tested - LINES;
  const rest =
    more > 0
      ? html`<p>${count(more, 'more hypothesis is', 'more hypotheses are')} in report.json.</p>`
      : NOTHING;
  const lines = ledger.entries.slice(0, LINES).map((entry) => html`<tr>${cells(entry, ledger)}</tr>`);
  const whole = html`${tableOf('Hypotheses by p-value, the smallest first', NOTHING, lines)}${rest}`;
  return html`${intro}${folded('The ledger', false, whole)}${nearMisses(ledger)}`;
}

function nearMisses(ledger: Report['ledger']): Markup {
  const misses = nearestMisses(ledger);
  const small = tooSmallWords(ledger);
  const lines = misses.map(({ entry, reason }) => html`<tr>${cells(entry, ledger)}<td>${reason}</td></tr>`);
  const head = html`<th scope="col">Why not</th>`;
  const shown =
    misses.length === 0
      ? NOTHING
      : folded(
          'Nearest misses',
          false,
          tableOf('Hypotheses with the lowest q-values above the level', head, lines),
        );
  return html`${shown}${small === '' ? NOTHING : html`<p class="small">${small}</p>`}`;
}

function tableOf(caption: string, last: Markup, lines: readonly Markup[]): Markup {
  return html`<div class="wide"><table><caption>${caption}</caption><thead><tr><th scope="col">No effect would mean</th><th scope="col">Statistic</th><th scope="col" class="num">n</th><th scope="col" class="num">Family</th><th scope="col" class="num">p</th><th scope="col" class="num">q</th>${last}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

function cells(entry: ClosedLedgerEntry, { families }: Report['ledger']): Markup {
  const own = families.find((one) => one.plugin_id === entry.plugin_id && one.family === entry.family);
  const tests = own === undefined ? NOTHING : count(own.tested, 'test', 'tests');
  return html`<th scope="row">${clipped(entry.hypothesis, 200)}<br><span class="quiet small"><code>${entry.plugin_id} ${entry.label}</code> ${clipped(entry.family, 80)}</span></th><td>${entry.statistic.name} = ${formatNumber(entry.statistic.value)}</td><td class="num">${formatNumber(entry.n)}</td><td class="num">${tests}</td><td class="num">${formatProbability(entry.p_value)}</td><td class="num">${formatProbability(entry.q_value)}</td>`;
}
