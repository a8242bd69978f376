import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GOLDEN_RUNS, goldenFiles, runGolden } from '../../scripts/golden-runs.ts';
import { exampleRun } from '../run/example-run.ts';

const expected = fileURLToPath(new URL('./expected/', import.meta.url));

/** The first of them is the example, which other tests ask for too. */
async function folderOf(golden: (typeof GOLDEN_RUNS)[number], appdata: string): Promise<string> {
  return golden.name === 'process-log' ? (await exampleRun(appdata)).run_dir : runGolden(golden, appdata);
}

// The content of a run holds no hash of code, so these change only when what is said changes (npm run goldens).
test.each(GOLDEN_RUNS)(
  'QA-01 golden run $name: the same findings, trace and hashes as committed',
  async (golden) => {
    const appdata = mkdtempSync(join(tmpdir(), 'golden-'));
    try {
      const files = goldenFiles(await folderOf(golden, join(appdata, 'own')));
      // analysis_determinism_discipline finds nothing to blame
      expect(files['findings.md']).not.toContain('without what a claim must have');
      for (const name of ['findings.md', 'trace.json', 'hashes.json']) {
        const committed = readFileSync(join(expected, golden.name, name), 'utf8').replaceAll('\r\n', '\n');
        expect(files[name], `${golden.name}/${name}`).toBe(committed);
      }
    } finally {
      rmSync(appdata, { recursive: true, force: true });
    }
  },
);
