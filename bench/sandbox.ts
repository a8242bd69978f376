import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Trial, tryPlugin } from '../src/engine/conformance/try-plugin.ts';
import { engineIdentity, type ThrowAwayTable, withThrowAwayTable } from '../src/pipeline/index.ts';
import { type LoadedPlugin, loadPluginFolder, tryLoading } from '../src/plugin-host/index.ts';
import { runInProcess } from '../src/testing/run-in-process.ts';
import { loadFolder } from '../src/testing/run-plugin.ts';
import { writeTable } from './make-data.ts';
import { median } from './measure.ts';
import { benchOptions } from './options.ts';

type Mode = 'in this process' | 'permissions alone' | 'and bubblewrap';

const MODES: readonly Mode[] = ['in this process', 'permissions alone', 'and bubblewrap'];
const STARTS = 20;

/**
 * What the sandbox costs: a plugin that reads every number in batches and one that asks questions, on a table of a
 * million rows, in this process and in the sandbox; and what it takes to start an execution. All by turns; medians.
 */
export async function benchSandbox(args: readonly string[]): Promise<void> {
  const options = benchOptions(args);
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `table-${options.rows}.csv`);
  if (!existsSync(file)) writeTable(file, Number(options.rows));
  const lines = await withThrowAwayTable({ path: file }, async (table) => [
    await lineOf('reads_batches', table, Number(options.repeats)),
    await lineOf('queries', table, Number(options.repeats)),
  ]);
  const starts = await startLines();
  console.table(lines);
  console.table(starts);
  const document = { rows: Number(options.rows), repeats: Number(options.repeats), lines, starts };
  writeFileSync(join(folder, 'bench-sandbox.json'), `${JSON.stringify(document, null, 2)}\n`);
}

async function lineOf(id: string, table: ThrowAwayTable, repeats: number) {
  const folder = join(import.meta.dirname, 'sandbox', id);
  const plugin = await loadPluginFolder(folder);
  const inside = await loadFolder(folder);
  const engine = await engineIdentity();
  const found = new Map<Mode, number[]>(MODES.map((mode) => [mode, []]));
  let peak = 0;
  for (let i = 0; i < repeats; i += 1) {
    for (const mode of MODES) {
      const started = performance.now();
      if (mode === 'in this process') {
        const dataset = await table.open();
        await runInProcess(inside, dataset, { roles: table.roles.bindings });
        await dataset.close();
      } else {
        const trial: Trial = {
          plugin,
          others: [],
          engine,
          osSandbox: mode === 'and bubblewrap' ? 'auto' : 'off',
        };
        const tried = await tryPlugin(trial, table);
        if (!tried.applies || tried.outcome.status !== 'ok') throw new Error(JSON.stringify(tried));
        peak = Math.max(peak, tried.outcome.peakMemoryBytes ?? 0);
      }
      found.get(mode)?.push((performance.now() - started) / 1000);
    }
  }
  const [own = 0, ...sandboxed] = MODES.map((mode) => median(found.get(mode) ?? []));
  const [alone = 0, wrapped = 0] = sandboxed;
  return {
    what: id.replace('_', ' '),
    'in this process, s': round(own),
    'sandbox, permissions alone, s': round(alone),
    'sandbox and bubblewrap, s': round(wrapped),
    'overhead, s': round(wrapped - own),
    'overhead, %': Math.round((100 * (wrapped - own)) / own),
    'peak memory of the sandbox, MB': Math.round(peak / 1e6),
  };
}

/** From nothing to a plugin that is loaded and has ended, with its folder made and removed. */
async function startLines() {
  const plugin = await loadPluginFolder(join(import.meta.dirname, 'sandbox', 'queries'));
  const workFolder = await mkdtemp(join(tmpdir(), 'stat-harness-starts-'));
  try {
    const found = { off: [] as number[], auto: [] as number[] };
    for (let i = 0; i < STARTS; i += 1)
      for (const osSandbox of ['off', 'auto'] as const)
        found[osSandbox].push(await timed(plugin, { workFolder, osSandbox }));
    return [
      { what: 'start of an execution, permissions alone', ms: Math.round(median(found.off)) },
      { what: 'start of an execution, and bubblewrap', ms: Math.round(median(found.auto)) },
    ];
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function timed(plugin: LoadedPlugin, inspection: Parameters<typeof tryLoading>[1]): Promise<number> {
  const started = performance.now();
  const loaded = await tryLoading(plugin, inspection);
  if (!loaded.ok) throw new Error(loaded.reason);
  return performance.now() - started;
}

function round(seconds: number): number {
  return Number(seconds.toFixed(2));
}
