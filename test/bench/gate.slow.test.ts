import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SUBJECTS } from '../../bench/cases.ts';
import { measureSubject } from '../../bench/compare.ts';
import { judge } from '../../bench/gate.ts';
import type { BenchResult } from '../../src/contract/index.ts';
import { temporaryFolder, testPlugins } from '../run/command.ts';

const ROWS = 20_000;
const COMMIT = 'c'.repeat(40);

/** A plugin that does nothing for a few seconds of processor time. */
function burner(folder: string): string {
  const here = join(folder, 'plugins', 'counts_rows');
  mkdirSync(here, { recursive: true });
  cpSync(join(testPlugins, 'counts_rows/plugin.json'), join(here, 'plugin.json'));
  const code = `import { definePlugin } from 'statistic-harness/sdk';
export default definePlugin({
  analyze(ctx) {
    let x = 0;
    for (let i = 0; i < 5e9; i += 1) x = (x + i) | 0;
    ctx.note(x === 1 ? 'one' : 'done');
  },
});`;
  writeFileSync(join(here, 'plugin.ts'), code);
  return join(folder, 'plugins');
}

test.runIf(process.platform === 'linux')(
  'OBS-07 a planted slow-down fails the gate, which says of what, by how much, and where to look for the difference',
  async () => {
    const folder = temporaryFolder();
    const small = { folder, rows: ROWS, repeats: 1, stages: ['first run'] as const };
    const [subject] = SUBJECTS;
    if (subject === undefined) throw new Error('no subject');
    const [measured] = await measureSubject(subject, small);
    const slow = {
      ...subject,
      flags: ['--plugin-dir', burner(folder), '--plugins', 'profile_basic,counts_rows'],
    };
    const [burned] = await measureSubject(slow, small);
    const baseline: BenchResult[] = [{ ...(measured as BenchResult), commit: COMMIT }];
    expect(judge(baseline, baseline)).toEqual({ failures: [], remarks: [] });
    const { failures, remarks } = judge(baseline, [burned as BenchResult]);
    const said =
      /^table of 8 columns: first run, 20000 rows: processor time is [\d.]+ times that of DuckDB: load and SUMMARIZE, baseline at c{12} [\d.]+: \d{2,} % worse$/;
    expect(failures).toContainEqual(expect.stringMatching(said));
    expect(remarks).toContainEqual(
      expect.stringContaining(`git diff ${'c'.repeat(12)}..HEAD -- src plugins`),
    );
  },
  600_000,
);
