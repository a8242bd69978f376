import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError, sha256 } from '../base/index.ts';
import { check, describeProblems, RunManifest } from '../contract/index.ts';
import type { Run } from '../state/index.ts';
import type { Appdata } from './app.ts';
import { checkChain } from './check-chain.ts';
import { checkFolder } from './check-folder.ts';
import { checkInputs } from './check-inputs.ts';
import { checkRecords } from './check-records.ts';
import { checkRows } from './check-rows.ts';
import { type Damage, RERUN, RESTORE, withCommands } from './damage.ts';

/** What was found when everything about a finished run was compared with what was recorded. */
export interface RunCheck {
  /** Null where it is damaged: then nothing that it says was checked. */
  readonly manifest: RunManifest | null;
  /** How many files were compared with their hashes. */
  readonly files: number;
  readonly damages: readonly Damage[];
  /** Since when data that it was made of are gone on purpose, which is no damage; null where all must be there. */
  readonly expired_at: string | null;
}

export interface CheckRunOptions {
  /** Also the uploads and parts that the run was made of. */
  readonly inputs: boolean;
  /** Also the chain of manifests; yes, if left out. */
  readonly chain?: boolean;
  /** Also that nothing else than this program has changed its rows; yes, if left out. */
  readonly rows?: boolean;
}

/**
 * Compares a finished run with everything that was recorded of it: manifest against database and chain, every file of
 * its folder, its inputs, and the rows of the database against the manifest. Reads only; throws nothing for damage.
 */
export async function checkRun(
  app: Appdata,
  run: Run,
  options: CheckRunOptions = { inputs: true },
): Promise<RunCheck> {
  const touches = [`run ${run.run_id}`, `dataset ${run.dataset}`];
  const chain = options.chain === false ? [] : checkChain(app, [run], touches);
  const opened = await openManifest(app, run, touches);
  const withHelp = (damages: readonly Damage[]) => withCommands(damages, app.paths, run.run_id);
  if (!('manifest' in opened)) {
    const damages = withHelp([...opened.damages, ...chain]);
    return { manifest: null, files: 1, damages, expired_at: null };
  }
  const { manifest } = opened;
  const folder = await checkFolder(app.paths.run(run.run_id), manifest, touches);
  const inputs = options.inputs
    ? await checkInputs(app, manifest, touches)
    : { files: 0, damages: [] as readonly Damage[], expired_at: null };
  const records = checkRecords(app.state, run, manifest, folder.documents, touches);
  const found = [...folder.damages, ...inputs.damages, ...records, ...chain];
  const rows = options.rows === false ? [] : checkRows(app, manifest, touches);
  // What differs from the manifest does not fit its checksum either.
  const besides = rows.filter(({ path }) => !found.some((damage) => damage.path === path));
  return {
    manifest,
    files: 1 + folder.files + inputs.files,
    damages: withHelp([...found, ...besides]),
    expired_at: inputs.expired_at,
  };
}

type Opened = { readonly manifest: RunManifest } | { readonly damages: readonly Damage[] };

/** The manifest, once its bytes are what the database says; the chain tells which of the two has changed. */
async function openManifest(app: Appdata, run: Run, touches: readonly string[]): Promise<Opened> {
  const path = join(app.paths.run(run.run_id), 'run_manifest.json');
  const damage = (found: string | null): Opened => ({
    damages: [
      {
        kind: 'file',
        what: 'The manifest',
        path,
        expected: run.manifest_sha256,
        found,
        touches,
        repair: RERUN,
      },
    ],
  });
  const bytes = await readIfThere(path);
  if (bytes === undefined) return damage(null);
  const hash = sha256(bytes);
  if (hash !== run.manifest_sha256) {
    if (app.state.chain.ofRun(run.run_id)?.manifest_sha256 !== hash) return damage(hash);
    const record = {
      kind: 'record',
      what: 'The record of the run',
      path: `runs.manifest_sha256 of ${run.run_id}`,
      expected: hash,
      found: run.manifest_sha256,
      touches,
      repair: RESTORE,
    } as const;
    return { damages: [record] };
  }
  const checked = check(RunManifest, JSON.parse(bytes.toString('utf8')));
  if (checked.ok) return { manifest: checked.value };
  const form = { kind: 'document', what: 'The form of the manifest', path, expected: 'its schema' } as const;
  return { damages: [{ ...form, found: describeProblems(checked.problems), touches, repair: RERUN }] };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}
