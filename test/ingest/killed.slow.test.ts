import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPart, verifyBlob, verifyPart } from '../../src/ingest/index.ts';
import { AUTO, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const source = (name: string) =>
  pathToFileURL(join(import.meta.dirname, '..', '..', 'src', name, 'index.ts')).href;

/** Ingests in a child process that is killed after some milliseconds. */
async function killedAfter(milliseconds: number, path: string): Promise<void> {
  const script = `
    import { appPaths } from '${source('base')}';
    import { ingestFiles } from '${source('ingest')}';
    await ingestFiles({ files: [{ path: ${JSON.stringify(path)} }], options: ${JSON.stringify(AUTO)},
      paths: appPaths(${JSON.stringify(shop.paths.root)}), memoryBytes: 5e8, threads: 1 });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  setTimeout(() => child.kill('SIGKILL'), milliseconds);
  await ended;
}

function folders(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

test('FND-03 a process killed at any moment leaves only whole uploads and whole parts', async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => `${i},name ${i % 9},"a\nb"`);
  const path = shop.write('log.csv', `id,name,note\n${rows.join('\n')}\n`);
  for (const delay of [250, 500, 800, 1200, 1800]) {
    await killedAfter(delay, path);
    for (const hex of folders(join(shop.paths.root, 'parts'))) {
      const stored = await findPart(shop.paths, `sha256:${hex}`);
      if (stored === undefined) throw new Error('a part folder without a part');
      await verifyPart(stored);
    }
    const blobs = join(shop.paths.root, 'blobs', 'sha256');
    for (const hex of folders(blobs).flatMap((folder) => folders(join(blobs, folder)))) {
      await verifyBlob(shop.paths, `sha256:${hex}`);
    }
  }
  const other = workshop();
  const [here, there] = [await shop.ingest([path]), await other.ingest([path])];
  expect(here.version).toEqual({ ...there.version, roles: here.version.roles });
  other.remove();
});
