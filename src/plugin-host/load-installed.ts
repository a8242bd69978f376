import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJsonFile, isSystemError, type Sha256, sha256 } from '../base/index.ts';
import { BUNDLE_DOCUMENT, CODE, MANIFEST } from '../bundle/index.ts';
import type { PluginBundle } from '../contract/index.ts';
import { type LoadedPlugin, loadedPlugin } from './load-plugins.ts';
import { checkManifest } from './read-manifest.ts';

/** A file of an installed plugin that is not the one that was installed. */
export interface AlteredFile {
  readonly path: string;
  readonly expected: Sha256;
  /** Null where it is gone. */
  readonly found: Sha256 | null;
}

export type InstalledLoad =
  | { readonly altered: readonly AlteredFile[]; readonly plugin?: undefined }
  | { readonly altered?: undefined; readonly plugin: LoadedPlugin };

/**
 * Loads an installed plugin from the folder that holds the files of its bundle: as they are, once every byte was found
 * to be what `bundle.json` said when it was installed. Says which files are not.
 */
export async function loadInstalled(folder: string, document: PluginBundle): Promise<InstalledLoad> {
  const expected = [
    { path: BUNDLE_DOCUMENT, sha256: sha256(canonicalJsonFile(document)) },
    ...document.files,
  ];
  const read = await Promise.all(
    expected.map(async (file) => ({ ...file, content: await contentOf(join(folder, file.path)) })),
  );
  const altered = read
    .map(({ path, sha256: expected, content }) => ({
      path: join(folder, path),
      expected,
      found: content === undefined ? null : sha256(content),
    }))
    .filter(({ expected, found }) => found !== expected);
  if (altered.length > 0) return { altered };
  const textOf = (name: string): string =>
    read.find(({ path }) => path === name)?.content?.toString('utf8') ?? '';
  const manifest = checkManifest(JSON.parse(textOf(MANIFEST)), folder);
  return { plugin: loadedPlugin(manifest, folder, textOf(CODE)) };
}

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
}
