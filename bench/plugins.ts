import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Measured, measure, median } from './measure.ts';
import { BENCH_OPTIONS } from './options.ts';
import { DUCKDB } from './peers.ts';
import { FIVE, tooDear, writePluginCosts } from './plugin-costs.ts';

/** It only reports what ingest found: a run with it alone costs what every run costs. */
const BASE = 'profile_roles';

/**
 * What each built-in plugin costs on a process log, in units of what DuckDB takes to load and to summarise the same
 * file: alone on a dataset that was ingested before, less what any run costs; the five of the goal, and the default run. All by turns; medians.
 * Units are of processor time, which a busy machine changes little; of time where the system does not tell it.
 * Fails where one beyond the five does not stay under what the goal allows. `--write-costs` puts them into
 * bench/plugin-costs.json, from which `npm run docs` states them.
 */
export async function benchPlugins(args: readonly string[]): Promise<void> {
  const only = { type: 'string', default: '' } as const;
  const writes = { 'write-costs': { type: 'boolean', default: false } } as const;
  const { values: options } = parseArgs({ args: [...args], options: { ...BENCH_OPTIONS, ...writes, only } });
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const file = await writtenLog(folder, options.rows);
  const parts = options.only.split(',');
  const plugins = readdirSync('plugins').filter(
    (id) =>
      id !== BASE &&
      parts.some((part) => id.includes(part)) &&
      existsSync(join('plugins', id, 'plugin.json')),
  );
  const ingested = join(folder, 'ingested');
  rmSync(ingested, { recursive: true, force: true });
  await measure(runOf(file, ingested, BASE));
  const found = new Map<string, Measured[]>();
  const note = (what: string, one: Measured) => found.set(what, [...(found.get(what) ?? []), one]);
  for (let i = 0; i < Number(options.repeats); i += 1) {
    note('peer', await DUCKDB.measure(file, folder));
    if (options.only === '') {
      note('five', await measure(runOf(file, freshAppdata(folder), FIVE.join(','))));
      note('default', await measure(runOf(file, freshAppdata(folder), 'auto')));
    }
    for (const id of [BASE, ...plugins]) {
      const appdata = freshAppdata(folder);
      cpSync(ingested, appdata, { recursive: true });
      note(id, await measure(runOf(file, appdata, id)));
    }
  }
  const lines = linesOf(found, plugins);
  console.table(lines);
  writeFileSync(
    join(folder, 'bench-plugins.json'),
    `${JSON.stringify({ rows: Number(options.rows), repeats: Number(options.repeats), lines }, null, 2)}\n`,
  );
  const units = Object.fromEntries(
    plugins.map((id) => [id, lines.find(({ what }) => what === beyond(id))?.units ?? 0]),
  );
  if (options['write-costs']) writePluginCosts(Number(options.rows), units);
  const failures = tooDear(units);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exit(1);
}

type Found = ReadonlyMap<string, readonly Measured[]>;

interface Line {
  readonly what: string;
  readonly s: number;
  readonly 'processor s': number;
  readonly units: number;
  readonly 'peak memory of the tree, MB': number;
}

function linesOf(found: Found, plugins: readonly string[]): Line[] {
  const lineOf = (name: string, what: string, less?: string) => lineFor(name, found, what, less);
  const each = plugins.map((id) => lineOf(beyond(id), id, BASE));
  const dearest = each.toSorted((a, b) => b.units - a.units);
  const sum = (of: (line: Line) => number) => rounded(each.reduce((total, line) => total + of(line), 0));
  return [
    lineOf('DuckDB: load and SUMMARIZE', 'peer'),
    ...(found.has('five') ? [lineOf('ingest and the five plugins of the goal', 'five')] : []),
    ...(found.has('default') ? [lineOf('ingest and all plugins: the default run', 'default')] : []),
    lineOf('any run on an ingested file', BASE),
    ...dearest,
    {
      what: 'all of these together',
      s: sum(({ s }) => s),
      'processor s': sum((line) => line['processor s']),
      units: sum(({ units }) => units),
      'peak memory of the tree, MB': Math.max(...each.map((line) => line['peak memory of the tree, MB'])),
    },
  ];
}

function lineFor(name: string, found: Found, what: string, less?: string): Line {
  const medianOf = (of: keyof Measured, one: string) => median((found.get(one) ?? []).map((run) => run[of]));
  const own = (of: 'seconds' | 'processorSeconds') =>
    medianOf(of, what) - (less === undefined ? 0 : medianOf(of, less));
  const unit = medianOf('processorSeconds', 'peer') > 0 ? 'processorSeconds' : 'seconds';
  return {
    what: name,
    s: rounded(own('seconds')),
    'processor s': rounded(own('processorSeconds')),
    units: rounded(own(unit) / medianOf(unit, 'peer')),
    'peak memory of the tree, MB': Math.round(medianOf('peakBytes', what) / 1e6),
  };
}

const beyond = (id: string): string => `${id}, beyond that`;
const rounded = (value: number): number => Number(value.toFixed(2));

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

function runOf(file: string, appdata: string, plugins: string): readonly string[] {
  const flags = ['--kind', 'synthetic', '--workers', '2', '--quiet', '--json'];
  return ['bin/stat-harness.mjs', 'run', file, ...flags, '--appdata', appdata, '--plugins', plugins];
}
