// `npm run bench -- tcpd --data FOLDER`: see bench/tcpd. `npm run bench -- xlsx`: a full sheet.
// `npm run bench -- plugins`: what each plugin costs. `npm run bench -- sandbox`: what the sandbox costs. `npm run bench -- synth`: a log of its own, and a run on it.
// `npm run bench -- null-tables`, `planted`, `crash N`: false claims, recall, kills. Without a name:
// `npm run bench -- [--rows N] [--repeats N] [--folder DIR]`: the engine beside DuckDB on the same file, by hand.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareWithBaseline } from './baseline.ts';
import { benchCrashes } from './crash/run.ts';
import { writeProcessLog, writeTable } from './make-data.ts';
import { type Measured, measure, measurePeer, median } from './measure.ts';
import { benchNullTables } from './null-tables.ts';
import { benchPlanted } from './planted.ts';
import { benchPlugins } from './plugins.ts';
import { benchSandbox } from './sandbox.ts';
import { benchSynth } from './synth.ts';
import { benchChangePoints } from './tcpd/run.ts';
import { benchWorkbook } from './xlsx.ts';

const BENCHES = new Map<string, (args: string[]) => void | Promise<void>>([
  ['crash', benchCrashes],
  ['null-tables', benchNullTables],
  ['planted', benchPlanted],
  ['plugins', benchPlugins],
  ['sandbox', benchSandbox],
  ['synth', benchSynth],
  ['tcpd', benchChangePoints],
  ['xlsx', benchWorkbook],
]);

const [name, ...rest] = process.argv.slice(2);
const named = BENCHES.get(name ?? '');
if (named !== undefined) {
  await named(rest);
  process.exit(0);
}

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    repeats: { type: 'string', default: '3' },
    folder: { type: 'string', default: join(tmpdir(), 'stat-harness-bench') },
    gate: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('npm run bench -- [--rows 1000000] [--repeats 3] [--folder DIR] [--gate]');
  console.log('npm run bench -- synth [--rows 1000000] [--folder DIR]');
  console.log('npm run bench -- tcpd --data FOLDER [--run]');
  console.log('npm run bench -- null-tables [--seeds 200] [--what table|log]');
  console.log('npm run bench -- crash [200] [--lanes 2] [--folder DIR]');
  console.log('npm run bench -- planted [--seeds 10]');
  console.log('npm run bench -- plugins [--rows 1000000] [--repeats 3] [--folder DIR]');
  console.log('npm run bench -- sandbox [--rows 1000000] [--repeats 3] [--folder DIR]');
  console.log('npm run bench -- xlsx [--rows 1048576] [--repeats 1] [--memory 2GB] [--folder DIR]');
  process.exit(0);
}

const rows = Number(options.rows);
const repeats = Number(options.repeats);
mkdirSync(options.folder, { recursive: true });
const table = join(options.folder, `table-${rows}.csv`);
const log = join(options.folder, `process-log-${rows}.csv`);
writeTable(table, rows);
writeProcessLog(log, rows);

const results = [
  await bench('ingest + profile, table of 8 columns', table, ['--plugins', 'profile_basic']),
  await bench('whole run, process log of 13 columns', log, []),
];
console.table(
  results.map(({ name, ours, again, peer }) => ({
    what: name,
    'run, s': seconds(ours),
    'second run, s': seconds(again),
    'DuckDB load + SUMMARIZE, s': seconds(peer),
    ratio: (seconds(ours) / seconds(peer)).toFixed(2),
    'peak memory of the tree, MB': Math.round(median(ours.map((m) => m.peakBytes)) / 1e6),
    'rows/s': Math.round(rows / seconds(ours)),
  })),
);
const ratios = Object.fromEntries(
  results.map(({ name, ours, peer }) => [name, seconds(ours) / seconds(peer)]),
);
writeFileSync(join(options.folder, 'bench.json'), `${JSON.stringify({ rows, repeats, ratios }, null, 2)}\n`);
process.exitCode = compareWithBaseline(rows, ratios, options.gate) ? 0 : 1;

interface Result {
  readonly name: string;
  readonly ours: readonly Measured[];
  readonly again: readonly Measured[];
  readonly peer: readonly Measured[];
}

/** Times a fresh run, the same run again, and the peer, by turns. */
async function bench(name: string, file: string, args: readonly string[]): Promise<Result> {
  const result = { name, ours: [] as Measured[], again: [] as Measured[], peer: [] as Measured[] };
  for (let i = 0; i < repeats; i++) {
    const appdata = join(options.folder, 'appdata');
    rmSync(appdata, { recursive: true, force: true });
    const command = [
      'bin/stat-harness.mjs',
      'run',
      file,
      '--quiet',
      '--json',
      '--workers',
      '2',
      '--appdata',
      appdata,
      ...args,
    ];
    result.peer.push(await measurePeer(file, options.folder));
    result.ours.push(await measure(command));
    result.again.push(await measure(command));
  }
  return result;
}

function seconds(measured: readonly Measured[]): number {
  return Number(median(measured.map((m) => m.seconds)).toFixed(2));
}
