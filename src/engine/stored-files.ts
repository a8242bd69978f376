import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AppPaths, isSystemError, namesIn, type Sha256 } from '../base/index.ts';

/** Something that lies in the store under its hash: an upload, or the folder of a part or a dataset version. */
export interface StoredItem {
  readonly id: Sha256;
  readonly path: string;
  readonly bytes: number;
  /** When it was written, milliseconds since 1970. */
  readonly written: number;
}

const HEX = /^[0-9a-f]{64}$/;

/** Every upload in the store. */
export async function storedBlobs(paths: AppPaths): Promise<StoredItem[]> {
  const root = dirname(dirname(paths.blob('sha256:00')));
  const folders = await namesIn(root);
  const items = await Promise.all(folders.map((folder) => itemsIn(join(root, folder))));
  return items.flat();
}

/** The folder of every part in the store. */
export function storedParts(paths: AppPaths): Promise<StoredItem[]> {
  return itemsIn(dirname(paths.part('sha256:0')));
}

/** The folder of every dataset version in the store. */
export function storedVersions(paths: AppPaths): Promise<StoredItem[]> {
  return itemsIn(dirname(paths.datasetVersion('sha256:0')));
}

async function itemsIn(folder: string): Promise<StoredItem[]> {
  const names = (await namesIn(folder)).filter((name) => HEX.test(name));
  return Promise.all(
    names.map(async (name) => ({
      id: `sha256:${name}` as const,
      path: join(folder, name),
      ...(await sizeAndAge(join(folder, name))),
    })),
  );
}

/** Bytes of all files below a path, and when the newest was written. */
export async function sizeAndAge(
  path: string,
): Promise<{ readonly bytes: number; readonly written: number }> {
  const found = await stat(path).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (found === undefined) return { bytes: 0, written: 0 };
  if (!found.isDirectory()) return { bytes: found.size, written: found.mtimeMs };
  const inside = await Promise.all((await namesIn(path)).map((name) => sizeAndAge(join(path, name))));
  return {
    bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
    written: inside.reduce((newest, { written }) => Math.max(newest, written), found.mtimeMs),
  };
}
