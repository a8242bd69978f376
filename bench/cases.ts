import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeTable, writeWideTable } from './make-data.ts';
import { type Measured, measure } from './measure.ts';
import { DUCKDB } from './peers.ts';
import { FIVE } from './plugin-costs.ts';

/** A table that is analysed, appended to, and analysed again. */
export interface Subject {
  readonly name: string;
  readonly write: (path: string, rows: number) => void | Promise<void>;
  /** What of `run` besides the file. */
  readonly flags: readonly string[];
}

export const SUBJECTS: readonly Subject[] = [
  { name: 'table of 8 columns', write: writeTable, flags: ['--plugins', 'profile_basic'] },
  { name: 'table of 20 columns', write: writeWideTable, flags: ['--plugins', 'profile_basic'] },
  { name: 'process log', write: writeSynthetic, flags: ['--kind', 'synthetic', '--plugins', FIVE.join(',')] },
];

/** The log that `synth` writes, with its plants. */
async function writeSynthetic(path: string, rows: number): Promise<void> {
  if (existsSync(path)) return;
  const flags = ['--what', 'process-log', '--rows', String(rows), '--quiet', '--force'];
  await measure(['bin/stat-harness.mjs', 'synth', '--out', path, ...flags]);
}

export const STAGES = ['first run', 'same run again', 'a tenth appended'] as const;
export type Stage = (typeof STAGES)[number];

/** What each stage of one turn took, and the peer beside it. */
export interface Turn {
  readonly peer: Measured;
  readonly stages: ReadonlyMap<Stage, Measured>;
  /** From the beginning of the first run to its first provisional finding; null where there was none. */
  readonly firstFindingSeconds: number | null;
}

/** The files of a subject: the table, and a tenth more rows for it. */
export async function writeFiles(subject: Subject, folder: string, rows: number): Promise<Files> {
  const nameOf = (count: number) => join(folder, `${subject.name.replaceAll(' ', '-')}-${count}.csv`);
  const files = { table: nameOf(rows), more: nameOf(Math.ceil(rows / 10)) };
  await subject.write(files.table, rows);
  await subject.write(files.more, Math.ceil(rows / 10));
  return files;
}

export interface Files {
  readonly table: string;
  readonly more: string;
}

/** The peer, then the stages in a fresh appdata: what is near in time meets the same machine. */
export async function takeTurn(
  subject: Subject,
  {
    files,
    folder,
    stages,
  }: { readonly files: Files; readonly folder: string; readonly stages: readonly Stage[] },
): Promise<Turn> {
  const appdata = join(folder, 'appdata');
  rmSync(appdata, { recursive: true, force: true });
  const run = (stage: Stage) => {
    const [file, ...more] = stage === 'a tenth appended' ? [files.more, '--append'] : [files.table];
    const flags = ['--quiet', '--json', '--workers', '2', '--dataset', 'bench', '--appdata', appdata];
    return measure(['bin/stat-harness.mjs', 'run', file, ...flags, ...subject.flags, ...more]);
  };
  const peer = await DUCKDB.measure(files.table, folder);
  const measured = new Map<Stage, Measured>();
  let firstFindingSeconds: number | null = null;
  for (const stage of stages) {
    measured.set(stage, await run(stage));
    if (stage === 'first run') firstFindingSeconds = firstFindingOf(appdata);
  }
  rmSync(appdata, { recursive: true, force: true });
  return { peer, stages: measured, firstFindingSeconds };
}

function firstFindingOf(appdata: string): number | null {
  const args = ['bin/stat-harness.mjs', 'runs', 'show', 'latest', '--json', '--appdata', appdata];
  const shown = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
    readonly first_provisional_ms?: number | null;
  };
  return shown.first_provisional_ms == null ? null : shown.first_provisional_ms / 1000;
}
