import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { entriesBelow, hashFile, isSystemError } from '../base/index.ts';
import {
  check,
  describeProblems,
  type ManifestArtifact,
  PluginResult,
  Report,
  RunEvents,
  type RunManifest,
  Trace,
} from '../contract/index.ts';
import { type Damage, RERUN } from './damage.ts';

/** The documents of a run whose bytes and form are as recorded. */
export interface CheckedDocuments {
  readonly report?: Report;
  readonly trace?: Trace;
}

export interface FolderCheck {
  readonly files: number;
  readonly damages: readonly Damage[];
  readonly documents: CheckedDocuments;
}

/**
 * The folder of a run: every file that the manifest names has its bytes, no other file is there, nothing is a link,
 * and every document fits its schema.
 */
export async function checkFolder(
  folder: string,
  manifest: RunManifest,
  touches: readonly string[],
): Promise<FolderCheck> {
  const damages: Damage[] = [];
  const whole: ManifestArtifact[] = [];
  for (const artifact of manifest.artifacts) {
    const damage = await fileDamage(join(folder, ...artifact.path.split('/')), artifact, touches);
    if (damage === undefined) whole.push(artifact);
    else damages.push(damage);
  }
  damages.push(...(await strays(folder, manifest, touches)));
  const read = await readDocuments(folder, whole, touches);
  return {
    files: manifest.artifacts.length,
    damages: [...damages, ...read.damages],
    documents: read.documents,
  };
}

/** What is wrong with a file whose hash and size were recorded. */
export async function fileDamage(
  path: string,
  recorded: { readonly sha256: string; readonly bytes?: number },
  touches: readonly string[],
  { what = 'The file', repair = RERUN } = {},
): Promise<Damage | undefined> {
  const damage = (found: string | null, expected: string = recorded.sha256): Damage => ({
    kind: 'file',
    what,
    path,
    expected,
    found,
    touches,
    repair,
  });
  try {
    const found = await lstat(path);
    if (!found.isFile()) return damage('something that is no plain file');
    const { bytes } = recorded;
    if (bytes !== undefined && found.size !== bytes) return damage(`${found.size} bytes`, `${bytes} bytes`);
    const hash = await hashFile(path);
    return hash === recorded.sha256 ? undefined : damage(hash);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return damage(null);
    if (isSystemError(error, 'EIO', 'EACCES', 'EPERM')) return damage(`what can not be read (${error.code})`);
    throw error;
  }
}

const MANIFEST = 'run_manifest.json';
/** What the first engines left beside the manifest without naming it there. */
const ONCE_UNNAMED = /^(journal\.json|run\.log|logs\/.*)$/;

/** Whatever lies in the folder and is not in the manifest. */
async function strays(folder: string, manifest: RunManifest, touches: readonly string[]): Promise<Damage[]> {
  const named = new Set([MANIFEST, ...manifest.artifacts.map(({ path }) => path)]);
  const namesLogs = named.has('journal.json');
  const found = (await entriesBelow(folder)).map(({ path }) => path).filter((path) => !named.has(path));
  return found
    .filter((path) => namesLogs || !ONCE_UNNAMED.test(path))
    .map((path) => ({
      kind: 'stray' as const,
      what: 'The file',
      path: join(folder, ...path.split('/')),
      expected: null,
      found: 'it is not in the manifest',
      touches,
      repair: 'Move it out of the folder of the run: it did not come from the run.',
    }));
}

async function readDocuments(
  folder: string,
  whole: readonly ManifestArtifact[],
  touches: readonly string[],
): Promise<{ readonly documents: CheckedDocuments; readonly damages: readonly Damage[] }> {
  const damages: Damage[] = [];
  const there = new Set(whole.map(({ path }) => path));
  const read = async <S extends TSchema>(path: string, schema: S): Promise<Static<S> | undefined> => {
    if (!there.has(path)) return undefined;
    const file = join(folder, ...path.split('/'));
    const checked = check(schema, JSON.parse(await readFile(file, 'utf8')));
    if (checked.ok) return checked.value;
    const found = describeProblems(checked.problems);
    damages.push({
      kind: 'document',
      what: 'The form of the file',
      path: file,
      expected: 'its schema',
      found,
      touches,
      repair: RERUN,
    });
    return undefined;
  };
  const report = await read('report.json', Report);
  const trace = await read('trace.json', Trace);
  await read('events.json', RunEvents);
  for (const path of there) if (path.startsWith('results/')) await read(path, PluginResult);
  return { documents: { ...(report && { report }), ...(trace && { trace }) }, damages };
}
