import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { removeTree } from '../base/index.ts';
import {
  type Chart,
  check,
  checkSettings,
  describeProblems,
  type Finding,
  type LedgerEntry,
  PluginManifest,
  type PluginResult,
  type ProvisionalFinding,
  withDefaults,
} from '../contract/index.ts';
import { unmetNeed, withThrowAwayTable } from '../pipeline/index.ts';
import { readManifest } from '../plugin-host/index.ts';
import type { Plugin } from '../sdk/index.ts';
import { csvOf, type TestTable } from './csv-of.ts';
import { type Loaded, runInProcess } from './run-in-process.ts';

/** How a plugin is run; without anything, everything is as in a run of a file with these cells. */
export interface RunOptions {
  /** Column → type (`integer`, `decimal`, `double`, `date`, `timestamp`, `text` …), instead of what is inferred. */
  readonly types?: Readonly<Record<string, string>>;
  /** Role → column or columns, put over what is inferred. */
  readonly roles?: Readonly<Record<string, string | readonly string[]>>;
  /** Settings that differ from their defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Rows per chunk, for a plugin that streams: what comes out must not depend on it. */
  readonly chunkRows?: number;
  /** Seed of the run; a plugin that draws gets its own from it. */
  readonly seed?: string;
}

/** What a plugin left, with every number filled in. */
export interface PluginRun {
  /** As in the report: `kind`, `title`, `statement`, `fields` with their `value`, `evidence`, … */
  readonly findings: readonly Finding[];
  /** Every hypothesis that was tested. q-values come in a run, from the ledger of all plugins. */
  readonly tests: readonly LedgerEntry[];
  /** What `ctx.note` was given. */
  readonly notes: readonly string[];
  /** By name, with their `value`. */
  readonly metrics: PluginResult['metrics'];
  /** With the rows of their queries. */
  readonly charts: readonly Chart[];
  /** Contents of the artifacts, by name. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** What `provisional` said after each chunk but the last, rendered: `statement` and `coverage`. */
  readonly provisional: readonly ProvisionalFinding[];
  /** What `ctx.log` was given. */
  readonly log: readonly string[];
}

/**
 * Runs a plugin on a table in memory: the folder with its `plugin.json`, or its code with its manifest. The table is
 * read, its roles are bound, settings are checked, queries are admitted and numbers are filled in as in a run; only the
 * sandbox is missing: the code runs in this process, where it can reach more than in a run (files, the network, the clock),
 * and no limit ends it (`stat-harness plugins validate` has the sandbox). Rejects with the reason where the plugin fails, breaks a rule,
 * or does not apply to the table.
 */
export async function runPlugin(
  plugin: string | { readonly plugin: Plugin; readonly manifest: unknown },
  table: TestTable,
  options: RunOptions = {},
): Promise<PluginRun> {
  const loaded = typeof plugin === 'string' ? await loadFolder(plugin) : checked(plugin);
  refuseSettings(loaded.manifest, options.settings);
  const text = csvOf(table);
  const folder = await mkdtemp(join(tmpdir(), 'stat-harness-test-'));
  try {
    const path = join(folder, 'table.csv');
    await writeFile(path, text);
    const csv = {
      format: 'csv',
      delimiter: ',',
      quote: '"',
      header: 'yes',
      types: options.types ?? {},
    } as const;
    return await withThrowAwayTable({ path, options: csv, roles: lists(options.roles) }, async (read) => {
      const reason = unmetNeed(loaded.manifest, read);
      if (reason !== undefined)
        throw new Error(`${loaded.manifest.id} does not apply to this table: ${reason}`);
      const dataset = await read.open(options.chunkRows);
      try {
        const circumstances = {
          roles: read.roles.bindings,
          ...(read.roles.derived && { derived: read.roles.derived }),
          ...(options.settings && { settings: options.settings }),
          ...(options.seed !== undefined && { runSeed: options.seed }),
        };
        const { result, provisional, artifacts, log } = await runInProcess(loaded, dataset, circumstances);
        const { findings, tests, notes, metrics, charts } = result;
        return { findings, tests, notes, metrics, charts, artifacts, provisional, log };
      } finally {
        await dataset.close();
      }
    });
  } finally {
    await removeTree(folder);
  }
}

/** Loads the plugin in a folder as it is, without bundling it. */
export async function loadFolder(folder: string): Promise<Loaded> {
  const manifest = await readManifest(folder);
  const module: { default?: Plugin } = await import(pathToFileURL(join(folder, manifest.entrypoint)).href);
  if (typeof module.default?.analyze !== 'function') throw new Error('the default export has no analyze()');
  return { plugin: module.default, manifest };
}

function checked({ plugin, manifest }: { readonly plugin: Plugin; readonly manifest: unknown }): Loaded {
  const valid = check(PluginManifest, manifest);
  if (!valid.ok) throw new Error(`the manifest is invalid: ${describeProblems(valid.problems)}`);
  return { plugin, manifest: valid.value };
}

/** As a run refuses them. */
function refuseSettings({ config_schema }: PluginManifest, settings: RunOptions['settings'] = {}): void {
  const checked = checkSettings(config_schema, withDefaults(config_schema, settings));
  if (!checked.ok) throw new Error(`settings: ${describeProblems(checked.problems)}`);
}

function lists(roles: RunOptions['roles'] = {}): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(roles).map(([role, columns]) => [role, typeof columns === 'string' ? [columns] : columns]),
  );
}
