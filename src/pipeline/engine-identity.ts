import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow, hashJson, type Sha256, sha256 } from '../base/index.ts';
import { duckdbVersion } from '../dataset/index.ts';
import { denoVersion } from '../plugin-host/index.ts';

/** What this engine is, as far as it can influence a result. */
export interface EngineIdentity {
  readonly version: string;
  readonly codeSha256: Sha256;
  readonly duckdb: string;
  readonly deno: string;
  readonly node: string;
}

/** Folders of `src/` whose code can't influence a result: they only ask and show, or try plugins outside of runs. */
const SHOWS_ONLY = ['cli', 'server', 'testing'];

let identity: Promise<EngineIdentity> | undefined;

/** Reads the engine's version, hashes its own code and asks its libraries what they are: once, as the process began with. */
export function engineIdentity(): Promise<EngineIdentity> {
  identity ??= readIdentity();
  return identity;
}

async function readIdentity(): Promise<EngineIdentity> {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const [version, code, duckdb, deno] = await Promise.all([
    engineVersion(root),
    hashCode(root),
    duckdbVersion(),
    denoVersion(),
  ]);
  return { version, codeSha256: code, duckdb, deno, node: process.version };
}

/** The package's version. */
export async function engineVersion(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const version =
    manifest !== null && typeof manifest === 'object' && 'version' in manifest ? manifest.version : '';
  return String(version);
}

/** Hash over path and content of each source file and the locked versions it runs on; line endings don't count. */
async function hashCode(root: string): Promise<Sha256> {
  const files = (await filesBelow(join(root, 'src')))
    .filter((path) => path.endsWith('.ts') && !SHOWS_ONLY.includes(path.split('/')[0] ?? ''))
    .map((path) => `src/${path}`);
  const code = files.map((path) => [path, sha256(textOf(join(root, path)))]);
  return hashJson({ code, libraries: lockedLibraries(root) });
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>>;
}

/** Path and version of every package that the engine itself needs. */
function lockedLibraries(root: string): string[][] {
  const lock = JSON.parse(textOf(join(root, 'package-lock.json'))) as Lock;
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true)
    .map(([path, entry]) => [path, entry.version ?? '']);
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}
