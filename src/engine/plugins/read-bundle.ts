import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesBelow, HarnessError, messageOf } from '../../base/index.ts';
import { type BundleMember, type CheckedBundle, checkBundle } from '../../bundle/index.ts';
import { openPackage, type PackagePart } from '../../ingest/index.ts';

/** Reads a bundle from a zip file. Throws SH_BUNDLE_REFUSED, SH_BUNDLE_ALTERED, with the path that the operator named. */
export async function readBundleFile(path: string, shownPath: string): Promise<CheckedBundle> {
  const opened = await openPackage(path, shownPath).catch((error: unknown) => {
    throw asRefused(error, shownPath);
  });
  try {
    const members = opened.parts.map((part) => ({ ...part, read: () => bytesOf(part, shownPath) }));
    return await checkBundle(shownPath, members);
  } finally {
    opened.close();
  }
}

/** Reads a bundle that lies unpacked in a folder, as an installed plugin does. */
export async function readBundleFolder(folder: string): Promise<CheckedBundle> {
  const members = (await entriesBelow(folder)).map(async ({ path, isPlain }): Promise<BundleMember> => {
    const file = join(folder, ...path.split('/'));
    const bytes = (await lstat(file)).size;
    return { name: path, bytes, packedBytes: bytes, isPlain, read: () => upTo(bytes, file) };
  });
  return checkBundle(folder, await Promise.all(members));
}

function upTo(bytes: number, file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { end: Math.max(0, bytes - 1) });
}

/** What does not have the checksum that the archive itself gives was altered, or came to harm on its way. */
async function* bytesOf(part: PackagePart, path: string): AsyncGenerator<Buffer> {
  try {
    yield* part.stream();
  } catch (error) {
    if (!(error instanceof HarnessError) || !error.code.startsWith('SH_INPUT_')) throw error;
    throw new HarnessError(
      'SH_BUNDLE_ALTERED',
      { path, file: part.name, what: 'checksum' },
      { cause: error },
    );
  }
}

function asRefused(error: unknown, path: string): unknown {
  if (!(error instanceof HarnessError) || !error.code.startsWith('SH_INPUT_')) return error;
  const { parameters } = error as { readonly parameters: Readonly<Record<string, unknown>> };
  const reason = 'reason' in parameters ? String(parameters['reason']) : reasonOf(error);
  return new HarnessError('SH_BUNDLE_REFUSED', { path, reason }, { cause: error });
}

function reasonOf(error: HarnessError): string {
  return error.code === 'SH_INPUT_PASSWORD' ? 'it has a password' : messageOf(error);
}
