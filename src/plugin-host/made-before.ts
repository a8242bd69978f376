import { constants, readFileSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ensureDirectory,
  filesBelow,
  hashJson,
  isSystemError,
  type Sha256,
  sha256,
  writeFileAtomic,
} from '../base/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Lies among the installed packages, and is as much to be trusted as they are; whoever may not write there does without. */
const FOLDER = join(ROOT, 'node_modules', '.cache', 'statistic-harness', 'bundles');
/** What is bundled, and what bundles. */
const HOST_FOLDERS = ['base', 'contract', 'sdk', 'plugin-host'];
const CODE = /\.(ts|js|mjs|json)$/;
const MAX_FILES = 500;
const UNUSABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EBUSY'];

interface Kept {
  readonly key: Sha256;
  readonly sha256: Sha256;
  readonly code: string;
}

/**
 * The code that `make` gives, from an earlier process where the host's own code, its packages and all code in `folder`
 * are what they were then. One of each name is kept.
 */
export async function madeBefore(
  name: string,
  folder: string | undefined,
  make: () => Promise<string>,
): Promise<string> {
  const own = folder === undefined ? [] : await filesIn(folder);
  if (own.length > MAX_FILES) return make();
  const key = hashJson({ host: await hostKey(), folder: folder ?? null, own });
  const path = join(FOLDER, `${name}.json`);
  const kept = await read(path);
  if (kept?.key === key) return kept.code;
  const code = await make();
  await write(path, { key, sha256: sha256(code), code });
  return code;
}

let host: Promise<Sha256> | undefined;

function hostKey(): Promise<Sha256> {
  host ??= hashHost();
  return host;
}

async function hashHost(): Promise<Sha256> {
  const lock = sha256(await readFile(join(ROOT, 'package-lock.json')));
  const code = await Promise.all(HOST_FOLDERS.map((name) => filesIn(join(ROOT, 'src', name))));
  return hashJson({ lock, code });
}

/** Path and hash of each file of code, however deep. */
async function filesIn(folder: string): Promise<readonly (readonly [string, Sha256])[]> {
  const paths = (await filesBelow(folder)).filter((path) => CODE.test(path));
  // Hundreds of small files, at each run: waiting for each would take longer than reading it.
  return paths.map((path) => [path, sha256(readFileSync(join(folder, path)))] as const);
}

/** What was kept, if it is whole. */
async function read(path: string): Promise<Kept | undefined> {
  try {
    const kept: Partial<Kept> | null = JSON.parse(await readFile(path, 'utf8'));
    if (typeof kept?.code !== 'string' || sha256(kept.code) !== kept.sha256) return undefined;
    return kept.key === undefined ? undefined : { key: kept.key, sha256: kept.sha256, code: kept.code };
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT', ...UNUSABLE)) return undefined;
    throw error;
  }
}

async function write(path: string, kept: Kept): Promise<void> {
  try {
    // At once, without the patience that files of the operator are written with.
    await ensureDirectory(FOLDER);
    await access(FOLDER, constants.W_OK);
    await writeFileAtomic(path, JSON.stringify(kept));
  } catch (error) {
    if (!isSystemError(error, 'SH_DISK_FULL', 'SH_IO', 'ENOENT', ...UNUSABLE)) throw error;
  }
}
