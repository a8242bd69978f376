import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFile } from '../../src/base/index.ts';
import type { RunSummary } from '../../src/contract/index.ts';
import {
  type App,
  damageText,
  diagnose,
  openApp,
  resumeRun,
  runAnalysis,
  withApp,
} from '../../src/engine/index.ts';
import { arm, disarm } from './arming.ts';

const testPlugins = fileURLToPath(new URL('../../fixtures/test-plugins', import.meta.url));
const PLUGINS = ['profile_basic', 'counts_rows'];
const CHUNK_ROWS = 64;

/** A table of two chunks, whose run passes every kind of write: chunks, answers, results, an artifact, logs. */
export function writeTable(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'small.csv');
  const rows = Array.from(
    { length: 2 * CHUNK_ROWS },
    (_, i) => `${i},${(i * 7) % 13}.5,${i % 3 ? 'x' : 'y'}`,
  );
  writeFileSync(file, `id,amount,kind\n${rows.join('\n')}\n`);
  return file;
}

/** The run of that table on the command line. */
export function commandLine(file: string, appdata: string, out: string): string[] {
  return [
    ...['run', file, '--quiet', '--json', '--appdata', appdata, '--out', out, '--workers', '1'],
    ...['--plugins', PLUGINS.join(','), '--plugin-dir', testPlugins, '--chunk-rows', String(CHUNK_ROWS)],
  ];
}

const quiet = { wait: true, onProgress: () => undefined };

/** The same run in this process. */
export function runHere(app: App, file: string, out: string): Promise<RunSummary> {
  return runAnalysis(app, {
    ...quiet,
    files: [file],
    flags: { plugins: PLUGINS, workers: 1 },
    pluginFolders: [testPlugins],
    force: false,
    osSandbox: 'auto',
    chunkRows: CHUNK_ROWS,
    out,
  });
}

/**
 * How often an undisturbed run in this process passes each fail point, and the hashes of what it comes to. The first run
 * of a changed program keeps bundled plugins as well, elsewhere; those that are killed follow others.
 */
export async function countPassages(appdata: string, file: string, out: string) {
  const counts = arm({});
  try {
    const done = await withApp({ appdata }, (app) => runHere(app, file, out));
    return { counts, content: await contentHashes(done.run_dir) };
  } finally {
    disarm();
  }
}

/** Goes on with the run that was left unfinished, or runs the table again where there is none. */
export function finishHere(app: App, file: string, out: string): Promise<RunSummary> {
  const [newest] = app.state.runs.list({ limit: 1 });
  const unfinished = ['ABORTED', 'FAILED', 'CANCELLED'].includes(newest?.status ?? '');
  return unfinished ? resumeRun(app, 'latest', quiet) : runHere(app, file, out);
}

/** What must be the same bytes however often a run was killed: the hash of each file that is content. */
export async function contentHashes(folder: string): Promise<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => /^(report\.json|report\.md|report\.html|trace\.json|results|artifacts)/.test(name));
  const hashes = names.sort().map(async (name) => [name, await hashFile(join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

const KEPT = ['journal.json', 'logs', 'run.log'];

/**
 * Opens an appdata as the next command would, after whatever happened to the last one, and says what is not as it must
 * be: every listed run whole or without a result, nothing half-made anywhere, and nothing that the doctor complains of.
 */
export async function problemsAfterCrash(appdata: string): Promise<string[]> {
  const app = await openApp({ appdata });
  try {
    const runs = app.state.runs.list();
    const problems: string[] = [];
    for (const { run_id, status } of runs) {
      const isWhole = status === 'COMPLETED';
      if (!isWhole && !['ABORTED', 'FAILED', 'CANCELLED'].includes(status))
        problems.push(`${run_id} is ${status}`);
      if (existsSync(app.paths.run(run_id)) !== isWhole)
        problems.push(`${run_id} is ${status}, its folder is not`);
      problems.push(...namesIn(app.paths.stagedRun(run_id)).filter((name) => !KEPT.includes(name)));
    }
    const known = new Set(runs.map(({ run_id }) => run_id));
    for (const folder of [app.paths.runs, app.paths.staging])
      problems.push(...namesIn(folder).filter((name) => !known.has(name)));
    return [...problems, ...litter(appdata), ...(await complaints(appdata))];
  } finally {
    app.close();
  }
}

/** What `doctor --full` finds: every file and every record compared. That there is no backup yet is no complaint. */
async function complaints(appdata: string): Promise<string[]> {
  const { damages, warnings } = await diagnose({ appdata, full: true, onProgress: () => undefined });
  const told = warnings.map(({ text }) => text).filter((text) => !text.startsWith('there is no backup'));
  return [...damages.map(damageText), ...told];
}

/** Temporary files and what processes that are gone had under way. */
function litter(appdata: string): string[] {
  const under = (folder: string) =>
    namesIn(join(appdata, folder)).flatMap((pid) => namesIn(join(appdata, folder, pid)));
  const temporaries = readdirSync(appdata, { recursive: true, encoding: 'utf8' }).filter((n) =>
    n.endsWith('.tmp'),
  );
  return [...under('tmp'), ...under('quarantine'), ...temporaries].map((name) => `left: ${name}`);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
