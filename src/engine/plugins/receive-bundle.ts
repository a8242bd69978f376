import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  ensureDirectory,
  failPoint,
  HarnessError,
  hashFile,
  isSystemError,
  isThere,
  randomId,
  removeTree,
  type Sha256,
  sha256,
  shownBytes,
  writeFileAtomic,
} from '../../base/index.ts';
import { BUNDLE_DOCUMENT, type CheckedBundle } from '../../bundle/index.ts';
import type { PluginBundle } from '../../contract/index.ts';
import { writeArchive } from '../../pack/index.ts';
import { checkModule, type LoadedPlugin, loadInstalled, tryLoading } from '../../plugin-host/index.ts';
import type { App } from '../app.ts';
import { readBundleFile, readBundleFolder } from './read-bundle.ts';

/** A bundle that was found whole and lies unpacked in quarantine, ready to be put into its place by one rename. */
export interface ReceivedBundle {
  readonly document: PluginBundle;
  readonly plugin: LoadedPlugin;
  readonly folder: string;
  readonly bundle_sha256: Sha256;
  /** The path that it was read from. */
  readonly source: string;
}

/** More than all files of a bundle together may have. */
const MOST_BYTES = 20 << 20;

/**
 * Receives bundles, all of them or none, and does something with them; whatever is still in quarantine afterwards is gone,
 * also where one was refused. Throws SH_INPUT_NOT_FOUND, SH_BUNDLE_…, SH_PLUGIN_MANIFEST_INVALID.
 */
export async function withReceived<T>(
  { paths }: Pick<App, 'paths'>,
  files: readonly string[],
  use: (received: readonly ReceivedBundle[]) => Promise<T>,
): Promise<T> {
  const quarantine = join(paths.quarantine, `plugins-${randomId()}`);
  try {
    const received: ReceivedBundle[] = [];
    for (const [i, file] of files.entries())
      received.push(await receive(resolve(file), join(quarantine, String(i))));
    return await use(received);
  } finally {
    await removeTree(quarantine);
  }
}

/**
 * Loads it in the sandbox as an execution does, with no data, and sees that it imports nothing. In this order: what would
 * break the parser of the second has failed in the first, under its limits. Throws SH_PLUGIN_LOAD_FAILED,
 * SH_SANDBOX_UNAVAILABLE.
 */
export async function refuseUnlessItLoads({ plugin, folder }: ReceivedBundle): Promise<void> {
  const { id } = plugin.manifest;
  const workFolder = join(dirname(folder), 'sandbox');
  const found = await tryLoading(plugin, { workFolder, osSandbox: 'auto' });
  if (!found.ok)
    throw new HarnessError('SH_PLUGIN_LOAD_FAILED', { id, reason: `in the sandbox: ${found.reason}` });
  await checkModule(id, plugin.bundle);
}

async function receive(source: string, quarantine: string): Promise<ReceivedBundle> {
  await ensureDirectory(quarantine);
  const { bundle, bundle_sha256 } = (await isFolder(source))
    ? await fromFolder(source, quarantine)
    : await fromFile(source, quarantine);
  const folder = join(quarantine, 'unpacked');
  await ensureDirectory(folder);
  for (const [name, content] of bundle.files) await writeFileAtomic(join(folder, name), content);
  failPoint('plugin.unpacked', folder);
  const { plugin } = await loadInstalled(folder, bundle.document);
  if (plugin === undefined) throw new Error('what was just written is not what was read');
  return { document: bundle.document, plugin, folder, bundle_sha256, source };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    if (!found.isDirectory() && !found.isFile()) throw refused(path, 'it is no plain file');
    if (found.size > MOST_BYTES && found.isFile()) throw refused(path, tooLarge(shownBytes(found.size)));
    return found.isDirectory();
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
    throw new HarnessError('SH_INPUT_NOT_FOUND', { path });
  }
}

interface Read {
  readonly bundle: CheckedBundle;
  readonly bundle_sha256: Sha256;
}

/** A bundle that is unpacked already, as it lies where plugins are installed. */
async function fromFolder(path: string, quarantine: string): Promise<Read> {
  if (!(await isThere(join(path, BUNDLE_DOCUMENT)))) {
    const reason = `it is a folder without a ${BUNDLE_DOCUMENT}; pack it first with "stat-harness plugins pack"`;
    throw refused(path, reason);
  }
  const bundle = await readBundleFolder(path);
  return { bundle, bundle_sha256: await packedAgain(bundle, quarantine) };
}

/** The bytes are read once: what is checked is what is kept, whatever becomes of the file meanwhile. */
async function fromFile(path: string, quarantine: string): Promise<Read> {
  const bytes = await bytesOf(path);
  if (bytes.length === 0) throw refused(path, 'it is empty');
  if (bytes.subarray(0, 2).toString('latin1') !== 'PK') throw refused(path, 'it is no zip file');
  const copy = join(quarantine, 'received.zip');
  await writeFileAtomic(copy, bytes);
  failPoint('plugin.received', copy);
  const bundle = await readBundleFile(copy, path);
  if ((await packedAgain(bundle, quarantine)) !== sha256(bytes)) {
    const reason =
      'there is more or something else in it than its files, in the form in which "plugins pack" writes them (before, behind or between them, or in their descriptions)';
    throw refused(path, reason);
  }
  return { bundle, bundle_sha256: sha256(bytes) };
}

async function bytesOf(path: string): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for await (const block of createReadStream(path, { end: MOST_BYTES })) blocks.push(block);
  const bytes = Buffer.concat(blocks);
  if (bytes.length > MOST_BYTES) throw refused(path, tooLarge('more'));
  return bytes;
}

/** The hash of the one file that these files make. */
async function packedAgain({ files }: CheckedBundle, quarantine: string): Promise<Sha256> {
  const path = join(quarantine, 'again.zip');
  await writeArchive(
    path,
    [...files].map(([name, content]) => ({ path: name, content })),
  );
  return hashFile(path);
}

function tooLarge(bytes: string): string {
  return `it has ${bytes}, and a bundle has ${shownBytes(MOST_BYTES)} at most`;
}

function refused(path: string, reason: string): HarnessError {
  return new HarnessError('SH_BUNDLE_REFUSED', { path, reason });
}
