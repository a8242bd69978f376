import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders that hold plugins: the built-in ones, and those that the operator names. */
export function pluginFolders(others: readonly string[]): string[] {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return [join(root, 'plugins'), ...others.map((folder) => resolve(folder))];
}
