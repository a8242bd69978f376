import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the program: it holds `package.json`, `plugins/` and `src/`. */
export function programRoot(): string {
  return dirname(dirname(dirname(fileURLToPath(import.meta.url))));
}

/** The folders that hold plugins: the built-in ones, and those that the operator names. */
export function pluginFolders(others: readonly string[]): string[] {
  return [join(programRoot(), 'plugins'), ...others.map((folder) => resolve(folder))];
}
