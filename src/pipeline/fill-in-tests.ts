import type { FieldValue, FindingItem, LedgerEntry, PluginOutput, RawFinding } from '../contract/index.ts';
import { InvalidOutput, required } from './invalid-output.ts';

/** The hypotheses of an output as entries of the ledger. Throws InvalidOutput where they contradict each other. */
export function toLedger(pluginId: string, { tests }: PluginOutput): LedgerEntry[] {
  const labels = new Set<string>();
  const families = new Map<string, boolean>();
  return tests.map(({ dependent = false, ...test }) => {
    if (labels.has(test.label)) throw new InvalidOutput(`two tests have the label "${test.label}"`);
    labels.add(test.label);
    if ((families.get(test.family) ?? dependent) !== dependent) {
      throw new InvalidOutput(
        `tests of the family "${test.family}" disagree on whether they depend on each other`,
      );
    }
    families.set(test.family, dependent);
    return { plugin_id: pluginId, ...test, dependent };
  });
}

/** The test that a claim cites, without its q-value, which comes when the ledger of the run is closed. */
export function testOf(label: string | undefined, { tests }: PluginOutput): FindingItem['test'] {
  if (label === undefined) return undefined;
  const test = tests.find((candidate) => candidate.label === label);
  if (test === undefined) throw new InvalidOutput(`the test "${label}" was not registered`);
  const { name, value } = test.statistic;
  return { label, name, statistic: value, p_value: test.p_value, family: test.family, q_value: null };
}

/** In which halves a claim holds, with each half's estimate filled in. */
export function replicationOf(
  raw: RawFinding['replication'],
  fields: Readonly<Record<string, FieldValue>>,
): FindingItem['replication'] {
  if (raw === undefined) return undefined;
  const half = (name: string): FieldValue => {
    const field = required(fields[name], name);
    if (typeof field.value === 'string') throw new InvalidOutput(`the field "${name}" is no number`);
    return field;
  };
  return { by: raw.by, holds: raw.holds, first: half(raw.first), second: half(raw.second) };
}
