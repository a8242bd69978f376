import type { ClosedLedgerEntry, Report } from '../../contract/index.ts';
import { formatNumber, formatProbability } from '../format-value.ts';
import { ledgerWords, nearestMisses, tooSmallWords } from '../test-words.ts';
import { clipped } from '../words.ts';
import { inlineCode, md, table } from './escape.ts';

const LINES = 50;
const HEAD = ['No effect would mean', 'Plugin, test', 'Family (tests)', 'Statistic', 'n', 'p', 'q'];

/** The ledger of the run: how it was judged, every test by p-value, and what was nearest to being kept. */
export function ledgerSection({ ledger }: Report): string[] {
  const size = familySizes(ledger);
  const more = ledger.tested - LINES;
  return [
    '### Ledger of tests',
    md(ledgerWords(ledger)),
    ...(ledger.tested === 0
      ? []
      : [
          table(
            HEAD,
            ledger.entries.slice(0, LINES).map((entry) => line(entry, size)),
          ),
        ]),
    ...(more > 0 ? [`${formatNumber(more)} more in report.json.`] : []),
    ...nearMisses(ledger, size),
  ];
}

type Sizes = (entry: ClosedLedgerEntry) => string;

function familySizes({ families }: Report['ledger']): Sizes {
  const sizes = new Map(families.map((one) => [`${one.plugin_id}\n${one.family}`, one.tested]));
  return ({ plugin_id, family }) => formatNumber(sizes.get(`${plugin_id}\n${family}`) ?? 0);
}

function line(entry: ClosedLedgerEntry, size: Sizes): string[] {
  return [
    md(clipped(entry.hypothesis, 200)),
    inlineCode(`${entry.plugin_id} ${entry.label}`),
    md(`${clipped(entry.family, 80)} (${size(entry)})`),
    md(`${entry.statistic.name} = ${formatNumber(entry.statistic.value)}`),
    formatNumber(entry.n),
    formatProbability(entry.p_value),
    formatProbability(entry.q_value),
  ];
}

function nearMisses(ledger: Report['ledger'], size: Sizes): string[] {
  const misses = nearestMisses(ledger);
  const small = tooSmallWords(ledger);
  const rows = misses.map(({ entry, reason }) => [...line(entry, size), md(reason)]);
  return [
    ...(misses.length === 0 ? [] : ['### Nearest misses', table([...HEAD, 'Why not'], rows)]),
    ...(small === '' ? [] : [md(small)]),
  ];
}
