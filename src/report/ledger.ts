import { byCodePoint } from '../base/index.ts';
import type {
  Finding,
  FindingItem,
  LedgerEntry,
  LedgerFamily,
  PluginResult,
  Report,
} from '../contract/index.ts';

/** What the control of false discoveries took out of one plugin's result. */
export interface LedgerDrops {
  readonly tested: number;
  readonly findings: number;
  readonly items: number;
}

export interface ClosedLedger {
  /** As the report has it. */
  readonly ledger: Report['ledger'];
  /** The same results in the same order, with q-values filled in and without what did not pass. */
  readonly results: readonly PluginResult[];
  /** Plugin id → what was tested and dropped; only plugins that tested something. */
  readonly drops: ReadonlyMap<string, LedgerDrops>;
}

/**
 * Closes the ledger of a run: one Benjamini–Hochberg pass over every hypothesis that any plugin tested. Before it the
 * p-values of each family that is dependent by construction are multiplied by the harmonic sum of its size
 * (Benjamini & Yekutieli, 2001). A finding or item is dropped when its q-value is above `q`.
 */
export function closeLedger(results: readonly PluginResult[], q: number): ClosedLedger {
  const open = results.flatMap((result) => result.tests).toSorted(byPValue);
  const families = familiesOf(open);
  const qValues = benjaminiHochberg(open.map((entry) => adjusted(entry, families)));
  const lookup = new Map(open.map((entry, i) => [testKey(entry.plugin_id, entry.label), qValues[i] ?? 1]));
  const cited = new Set(results.flatMap(citedTests));
  const entries = open.map((entry, i) => {
    const qValue = qValues[i] ?? 1;
    const outcome = qValue <= q ? 'kept' : 'dropped';
    const isCited = cited.has(testKey(entry.plugin_id, entry.label));
    return { ...entry, q_value: qValue, outcome: isCited ? outcome : 'not_claimed' } as const;
  });
  const drops = new Map<string, LedgerDrops>();
  const closed = results.map((result) => closeResult(result, q, lookup, drops));
  const ledger = { q, tested: entries.length, families: [...families.values()].sort(byFamily), entries };
  return { ledger, results: closed, drops };
}

/** Families by key, each with its size and the factor for its p-values. */
function familiesOf(entries: readonly LedgerEntry[]): Map<string, LedgerFamily> {
  const families = new Map<string, LedgerFamily>();
  for (const entry of entries) {
    const { plugin_id, family, dependent } = entry;
    const tested = (families.get(familyKey(entry))?.tested ?? 0) + 1;
    families.set(familyKey(entry), { plugin_id, family, tested, dependent, factor: 1 });
  }
  return new Map(
    [...families].map(([key, family]) => [
      key,
      family.dependent ? { ...family, factor: harmonicSum(family.tested) } : family,
    ]),
  );
}

/** 1 + 1/2 + … + 1/m. */
export function harmonicSum(m: number): number {
  let sum = 0;
  for (let i = m; i >= 1; i--) sum += 1 / i;
  return sum;
}

function adjusted(entry: LedgerEntry, families: ReadonlyMap<string, LedgerFamily>): number {
  return Math.min(1, entry.p_value * (families.get(familyKey(entry))?.factor ?? 1));
}

function familyKey({ plugin_id, family }: LedgerEntry): string {
  return `${plugin_id}\n${family}`;
}

function byFamily(a: LedgerFamily, b: LedgerFamily): number {
  return byCodePoint(a.plugin_id, b.plugin_id) || byCodePoint(a.family, b.family);
}

/** Keys of the tests that findings and items of a result cite. */
function citedTests({ plugin_id, findings }: PluginResult): string[] {
  return findings
    .flatMap((finding) => [finding, ...finding.items])
    .flatMap(({ test }) => (test === undefined ? [] : [testKey(plugin_id, test.label)]));
}

/**
 * q-values of p-values, in the order given: `q(i) = min over j ≥ i of p(j)·m/j` on the sorted p-values, at most 1.
 * Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57, 289–300; adjusted form as in Yekutieli & Benjamini (1999).
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0) || a - b);
  const qValues = new Array<number>(m).fill(1);
  let smallest = 1;
  for (let rank = m; rank >= 1; rank--) {
    const index = order[rank - 1] ?? 0;
    smallest = Math.min(smallest, (pValues[index] ?? 1) * (m / rank));
    qValues[index] = smallest;
  }
  return qValues;
}

function byPValue(a: LedgerEntry, b: LedgerEntry): number {
  return a.p_value - b.p_value || byCodePoint(a.plugin_id, b.plugin_id) || byCodePoint(a.label, b.label);
}

function testKey(pluginId: string, label: string): string {
  return `${pluginId}\n${label}`;
}

function closeResult(
  result: PluginResult,
  q: number,
  lookup: ReadonlyMap<string, number>,
  drops: Map<string, LedgerDrops>,
): PluginResult {
  const findings: Finding[] = [];
  let droppedFindings = 0;
  let droppedItems = 0;
  for (const finding of result.findings) {
    const closed = closeFinding(finding, q, lookup);
    droppedItems += closed.droppedItems;
    if (closed.finding === null) droppedFindings++;
    else findings.push(closed.finding);
  }
  if (result.tests.length > 0) {
    drops.set(result.plugin_id, {
      tested: result.tests.length,
      findings: droppedFindings,
      items: droppedItems,
    });
  }
  return { ...result, findings };
}

function closeFinding(
  finding: Finding,
  q: number,
  lookup: ReadonlyMap<string, number>,
): { readonly finding: Finding | null; readonly droppedItems: number } {
  const closed = withQValue(finding, finding.plugin_id, lookup);
  const items = finding.items.map((item) => withQValue(item, finding.plugin_id, lookup));
  const kept = items.filter((item) => passes(item, q));
  const droppedItems = items.length - kept.length;
  const onlyItemsWereTested = closed.test === undefined && items.length > 0;
  if (!passes(closed, q) || (onlyItemsWereTested && kept.length === 0)) {
    return { finding: null, droppedItems };
  }
  const limitations =
    droppedItems === 0
      ? closed.limitations
      : [...closed.limitations, droppedWords(closed.test !== undefined, items.length, droppedItems)];
  return { finding: { ...closed, items: kept, limitations }, droppedItems };
}

/** A claim with a test of its own stands without its items; one without stands on those that are left. */
function droppedWords(hasOwnTest: boolean, items: number, dropped: number): string {
  const [who, verb] =
    dropped === items
      ? [`none of its ${items} items`, 'passed']
      : [`${dropped} of its ${items} items`, 'did not pass'];
  const [they, them] = dropped === 1 ? ['it is', 'it'] : ['they are', 'them'];
  const own = hasOwnTest ? 'The claim passed by a test of its own; ' : 'The claim stands on its items; ';
  return `${own}${who} ${verb} the control of false discoveries: ${they} left out, and counts in the claim include ${them}.`;
}

function withQValue<T extends FindingItem>(
  claim: T,
  pluginId: string,
  lookup: ReadonlyMap<string, number>,
): T {
  if (claim.test === undefined) return claim;
  const qValue = lookup.get(testKey(pluginId, claim.test.label));
  if (qValue === undefined)
    throw new Error(`${pluginId}: "${claim.title}" cites a test that is not in the ledger`);
  return { ...claim, test: { ...claim.test, q_value: qValue } };
}

function passes(claim: FindingItem, q: number): boolean {
  return claim.test === undefined || (claim.test.q_value ?? 1) <= q;
}
