import type { Context } from '../../src/sdk/index.ts';

export type PluginResult = NonNullable<Context['upstream'][string]>;
type Finding = PluginResult['findings'][number];
type FindingItem = Finding['items'][number];
type Coverage = Context['coverage'];

/** What a claim can lack. */
export const LACKS = {
  basis: 'is labelled measured where the analysis models, or modeled where it measures',
  assumptions: 'is modeled and names no assumption',
  evidence: 'has a number that none of its queries or derivations yields',
  ledger: 'says that it is tested, and cites no entry of the ledger of its analysis',
  interval: 'is tested and has neither an interval nor an effect size',
  coverage: 'is of other rows than the run',
} as const;
export type Lack = keyof typeof LACKS;

/** A finding or an item of one, with what it lacks. */
export interface Checked {
  readonly plugin: string;
  readonly kind: string;
  readonly title: string;
  readonly lacks: readonly Lack[];
  readonly how: Finding['confidence']['how'];
  readonly basis: Finding['basis'];
  readonly isItem: boolean;
  readonly isReplicated: boolean;
}

/** Every claim of a result, items after the finding that they are of. */
export function checkClaims(result: PluginResult, coverage: Coverage): Checked[] {
  const labels = new Set(result.tests.map(({ label }) => label));
  return result.findings.flatMap((finding) => [
    checked(result, finding, finding, lacksOf(finding, finding, labels, coverage)),
    ...finding.items.map((item) => checked(result, finding, item, itemLacks(item, labels))),
  ]);
}

function checked(result: PluginResult, finding: Finding, claim: FindingItem, lacks: Lack[]): Checked {
  return {
    plugin: result.plugin_id,
    kind: finding.kind,
    title: claim.title,
    lacks,
    how: finding.confidence.how,
    basis: finding.basis,
    isItem: claim !== finding,
    isReplicated: claim.replication !== undefined,
  };
}

function lacksOf(
  finding: Finding,
  claim: FindingItem,
  labels: ReadonlySet<string>,
  coverage: Coverage,
): Lack[] {
  const models = finding.plugin_id.includes('model');
  const isTested = finding.confidence.how === 'tested';
  const cites = [claim, ...finding.items].some(({ test }) => test !== undefined);
  const lacks: [Lack, boolean][] = [
    ['basis', models !== (finding.basis === 'MODELED')],
    ['assumptions', finding.basis === 'MODELED' && finding.assumptions.length === 0],
    ['ledger', isTested && !cites],
    ['coverage', finding.coverage.rows !== coverage.rows || finding.coverage.kind !== coverage.kind],
  ];
  return [...lacks.flatMap(([lack, is]) => (is ? [lack] : [])), ...itemLacks(claim, labels)];
}

/** What holds for findings and items alike. */
function itemLacks(claim: FindingItem, labels: ReadonlySet<string>): Lack[] {
  const { test, estimate, effect_size } = claim;
  const lacks: [Lack, boolean][] = [
    ['evidence', !isYielded(claim)],
    ['ledger', test !== undefined && !labels.has(test.label)],
    [
      'interval',
      test !== undefined && estimate?.confidence_interval === undefined && effect_size === undefined,
    ],
  ];
  return lacks.flatMap(([lack, is]) => (is ? [lack] : []));
}

/** Whether the estimate is the number of a field that a query or a derivation yields; of a claim without one, whether it has evidence. */
function isYielded({ estimate, fields, evidence }: FindingItem): boolean {
  if (estimate === undefined) return evidence.length > 0;
  const yielded = evidence.flatMap(({ yields }) => Object.keys(yields));
  return yielded.some((name) => fields[name]?.value === estimate.value);
}
