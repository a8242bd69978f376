import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWorkbook } from './make-workbook.ts';
import { type Measured, measure, median } from './measure.ts';

const MOST_BYTES = 512e6;

/** Ingests a workbook of as many rows as there can be, and ten columns, under a memory cap, in a fresh appdata each time. Fails above 512 MB. */
export async function benchWorkbook(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '1048576' },
      repeats: { type: 'string', default: '1' },
      memory: { type: 'string', default: '2GB' },
      folder: { type: 'string', default: join(tmpdir(), 'stat-harness-bench') },
    },
  });
  const { folder } = options;
  const rows = Number(options.rows);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `workbook-${rows}.xlsx`);
  await writeWorkbook(file, rows);
  const measured: Measured[] = [];
  for (let i = 0; i < Number(options.repeats); i++) {
    const appdata = join(folder, 'appdata');
    rmSync(appdata, { recursive: true, force: true });
    const flags = ['--memory', options.memory, '--quiet', '--json', '--appdata', appdata];
    measured.push(await measure(['bin/stat-harness.mjs', 'ingest', file, ...flags]));
  }
  console.table([
    {
      what: `ingest, workbook of ${rows} rows and 10 columns, --memory ${options.memory}`,
      s: Number(median(measured.map(({ seconds }) => seconds)).toFixed(1)),
      'peak memory of the tree, MB': Math.round(
        Math.max(...measured.map(({ peakBytes }) => peakBytes)) / 1e6,
      ),
      'rows/s': Math.round(rows / median(measured.map(({ seconds }) => seconds))),
    },
  ]);
  const peak = Math.max(...measured.map(({ peakBytes }) => peakBytes));
  if (peak >= MOST_BYTES) throw new Error(`the peak of ${peak} bytes is not under ${MOST_BYTES}`);
}
