import { byCodePoint } from '../../base/index.ts';
import type { ChangedFinding, ComparedFinding, Finding, FindingOfOne, Report } from '../../contract/index.ts';
import { isFact } from '../rank.ts';

interface Ranked {
  readonly finding: Finding;
  readonly rank: number;
}

/** Findings of two reports by id: what only one has, what both have but not alike, and how many are the same. */
export function compareFindings(a: Report, b: Report) {
  const inA = claimsById(a);
  const inB = claimsById(b);
  const both = [...inA].flatMap(([id, first]) => {
    const second = inB.get(id);
    return second === undefined ? [] : [changeOf(first, second)];
  });
  const changed = both.filter((pair) => pair.changes.length > 0);
  return {
    same: both.length - changed.length,
    new: onlyIn(inB, inA, a),
    gone: onlyIn(inA, inB, b),
    changed: changed.toSorted((x, y) => x.b.rank - y.b.rank),
  };
}

/** Claims by id; descriptions of columns, roles and the table claim nothing. */
export function claimsById(report: Report): ReadonlyMap<string, Ranked> {
  const claims = report.findings.filter((finding) => !isFact(finding));
  return new Map(claims.map((finding, index) => [finding.id, { finding, rank: index + 1 }]));
}

function onlyIn(
  own: ReadonlyMap<string, Ranked>,
  other: ReadonlyMap<string, Ranked>,
  otherReport: Report,
): FindingOfOne[] {
  return [...own.values()]
    .filter(({ finding }) => !other.has(finding.id))
    .map((ranked) => ({ ...briefOf(ranked), ...whetherLooked(ranked.finding.plugin_id, otherReport) }));
}

/** A finding that is absent where nobody looked for it says nothing about the data. */
function whetherLooked(pluginId: string, report: Report): Pick<FindingOfOne, 'other_run' | 'reason'> {
  const outcome = report.plugins.find((plugin) => plugin.plugin_id === pluginId);
  if (outcome === undefined) return { other_run: 'did_not_look', reason: `${pluginId} was not in its plan` };
  if (outcome.status === 'ok') return { other_run: 'looked', reason: '' };
  const reason = `${pluginId}: ${outcome.status}${outcome.reason === '' ? '' : `: ${outcome.reason}`}`;
  return { other_run: 'did_not_look', reason };
}

function briefOf({ finding, rank }: Ranked): ComparedFinding {
  const { id, plugin_id, kind, title, statement } = finding;
  return { id, plugin_id, kind, title, statement, rank };
}

function changeOf(
  a: Ranked,
  b: Ranked,
): Omit<ChangedFinding, 'changes'> & {
  changes: ChangedFinding['changes'];
} {
  const { id, plugin_id, kind } = b.finding;
  const unit = b.finding.estimate?.unit ?? a.finding.estimate?.unit ?? null;
  return {
    id,
    plugin_id,
    kind,
    a: briefOf(a),
    b: briefOf(b),
    unit,
    changes: changesOf(a.finding, b.finding),
  };
}

function changesOf(a: Finding, b: Finding): ChangedFinding['changes'] {
  const before = comparable(a);
  const after = comparable(b);
  const isSameEstimate = a.estimate?.name === b.estimate?.name;
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((what) =>
    isSameEstimate ? what !== 'estimate_name' : !OF_ESTIMATE.has(what),
  );
  return names
    .map((what) => ({ what, a: before.get(what) ?? null, b: after.get(what) ?? null }))
    .filter((change) => change.a !== change.b);
}

/** Of two estimates of different things only the names are compared. */
const OF_ESTIMATE: ReadonlySet<string> = new Set(['estimate', 'interval_low', 'interval_high']);

type Value = number | string | null;

/** What is compared of a finding; its items by title. Rank alone is no change: it depends on the others. */
function comparable(finding: Finding): ReadonlyMap<string, Value> {
  const interval = finding.estimate?.confidence_interval;
  const values: [string, Value | undefined][] = [
    ['estimate_name', finding.estimate?.name],
    ['estimate', finding.estimate?.value],
    ['interval_low', interval?.low],
    ['interval_high', interval?.high],
    ['effect_size', finding.effect_size?.value],
    ['q_value', finding.test?.q_value],
    ['severity', finding.severity],
    ['basis', finding.basis],
    ['coverage', finding.coverage.kind],
    ['items', itemsOf(finding)],
    ['statement', finding.statement],
  ];
  return new Map(values.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

function itemsOf(finding: Finding): string | undefined {
  if (finding.items.length === 0) return undefined;
  return finding.items
    .map((item) => item.title)
    .toSorted(byCodePoint)
    .join('; ');
}
