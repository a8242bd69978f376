import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { DUCKDB } from './peers.ts';

/**
 * Writes a process log twice, with and without plants, and runs everything on it: how long each takes, the run also in
 * units of what DuckDB takes to load and to summarise the log. Fails where the bytes differ or the run is not COMPLETED.
 */
export async function benchSynth(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1000000' },
      folder: { type: 'string', default: join(tmpdir(), 'stat-harness-bench') },
    },
  });
  const { folder, rows } = options;
  mkdirSync(folder, { recursive: true });
  const pathOf = (name: string) => join(folder, `${name}-${rows}.csv`);
  const written = async (name: string, plant: string) => {
    const flags = ['--rows', rows, '--quiet', '--force', ...(plant === '' ? [] : ['--plant', plant])];
    const { seconds } = await measure(['bin/stat-harness.mjs', 'synth', '--out', pathOf(name), ...flags]);
    return seconds;
  };
  const first = await written('synth-first', '');
  const second = await written('synth-second', '');
  const plain = await written('synth-plain', 'none');
  if ((await hashOf(pathOf('synth-first'))) !== (await hashOf(pathOf('synth-second')))) {
    throw new Error('the same seed gave other bytes');
  }
  const log = pathOf('synth-first');
  const peer = await DUCKDB.measure(log, folder);
  const appdata = join(folder, 'appdata');
  rmSync(appdata, { recursive: true, force: true });
  const flags = ['--kind', 'synthetic', '--workers', '2', '--quiet', '--json', '--appdata', appdata];
  const run = await measure(['bin/stat-harness.mjs', 'run', log, ...flags]);
  const status = statusIn(appdata);
  console.table({
    'synth, default plants (the same bytes twice), s': Number(first.toFixed(1)),
    'synth, again, s': Number(second.toFixed(1)),
    'synth, no plants, s': Number(plain.toFixed(1)),
    'DuckDB: load and SUMMARIZE, s': Number(peer.seconds.toFixed(2)),
    'run with every plugin, s': Number(run.seconds.toFixed(1)),
    'the same in units of DuckDB': Number((run.seconds / peer.seconds).toFixed(1)),
    'peak memory of the run, MB': Math.round(run.peakBytes / 1e6),
    status,
  });
  if (status !== 'COMPLETED') throw new Error(`the run ended ${status}`);
}

function statusIn(appdata: string): string {
  const [run = ''] = readdirSync(join(appdata, 'runs'));
  const manifest = readFileSync(join(appdata, 'runs', run, 'run_manifest.json'), 'utf8');
  return (JSON.parse(manifest) as { results: { status: string } }).results.status;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
