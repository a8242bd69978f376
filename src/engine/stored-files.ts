import { dirname, join } from 'node:path';
import { type AppPaths, namesIn, type Sha256, sizeAndAge } from '../base/index.ts';

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
