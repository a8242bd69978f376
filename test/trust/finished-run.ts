import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunSummary } from '../../src/contract/index.ts';
import { type App, openApp, runAnalysis } from '../../src/engine/index.ts';
import type { RunFlags } from '../../src/pipeline/index.ts';
import { example, root } from '../run/command.ts';

/** An appdata with one finished run in it, made in this process; `close` takes all of it away. */
export interface FinishedRun {
  readonly app: App;
  readonly summary: RunSummary;
  close(): void;
}

let made = 0;

/** Runs a few built-in plugins over the example: results, a report and an artifact. */
export async function finishedRun(
  flags: RunFlags = {},
  pluginFolders: readonly string[] = [],
): Promise<FinishedRun> {
  const appdata = join(root, 'node_modules', '.cache', `trust-${process.pid}-${++made}`);
  rmSync(appdata, { recursive: true, force: true });
  const app = await openApp({ appdata });
  const summary = await run(app, flags, pluginFolders);
  const close = (): void => {
    app.close();
    rmSync(appdata, { recursive: true, force: true, maxRetries: 5 });
  };
  return { app, summary, close };
}

/** One more run in the same appdata. */
export async function run(
  app: App,
  flags: RunFlags = {},
  pluginFolders: readonly string[] = [],
): Promise<RunSummary> {
  return runAnalysis(app, {
    files: [example],
    flags: {
      kind: 'synthetic',
      plugins: ['profile_basic', 'profile_roles', 'analysis_dependence'],
      ...flags,
    },
    pluginFolders,
    force: false,
    wait: true,
    osSandbox: 'auto',
    onProgress: () => undefined,
  });
}

/** Flips one bit in the middle of a file, looks, and puts the byte back. */
export async function withFlippedByte<T>(path: string, look: () => Promise<T>): Promise<T> {
  const whole = await readFile(path);
  const damaged = Buffer.from(whole);
  const at = damaged.length >> 1;
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  await overwrite(path, damaged);
  try {
    return await look();
  } finally {
    await overwrite(path, whole);
  }
}

/** Blobs are read-only: the file is made anew. */
async function overwrite(path: string, bytes: Buffer): Promise<void> {
  rmSync(path);
  await writeFile(path, bytes);
}

/** A second connection to the database of an appdata, which minds neither references nor checks. */
export function openDatabase(app: App): DatabaseSync {
  const database = new DatabaseSync(app.paths.state, { enableForeignKeyConstraints: false });
  database.exec('PRAGMA ignore_check_constraints = ON');
  return database;
}
