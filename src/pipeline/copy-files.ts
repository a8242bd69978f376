import { asFileError, copyTree, ensureDirectory, isSystemError } from '../base/index.ts';

/** Copies a folder with all it holds; a folder that does not exist is an empty one. */
export async function copyWhole(from: string, to: string): Promise<void> {
  await ensureDirectory(to);
  try {
    await copyTree(from, to);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw asFileError(error, to);
  }
}
