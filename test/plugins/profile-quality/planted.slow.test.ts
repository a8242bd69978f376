import { expect, test } from 'vitest';
import type { Finding } from '../../../src/contract/index.ts';
import { nullTable, plantedTable } from '../../../src/synth/index.ts';
import { withTable } from '../make-table.ts';
import { runInProcess } from '../run-in-process.ts';
import { bindingsOf } from '../synthetic-table.ts';

const PLANTS = {
  missing_not_at_random: true,
  duplicates: true,
  functional_dependency: true,
  sentinel: true,
  sequence_gap: true,
  mojibake: true,
  constant: true,
  near_constant: true,
  mixed_types: true,
  impossible_values: true,
} as const;

/** Kinds of findings that tell how the table is built and ask for nothing. */
const STRUCTURE = new Set(['key_candidate', 'near_constant', 'constant', 'one_to_one', 'empty_columns']);

type Synthetic = ReturnType<typeof plantedTable>;

async function findingsOf(table: Synthetic): Promise<readonly Finding[]> {
  return withTable(table, async (dataset) => {
    const { result } = await runInProcess('profile_quality', dataset, bindingsOf(table));
    return result.findings;
  });
}

function citedRows(finding: Finding | undefined): number[] {
  const rows = finding?.evidence.flatMap((evidence) =>
    evidence.kind === 'query' ? (evidence.rows ?? []) : [],
  );
  return (rows ?? []).map(({ row_number }) => row_number);
}

const seeds = Array.from({ length: 10 }, (_, i) => String(i + 1));

test('planted defects are found, with their rows, in nine tables out of ten and more', async () => {
  const found = new Map<string, number>();
  for (const seed of seeds) {
    const table = plantedTable(seed, 2_000, PLANTS);
    const findings = await findingsOf(table);
    for (const truth of table.plants) {
      const columns = truth.target['columns'] ?? [];
      const finding = findings.find(
        (one) =>
          one.kind === truth.kind &&
          (columns.length === 0 ||
            (one.target['columns'] !== undefined && columns.includes(String(one.target['columns'][0])))),
      );
      const planted = (truth.rows?.row_numbers ?? []).slice(0, 20);
      const cited = new Set(citedRows(finding));
      const isCited = truth.kind === 'impossible_values' || planted.every((row) => cited.has(row));
      if (finding !== undefined && isCited) found.set(truth.kind, (found.get(truth.kind) ?? 0) + 1);
    }
  }
  const recall = Object.fromEntries([...found].map(([kind, count]) => [kind, count / seeds.length]));
  expect(Object.keys(recall)).toHaveLength(Object.keys(PLANTS).length);
  for (const [kind, share] of Object.entries(recall)) expect(share, kind).toBeGreaterThanOrEqual(0.9);
});

test('a table without structure gives facts about its keys, and nothing to mend', async () => {
  for (const seed of seeds.slice(0, 5)) {
    const findings = await findingsOf(nullTable(seed, 1_000));
    const claims = findings.filter(({ kind, test }) => !STRUCTURE.has(kind) && (test?.p_value ?? 0) < 1e-3);
    expect(
      claims.map(({ title }) => title),
      `seed ${seed}`,
    ).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'warning' || severity === 'serious')).toEqual([]);
  }
});
