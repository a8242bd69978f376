import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const EXAMPLES = path.join(import.meta.dirname, '../../examples');

test('the committed examples are what their script writes, byte for byte', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'examples-'));
  try {
    const script = path.join(folder, 'make-process-log.mjs');
    await copyFile(path.join(EXAMPLES, 'make-process-log.mjs'), script);
    await import(pathToFileURL(script).href);
    for (const name of ['process-log.csv', 'sales.csv']) {
      const [made, committed] = await Promise.all(
        [folder, EXAMPLES].map((place) => readFile(path.join(place, name), 'utf8')),
      );
      expect(made === committed, name).toBe(true);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
