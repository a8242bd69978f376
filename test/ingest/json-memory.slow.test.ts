import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUTO, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const BYTES = 100e6;
const RECORD =
  '{"id":12345,"job":{"name":"PAYROLL","user":"anna"},"tags":["a","b"],"note":"some text of some length"}';

/** An array of records, too large to be held. */
function writeLarge(path: string): number {
  const thousand = Buffer.from(`${RECORD},\n`.repeat(1000));
  const file = openSync(path, 'w');
  writeSync(file, '[');
  let records = 1;
  for (let bytes = 0; bytes < BYTES; bytes += thousand.length) {
    writeSync(file, thousand);
    records += 1000;
  }
  writeSync(file, `${RECORD}]`);
  closeSync(file);
  return records;
}

test('a JSON array of 100 MB is read with a heap of 64 MB', async () => {
  const path = join(shop.folder, 'large.json');
  const records = writeLarge(path);
  const source = (name: string) =>
    pathToFileURL(join(import.meta.dirname, '..', '..', 'src', name, 'index.ts')).href;
  const script = `
    import { appPaths } from '${source('base')}';
    import { ingestFiles } from '${source('ingest')}';
    const done = await ingestFiles({ files: [{ path: ${JSON.stringify(path)} }], options: ${JSON.stringify(AUTO)},
      paths: appPaths(${JSON.stringify(shop.paths.root)}), memoryBytes: 2e8, threads: 1, engineCode: '',
      inferRoles: async () => ({ schema_version: 'role_map.v1', bindings: [] }) });
    process.stdout.write(String(done.version.row_count));`;
  const child = spawn(process.execPath, ['--max-old-space-size=64', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect({ code, rows: Number(out) }).toEqual({ code: 0, rows: records });
});
