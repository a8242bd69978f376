// Writes test/golden/expected anew from real runs. Look at the difference before you commit it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GOLDEN_RUNS, goldenFiles, runGolden } from './golden-runs.ts';

const expected = fileURLToPath(new URL('../test/golden/expected/', import.meta.url));
for (const golden of GOLDEN_RUNS) {
  const appdata = mkdtempSync(join(tmpdir(), 'golden-'));
  const files = goldenFiles(await runGolden(golden, appdata));
  mkdirSync(join(expected, golden.name), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(expected, golden.name, name), text);
  rmSync(appdata, { recursive: true, force: true });
  console.log(golden.name);
}
