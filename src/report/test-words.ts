import type { ClosedLedgerEntry, Finding, FindingItem, LedgerFamily, Report } from '../contract/index.ts';
import { formatNumber, formatShare, formatValue, probabilityWords } from './format-value.ts';
import { count, quoted } from './words.ts';

type Ledger = Report['ledger'];

/** How sure a finding is: a short badge and the sentence behind it. */
export function confidenceWords(
  finding: Finding,
  ledger: Ledger,
): { readonly badge: string; readonly long: string } {
  const { how, value } = finding.confidence;
  const level = value === null ? 'unstated' : formatShare(value);
  switch (how) {
    case 'exact_count':
      return finding.coverage.kind === 'FULL'
        ? { badge: 'exact count', long: 'Counted exactly, not estimated.' }
        : {
            badge: 'exact count of the sample',
            long: 'Counted exactly in the rows that were drawn; how many there are in the whole table was not counted.',
          };
    case 'interval':
      return { badge: `${level} interval`, long: `Estimated, with a ${level} confidence interval.` };
    case 'model_check':
      return {
        badge: `model held ${level}`,
        long: `Checked against the past: the model's interval held on ${level} of the days.`,
      };
    case 'tested':
      return finding.test === undefined
        ? itemsTestedWords(finding, ledger)
        : testedWords(finding, finding.plugin_id, ledger);
  }
}

/** The clearest of the instances of a finding, where each was tested and not the whole. */
function itemsTestedWords({ items, plugin_id }: Finding, ledger: Ledger) {
  const [best] = items
    .filter((item) => item.test !== undefined)
    .toSorted((a, b) => (a.test?.q_value ?? 1) - (b.test?.q_value ?? 1));
  if (best === undefined) return { badge: 'tested', long: 'Tested; no q-value.' };
  const words = testedWords(best, plugin_id, ledger);
  return {
    badge: items.length > 1 ? `${words.badge} at best` : words.badge,
    long: `Each instance was tested; of the clearest of them holds: ${words.long}`,
  };
}

/** q-value in words; what it means, with the size of the run's ledger and of the test's own family. */
export function testedWords(
  claim: FindingItem,
  pluginId: string,
  ledger: Ledger,
): { readonly badge: string; readonly long: string } {
  const { test } = claim;
  if (test?.q_value === undefined || test.q_value === null) {
    return { badge: 'tested', long: 'Tested; no q-value.' };
  }
  const own = ledger.families.find((one) => one.plugin_id === pluginId && one.family === test.family);
  return {
    badge: `tested, ${probabilityWords('q', test.q_value)}`,
    long:
      `${ledger.tested === 1 ? 'The one hypothesis tested in this run' : `Tested together with all ${formatNumber(ledger.tested)} hypotheses of this run`}` +
      `${own === undefined ? '' : `, ${familyWords(own)}`}: of the claims at least as ` +
      `clear as this one, ${aboutShare(test.q_value)} are expected to be false alarms.`,
  };
}

/** `about 2.6 %`, or `less than 0.1 %`. */
function aboutShare(share: number): string {
  const text = formatShare(Math.max(share, Number.MIN_VALUE));
  return text.startsWith('<') ? text.replace(/^<\s*/, 'less than ') : `about ${text}`;
}

/** The test of a claim: statistic, p and q. */
export function statisticWords({ test }: FindingItem): string {
  if (test === undefined) return '';
  const q = test.q_value === null ? '' : `, ${probabilityWords('q', test.q_value)}`;
  return `${test.name} = ${formatNumber(test.statistic)}, ${probabilityWords('p', test.p_value)}${q}.`;
}

const HALVES: Readonly<Record<NonNullable<FindingItem['replication']>['by'], string>> = {
  time: 'the earlier and the later half of the rows',
  alternate_rows: 'two halves of alternating rows',
  alternate_blocks: 'two halves of alternating blocks of neighbouring rows',
};

/** Whether a claim holds in both halves of the table, with the estimate of each; empty where it was not checked. */
export function replicationWords({ replication }: FindingItem): string {
  if (replication === undefined) return '';
  const { by, holds, first, second } = replication;
  const shown = (half: typeof first) => (half.value === null ? 'too few rows' : formatValue(half).text);
  const verdict = {
    both: 'holds in both',
    first: 'holds in the first alone',
    second: 'holds in the second alone',
    neither: 'holds in neither on its own',
  }[holds];
  return `Checked on ${HALVES[by]}, it ${verdict}: ${shown(first)} and ${shown(second)}.`;
}

/** How the hypotheses of the run were judged. */
export function ledgerWords({ tested, q, families }: Ledger): string {
  if (tested === 0) {
    return 'No hypothesis was tested in this run: every finding is a count, a sum or a model, not a test.';
  }
  const dependent = families.some((family) => family.dependent);
  return (
    `${count(tested, 'hypothesis was', 'hypotheses were')} tested in this run, in ${count(families.length, 'family', 'families')}, ` +
    `and judged together (Benjamini–Hochberg${dependent ? '; Benjamini–Yekutieli within families whose tests depend on each other' : ''}). ` +
    `A tested finding is reported only if its q-value is at most ${q}: of all tested findings reported, about that share is expected to be a false alarm.`
  );
}

/** Size of a family, and the factor for its p-values where it is dependent. */
export function familyWords({ family, tested, dependent, factor }: LedgerFamily): string {
  const times = dependent
    ? `; p-values multiplied by ${formatNumber(factor)}, for its tests depend on each other`
    : '';
  return `${formatNumber(tested)} of them in the family ${quoted(family)}${times}`;
}

/** A hypothesis that was not kept, and what it lacked. */
export interface NearMiss {
  readonly entry: ClosedLedgerEntry;
  readonly reason: string;
}

const NEAR_MISSES = 10;

/** The hypotheses closest to being kept: those with the lowest q-values above the level. */
export function nearestMisses({ entries, q }: Ledger): NearMiss[] {
  return entries
    .filter((entry) => entry.outcome !== 'kept' && entry.q_value > q)
    .sort((a, b) => a.q_value - b.q_value || a.p_value - b.p_value)
    .slice(0, NEAR_MISSES)
    .map((entry) => ({ entry, reason: reasonOf(entry, q) }));
}

function reasonOf({ outcome }: ClosedLedgerEntry, q: number): string {
  return outcome === 'dropped'
    ? `q is above ${q}`
    : `q is above ${q}, and its plugin claims nothing of it: the effect is too small, or p too large`;
}

/** How many hypotheses passed without a finding, since their effect is too small to care; empty where none did. */
export function tooSmallWords({ entries, q }: Ledger): string {
  const clear = entries.filter((entry) => entry.outcome === 'not_claimed' && entry.q_value <= q).length;
  if (clear === 0) return '';
  return `${count(clear, 'hypothesis is', 'hypotheses are')} clear of chance (q at most ${q}) and yet no finding: the plugin that tested ${clear === 1 ? 'it' : 'them'} found the effect smaller than its smallest effect of interest.`;
}
