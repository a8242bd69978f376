import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginManifest, Report, RoleMap } from '../../src/contract/index.ts';
import { withThrowAwayTable } from '../../src/pipeline/index.ts';
import { closeLedger } from '../../src/report/index.ts';
import type { SyntheticTable } from '../../src/synth/index.ts';
import { runInProcess } from '../../src/testing/run-in-process.ts';
import { loadPlugin } from '../plugins/run-in-process.ts';
import { readJson, root } from '../run/command.ts';

/** What a whole analysis found, after one pass over its ledger. */
export interface Analysed {
  readonly roles: RoleMap;
  readonly findings: Report['findings'];
  readonly ledger: Report['ledger']['entries'];
}

/** The built-in plugins that can test something: all but those that only describe columns and roles. */
export const TESTING_PLUGINS = readdirSync(join(root, 'plugins')).filter(
  (id) => !['profile_basic', 'profile_roles'].includes(id),
);

/**
 * A table through the real ingest (types and roles inferred), the plugins that test (all, if left out), and the ledger at
 * 5 %: what `run` does but for the sandbox and the documents.
 */
export async function analyse(
  table: SyntheticTable,
  runSeed = '1',
  plugins: readonly string[] = TESTING_PLUGINS,
  settings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<Analysed> {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  const path = join(folder, 'table.csv');
  try {
    writeFileSync(path, csvOf(table));
    return await withThrowAwayTable({ path }, async ({ roles, open }) => {
      const dataset = await open();
      try {
        const results = [];
        for (const id of plugins.filter((plugin) => applies(plugin, roles, table))) {
          const { result } = await runInProcess(await loadPlugin(id), dataset, {
            roles: roles.bindings,
            ...(roles.derived && { derived: roles.derived }),
            settings: settings[id] ?? {},
            runSeed,
          });
          results.push(result);
        }
        const closed = closeLedger(results, 0.05);
        const findings = closed.results.flatMap((result) => result.findings);
        return { roles, findings, ledger: closed.ledger.entries };
      } finally {
        await dataset.close();
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Findings that rest on a test, alone or through an item. */
export function testedFindings(findings: Analysed['findings']): Analysed['findings'] {
  return findings.filter((finding) => [finding, ...finding.items].some((claim) => claim.test !== undefined));
}

function applies(id: string, { bindings }: RoleMap, table: SyntheticTable): boolean {
  const { needs } = readJson<PluginManifest>(join(root, 'plugins', id, 'plugin.json'));
  const sure = new Set(bindings.filter(({ confidence }) => confidence >= 0.5).map(({ role }) => role));
  return (
    table.rows.length >= needs.min_rows && needs.roles.every((any) => any.some((role) => sure.has(role)))
  );
}

/** The table as a file: a missing cell is empty. */
export function csvOf({ columns, rows }: Pick<SyntheticTable, 'columns' | 'rows'>): string {
  const line = (cells: readonly (string | null)[]) =>
    cells
      .map((cell) => (/[",\n]/.test(cell ?? '') ? `"${cell?.replaceAll('"', '""')}"` : (cell ?? '')))
      .join(',');
  return [columns.map(({ name }) => name), ...rows].map((row) => `${line(row)}\n`).join('');
}
