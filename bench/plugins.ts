import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, measure, median } from './measure.ts';
import { benchOptions } from './options.ts';
import { DUCKDB } from './peers.ts';

/** What the goal for a default run counts: at most 15 units together. Every other plugin is to stay under 2. */
const FIVE = [
  'profile_basic',
  'profile_quality',
  'analysis_dependence',
  'analysis_changepoint',
  'analysis_queue_delay_decomposition',
];
/** It only reports what ingest found: a run with it alone costs what every run costs. */
const BASE = 'profile_roles';

/**
 * What each built-in plugin costs on a process log, in units of what DuckDB takes to load and to summarise the same
 * file: alone on a dataset that was ingested before, less what any run costs. All by turns; medians.
 */
export async function benchPlugins(args: readonly string[]): Promise<void> {
  const options = benchOptions(args);
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const file = await writtenLog(folder, options.rows);
  const plugins = readdirSync('plugins').filter(
    (id) => id !== BASE && existsSync(join('plugins', id, 'plugin.json')),
  );
  const ingested = join(folder, 'ingested');
  rmSync(ingested, { recursive: true, force: true });
  await measure(runOf(file, ingested, [BASE]));
  const found = new Map<string, Measured[]>();
  const note = (what: string, one: Measured) => found.set(what, [...(found.get(what) ?? []), one]);
  for (let i = 0; i < Number(options.repeats); i += 1) {
    note('peer', await DUCKDB.measure(file, folder));
    note('five', await measure(runOf(file, freshAppdata(folder), FIVE)));
    for (const id of [BASE, ...plugins]) {
      const appdata = freshAppdata(folder);
      cpSync(ingested, appdata, { recursive: true });
      note(id, await measure(runOf(file, appdata, [id])));
    }
  }
  const secondsOf = (what: string) => median((found.get(what) ?? []).map(({ seconds }) => seconds));
  const lineOf = (name: string, what: string, seconds: number) => ({
    what: name,
    s: Number(seconds.toFixed(2)),
    units: Number((seconds / secondsOf('peer')).toFixed(2)),
    'peak memory of the tree, MB': Math.round(
      median((found.get(what) ?? []).map(({ peakBytes }) => peakBytes)) / 1e6,
    ),
  });
  const lines = [
    lineOf('DuckDB: load and SUMMARIZE', 'peer', secondsOf('peer')),
    lineOf('ingest and the five plugins of the goal', 'five', secondsOf('five')),
    lineOf('any run on an ingested file', BASE, secondsOf(BASE)),
    ...plugins.map((id) => lineOf(`${id}, beyond that`, id, secondsOf(id) - secondsOf(BASE))),
  ];
  console.table(lines);
  writeFileSync(
    join(folder, 'bench-plugins.json'),
    `${JSON.stringify({ rows: Number(options.rows), repeats: Number(options.repeats), lines }, null, 2)}\n`,
  );
}

/** A synthetic process log, written once. */
async function writtenLog(folder: string, rows: string): Promise<string> {
  const file = join(folder, `synthetic-log-${rows}.csv`);
  if (!existsSync(file)) {
    const flags = ['--what', 'process-log', '--rows', rows, '--quiet', '--force'];
    await measure(['bin/stat-harness.mjs', 'synth', '--out', file, ...flags]);
  }
  return file;
}

function freshAppdata(folder: string): string {
  const appdata = join(folder, 'appdata');
  rmSync(appdata, { recursive: true, force: true });
  return appdata;
}

function runOf(file: string, appdata: string, plugins: readonly string[]): readonly string[] {
  const flags = ['--kind', 'synthetic', '--workers', '2', '--quiet', '--json'];
  return [
    'bin/stat-harness.mjs',
    'run',
    file,
    ...flags,
    '--appdata',
    appdata,
    '--plugins',
    plugins.join(','),
  ];
}
