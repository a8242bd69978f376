import type { ColumnType, Finding, PluginResult } from '../../src/contract/index.ts';
import { closeLedger } from '../../src/report/index.ts';
import { type PlantSizes, plantedTable } from '../../src/synth/index.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';
import { bindingsOf } from './synthetic-table.ts';

export const DRIVERS = 'analysis_key_drivers';
export const DRIFT = 'analysis_distribution_drift';

/** What plugins leave of one table once the ledger of their run is closed. */
export interface Kept {
  readonly findings: readonly Finding[];
  readonly results: readonly PluginResult[];
  readonly artifacts: ReadonlyMap<string, string>;
}

/** Runs some plugins, given with their settings, over a synthetic table, all of them in one ledger. */
export function keptOfPlanted(
  seed: number,
  rows: number,
  plants: PlantSizes,
  settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<Kept> {
  const table = plantedTable(String(seed), rows, plants);
  return withTable(table, async (dataset) => {
    const runs: InProcess[] = [];
    for (const [plugin, own] of Object.entries(settings))
      runs.push(await runInProcess(plugin, dataset, bindingsOf(table), own));
    return closed(runs);
  });
}

/** The same for a table of a test's own. */
export function keptOf(
  table: Table,
  roles: Readonly<Record<string, string>>,
  plugin: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Kept> {
  return withTable(table, async (dataset) =>
    closed([await runInProcess(plugin, dataset, rolesOf(roles), settings)]),
  );
}

function closed(runs: readonly InProcess[]): Kept {
  const { results } = closeLedger(
    runs.map(({ result }) => result),
    0.05,
  );
  return {
    results,
    findings: results.flatMap(({ findings }) => findings),
    artifacts: new Map(runs.flatMap(({ artifacts }) => [...artifacts])),
  };
}

export const DECIMAL: ColumnType = { kind: 'decimal', precision: 12, scale: 2 };
export const TEXT: ColumnType = { kind: 'text' };
export const TIME: ColumnType = { kind: 'timestamp' };

/** `2025-01-01 00:00:00` plus some minutes. */
export function minute(minutes: number): string {
  return new Date(Date.UTC(2025, 0, 1) + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Columns that a finding is about. */
export function columnsOf(finding: Finding): string[] {
  return Object.values(finding.target).flat();
}

/** The one finding of a kind that is about these columns. */
export function findingOn(kept: Kept, kind: string, ...columns: string[]): Finding | undefined {
  return kept.findings.find(
    (finding) => finding.kind === kind && columns.every((column) => columnsOf(finding).includes(column)),
  );
}

export function fieldOf(finding: Finding | undefined, field: string): unknown {
  return finding?.fields[field]?.value;
}
