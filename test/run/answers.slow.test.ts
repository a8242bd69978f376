import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/contract/index.ts';
import { openApp, runAnalysis } from '../../src/engine/index.ts';
import { contentOf, example, temporaryFolder } from './command.ts';

const PLUGINS = ['analysis_queue_delay_decomposition', 'profile_basic'];

interface Made {
  readonly summary: RunSummary;
  readonly content: Record<string, string>;
  /** Questions to the data: computed, and answered from earlier runs. */
  readonly computed: number;
  readonly recalled: number;
}

/** A run in this process, and what it asked of the data. */
async function made(appdata: string, file: string, bins: number, force = false): Promise<Made> {
  const app = await openApp({ appdata });
  try {
    const summary = await runAnalysis(app, {
      files: [file],
      flags: { plugins: PLUGINS, settings: { 'profile_basic.histogram_bins': bins } },
      pluginFolders: [],
      force,
      wait: true,
      osSandbox: 'auto',
      onProgress: () => undefined,
    });
    const log = readFileSync(join(summary.run_dir, 'run.log'), 'utf8');
    const [, computed, recalled] = /data: (\d+) computed, (\d+) answered/.exec(log) ?? [];
    return { summary, content: contentOf(summary), computed: Number(computed), recalled: Number(recalled) };
  } finally {
    app.close();
  }
}

test('PERF-03 a changed setting computes only what was not asked before, to the bytes of a run from nothing', async () => {
  const appdata = temporaryFolder();
  const first = await made(appdata, example, 20);
  expect(first.recalled).toBe(0);
  const changed = await made(appdata, example, 7);
  expect(changed.summary.counts).toMatchObject({ plugins_ok: 2, plugins_reused: 1 });
  expect(changed.recalled).toBeGreaterThan(30);
  expect(changed.computed).toBeLessThan(changed.recalled / 2);
  const fresh = await made(temporaryFolder(), example, 7);
  expect(fresh.recalled).toBe(0);
  expect(changed.content).toEqual(fresh.content);

  const back = await made(appdata, example, 20, true);
  expect(back).toMatchObject({ computed: first.computed, recalled: 0, content: first.content });
});

test('PERF-03 a changed file never gives a stale value', async () => {
  const appdata = temporaryFolder();
  const file = join(temporaryFolder(), 'log.csv');
  const text = readFileSync(example, 'utf8');
  writeFileSync(file, text);
  const before = await made(appdata, file, 20);
  writeFileSync(file, text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1));
  const after = await made(appdata, file, 20);
  expect(after.recalled).toBe(0);
  expect(after.content['report.json']).not.toBe(before.content['report.json']);
  expect(after.content).toEqual((await made(temporaryFolder(), file, 20)).content);
});
