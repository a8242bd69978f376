import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppPaths, isSystemError } from '../../base/index.ts';
import { check, type ManifestArtifact, RunManifest } from '../../contract/index.ts';
import { checkFolder } from '../check-folder.ts';
import { type Damage, RERUN } from '../damage.ts';
import { runIdsIn } from '../run-ids-in.ts';
import { type Findings, findings, type OnRuns, together } from './findings.ts';

/** Every run's folder against its own manifest, which needs no database; that the manifest is the one that was sealed, can't be said. */
export async function examineFolders(paths: AppPaths, onRuns: OnRuns): Promise<Findings> {
  const ids = await runIdsIn(paths.runs);
  const found: Findings[] = [];
  for (const [index, id] of ids.entries()) {
    onRuns(index, ids.length);
    found.push(await examineFolder(paths.run(id), id));
  }
  return together(found);
}

/** One run's folder against its own manifest; where only some of its files have to be there, against these. */
export async function examineFolder(
  folder: string,
  id: string,
  expected: (artifact: ManifestArtifact) => boolean = () => true,
): Promise<Findings> {
  const touches = [`run ${id}`];
  const path = join(folder, 'run_manifest.json');
  const manifest = await manifestIn(path);
  if (manifest === undefined || manifest.run_id !== id) {
    const damage: Damage = {
      kind: 'document',
      what: 'The manifest',
      path,
      expected: `the manifest of run ${id}`,
      found: manifest === undefined ? 'no manifest that can be read' : `that of run ${manifest.run_id}`,
      touches,
      repair: RERUN,
    };
    return findings({ damages: [damage], files: 1 });
  }
  const artifacts = manifest.artifacts.filter(expected);
  const { damages, files } = await checkFolder(folder, { ...manifest, artifacts }, [
    ...touches,
    `dataset ${manifest.dataset.name}`,
  ]);
  return findings({ damages, files: files + 1 });
}

async function manifestIn(path: string): Promise<RunManifest | undefined> {
  try {
    const checked = check(RunManifest, JSON.parse(await readFile(path, 'utf8')));
    return checked.ok ? checked.value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}
