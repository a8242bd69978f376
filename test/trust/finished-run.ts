import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunSummary } from '../../src/contract/index.ts';
import { type App, openApp, runAnalysis } from '../../src/engine/index.ts';
import type { RunFlags } from '../../src/pipeline/index.ts';
import { folderOfFile } from '../run/command.ts';

/** An appdata with one finished run in it, made in this process; `close` takes all of it away. */
export interface FinishedRun {
  readonly app: App;
  readonly summary: RunSummary;
  /** The file that was analysed. */
  readonly table: string;
  close(): void;
}

let made = 0;

/** Runs a few built-in plugins over a small table: results, a report and an artifact. */
export async function finishedRun(flags: RunFlags = {}): Promise<FinishedRun> {
  const folder = folderOfFile(`trust-${++made}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const table = join(folder, 'deliveries.csv');
  writeFileSync(table, deliveries());
  const app = await openApp({ appdata: join(folder, 'appdata') });
  const summary = await run(app, table, flags);
  const close = (): void => {
    app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { app, summary, table, close };
}

/** A table of 120 rows; no two lines are alike, and none is short. */
function deliveries(): string {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const day = `2025-01-${String(1 + (i % 28)).padStart(2, '0')}`;
    const region = ['north', 'south', 'west'][i % 3];
    const note = `weighed twice at the gate and sent on to the depot of the ${region}`;
    return `${i + 1},${day},${region},${((i * 7919) % 1000) / 10},${(i * 31) % 97},${note}`;
  });
  return `id,day,region,amount,weight,note\n${rows.join('\n')}\n`;
}

/** One more run in the same appdata. */
export async function run(app: App, table: string, flags: RunFlags = {}): Promise<RunSummary> {
  return runAnalysis(app, {
    files: [table],
    flags: {
      kind: 'synthetic',
      plugins: ['profile_basic', 'profile_roles', 'analysis_dependence'],
      ...flags,
    },
    pluginFolders: [],
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
